import { deriveAesInitialKey } from "../keys/dukptAes.js";
import { loadDukptKey } from "../keys/dukptKeys.js";
import { deriveTdesInitialKey } from "../keys/dukptTdes.js";
import type { KeySchemeSpec } from "../keys/hostKeys.js";
import { MAC_USAGES } from "../keys/hostMac.js";
import { keyCheckValue } from "../keys/keyCheckValue.js";
import type { KeySlots } from "../keys/keySlots.js";
import type { Crypto, Random } from "../ports.js";
import type { SharedKeys } from "./requestKeys.js";

/** Keys that training terminal and training bank share, as the profile wants them: random, and of no other use. */
export interface TrainingKeys {
	readonly shared: SharedKeys;
	/** Puts the terminal's half into its slots. */
	load(slots: KeySlots): void;
	/** To be wiped. */
	readonly all: readonly Uint8Array[];
}

const KEY_BYTES = 16;
/** A MAC key of a sign-in is single length. */
const MAC_KEY_BYTES = 8;
/** Of an initial key (X9.24-3:2017, 6.2), and of a key serial number of TDES (X9.24-1:2009, Annex A). */
const INITIAL_KEY_ID_BYTES = 8;
const KSN_BYTES = 10;

export function makeTrainingKeys(crypto: Crypto, random: Random, { keyScheme, mac }: KeySchemeSpec): TrainingKeys {
	if (keyScheme === "masterSession") return sessionKeys(crypto, random, mac);
	const bdk = random.bytes(KEY_BYTES);
	return {
		shared: { bdk },
		all: [bdk],
		load(slots) {
			const isAes = keyScheme === "dukptAes";
			const ksn = random.bytes(isAes ? INITIAL_KEY_ID_BYTES : KSN_BYTES);
			const initialKey = (isAes ? deriveAesInitialKey : deriveTdesInitialKey)(crypto, bdk, ksn);
			const kcv = keyCheckValue(crypto, isAes ? "A" : "T", initialKey);
			loadDukptKey(slots, crypto, keyScheme, { initialKey, ksn, kcv, exportability: "N" });
		},
	};
}

function sessionKeys(crypto: Crypto, random: Random, { algorithm }: KeySchemeSpec["mac"]): TrainingKeys {
	const [tmk, pik, tdk] = [random.bytes(KEY_BYTES), random.bytes(KEY_BYTES), random.bytes(KEY_BYTES)];
	const mak = random.bytes(MAC_KEY_BYTES);
	const received = (key: Uint8Array) =>
		({ algorithm: "T", exportability: "N", key: key.slice(), kcv: keyCheckValue(crypto, "T", key) }) as const;
	return {
		shared: { tmk, pik, mak, tdk },
		all: [tmk, pik, mak, tdk],
		load: slots =>
			slots.load({
				master: { ...received(tmk), usage: "K0", modeOfUse: "D" },
				pin: { ...received(pik), usage: "P0", modeOfUse: "E" },
				mac: { ...received(mak), usage: MAC_USAGES[algorithm], modeOfUse: "C" },
				data: { ...received(tdk), usage: "D0", modeOfUse: "E" },
			}),
	};
}
