import { compressedNumericBytes } from "../../src/bytes/bcd.js";
import { asciiBytes, equal, wipe, xor } from "../../src/bytes/bytes.js";
import { formatHex } from "../../src/bytes/hex.js";
import type { Crypto } from "../../src/ports.js";

/**
 * Whether an enciphered PIN block of format 0 (ISO 9564-1, 9.3.2) holds this PIN of this card.
 * @param pik PIN key, 16 bytes
 * @param block field 52, 8 bytes
 */
export function pinIsRight(crypto: Crypto, pik: Uint8Array, block: Uint8Array, pan: string, pin: string): boolean {
	const clear = crypto.desEcb(pik, block, "decipher");
	// The twelve rightmost digits without the check digit, right-aligned.
	const account = compressedNumericBytes(pan.slice(0, -1).slice(-12).padStart(16, "0"));
	const field = xor(clear, account);
	const expected = asciiBytes(`0${pin.length.toString(16).toUpperCase()}${pin}`.padEnd(16, "F"));
	const given = asciiBytes(formatHex(field));
	try {
		return equal(given, expected);
	} finally {
		wipe(clear, field, expected, given);
	}
}
