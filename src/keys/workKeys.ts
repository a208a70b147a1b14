import { wipe } from "../bytes/bytes.js";
import { aesCipher, tdesCipher } from "../crypto/blockCipher.js";
import type { Crypto } from "../ports.js";
import { MAC_USAGES, type MacAlgorithm } from "./hostMac.js";
import { type KeyAttributes, type KeySlot, WORK_KEY_SLOTS } from "./keyAttributes.js";
import { checkKeyCheckValue } from "./keyCheckValue.js";
import { KeyError } from "./keyError.js";
import type { KeySlots } from "./keySlots.js";
import type { NewKey } from "./newKey.js";

/** One work key as the answer to a sign-in brings it. */
export interface EncipheredKey {
	/** Under the master key in ECB mode, as long as the key. */
	readonly key: Uint8Array;
	/** Key check value, 3 or 4 bytes. */
	readonly checkValue: Uint8Array;
}

/** Those that the acquirer uses; one that is absent stays as it is. */
export interface WorkKeys {
	readonly pin?: EncipheredKey | undefined;
	readonly mac?: EncipheredKey | undefined;
	readonly data?: EncipheredKey | undefined;
}

/**
 * Takes over the session keys of a sign-in, all of them or none.
 * @throws {KeyError} when one is not what its check value says, or no master key is loaded; the old ones stay in use
 */
export function loadWorkKeys(slots: KeySlots, crypto: Crypto, macAlgorithm: MacAlgorithm, keys: WorkKeys): void {
	const attributes: Readonly<Record<keyof WorkKeys, Pick<KeyAttributes, "usage" | "modeOfUse">>> = {
		pin: { usage: "P0", modeOfUse: "E" },
		mac: { usage: MAC_USAGES[macAlgorithm], modeOfUse: "C" },
		data: { usage: "D0", modeOfUse: "E" },
	};
	const loaded: Partial<Record<KeySlot, NewKey>> = {};
	try {
		slots.use("master", "K0", "D", (master, { algorithm }) => {
			const cipher = algorithm === "A" ? aesCipher(crypto) : tdesCipher(crypto);
			for (const slot of WORK_KEY_SLOTS) {
				const received = keys[slot];
				if (!received) continue;
				const { length } = received.key;
				if (length === 0 || length % cipher.blockLength || length > LONGEST)
					throw new KeyError(`the ${slot} key from the bank has a wrong length`);
				const key = cipher.ecb(master, received.key, "decipher");
				// A master key enciphers keys of its own algorithm.
				loaded[slot] = { ...attributes[slot], algorithm: algorithm as "T" | "A", exportability: "N", key };
				checkKeyCheckValue(crypto, algorithm as "T" | "A", key, received.checkValue, `the ${slot} key`);
			}
		});
		if (Object.keys(loaded).length === 0) throw new KeyError("the bank sent no work keys");
		slots.install(loaded);
	} finally {
		for (const { key } of Object.values(loaded)) wipe(key); // WIPE
	}
}

const LONGEST = 32;
