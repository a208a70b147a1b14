import { wipe } from "../bytes/bytes.js";
import { tdesCipher } from "../crypto/blockCipher.js";
import type { Crypto, Random } from "../ports.js";
import type { KeyAlgorithm } from "./keyAttributes.js";
import { KeyError } from "./keyError.js";
import { encodePinBlockFormat0, encodePinBlockFormat3 } from "./pinBlock.js";
import { encipherPinBlockFormat4, encodePanFieldFormat4, encodePinFieldFormat4 } from "./pinBlockFormat4.js";

/** ISO 9564-1 formats for a PIN on its way to the issuer: 0 and 3 under triple DES, 4 under AES. */
export type OnlinePinBlockFormat = 0 | 3 | 4;

/**
 * The PIN block as it goes to the host, 8 bytes, or 16 in format 4.
 * @param digits one PIN digit a byte; the caller wipes it
 * @throws {KeyError} when the format does not go with the key's algorithm (ISO 9564-1, 9.3 and 9.4)
 */
export function encipheredPinBlock(
	ports: { readonly crypto: Crypto; readonly random: Random },
	format: OnlinePinBlockFormat,
	algorithm: KeyAlgorithm,
	key: Uint8Array,
	digits: Uint8Array,
	pan: string,
): Uint8Array {
	const { crypto, random } = ports;
	if ((format === 4) !== (algorithm === "A"))
		throw new KeyError(`PIN block format ${format} does not go with ${algorithm === "A" ? "AES" : "triple DES"}`);
	const clear =
		format === 0
			? encodePinBlockFormat0(digits, pan)
			: format === 3
				? encodePinBlockFormat3(random, digits, pan)
				: encodePinFieldFormat4(random, digits);
	try {
		return format === 4
			? encipherPinBlockFormat4(crypto, key, clear, encodePanFieldFormat4(pan))
			: tdesCipher(crypto).ecb(key, clear, "encipher");
	} finally {
		wipe(clear); // WIPE
	}
}
