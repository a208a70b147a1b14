import { asciiBytes, concat } from "../../../src/bytes/bytes.js";
import type { SecurityProfile } from "../../../src/host/profiles/hostProfile.js";
import { deriveAesInitialKey } from "../../../src/keys/dukptAes.js";
import { deriveTdesInitialKey } from "../../../src/keys/dukptTdes.js";
import { MAC_USAGES } from "../../../src/keys/hostMac.js";
import { keyCheckValue } from "../../../src/keys/keyCheckValue.js";
import type { RemoteKey } from "../../../src/keys/remoteKeyLoading.js";
import type { Crypto } from "../../../src/ports.js";
import type { SharedKeys } from "../../../src/training/requestKeys.js";

const KEY_SET = Uint8Array.of(0xff, 0xff);

/** The keys of one terminal, as its key message brings them: what its host profile works with. The caller wipes them. */
export function terminalKeySet(
	crypto: Crypto,
	security: SecurityProfile,
	{ tmk, pik, mak, bdk }: SharedKeys,
	terminalId: string,
): RemoteKey[] {
	const key = (
		slot: RemoteKey["slot"],
		usage: RemoteKey["usage"],
		modeOfUse: RemoteKey["modeOfUse"],
		value: Uint8Array,
		more: Partial<RemoteKey> = {},
	): RemoteKey => {
		const algorithm = more.algorithm ?? "T";
		const kcv = keyCheckValue(crypto, algorithm, value);
		return { slot, usage, algorithm, modeOfUse, exportability: "N", key: value.slice(), kcv, ...more };
	};
	if (security.keyScheme === "masterSession")
		return [
			...(tmk ? [key("master", "K0", "D", tmk)] : []),
			...(pik ? [key("pin", "P0", "E", pik)] : []),
			...(mak ? [key("mac", MAC_USAGES[security.mac.algorithm], "C", mak)] : []),
		];
	if (!bdk) throw new Error("the bank has no base derivation key: it cannot give a terminal its initial key");
	const isAes = security.keyScheme === "dukptAes";
	// AES: the initial key ID of 8 bytes. TDES: key set FFFF, the device, the counter 0.
	const ksn = isAes ? asciiBytes(terminalId) : concat(KEY_SET, asciiBytes(terminalId.slice(-5)), new Uint8Array(3));
	const initialKey = isAes ? deriveAesInitialKey(crypto, bdk, ksn) : deriveTdesInitialKey(crypto, bdk, ksn);
	return [key("dukpt", "B1", "X", initialKey, { algorithm: isAes ? "A" : "T", ksn })];
}
