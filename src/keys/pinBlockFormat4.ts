import { wipe, xor } from "../bytes/bytes.js";
import { parseHex } from "../bytes/hex.js";
import { aesCipher } from "../crypto/blockCipher.js";
import type { Crypto, Random } from "../ports.js";
import { decodePinField, encodePinField, PIN_BLOCK_LENGTH } from "./pinBlock.js";

/**
 * PIN block format 4, for AES (ISO 9564-1, 9.4.2): the PIN field is enciphered, XORed with the PAN field and enciphered
 * again, so that there is no clear block to be seen together with the PAN. Fields and blocks have 16 bytes. Wrong input
 * is refused with a RangeError that says nothing of its content.
 */

const FIELD_LENGTH = 16;
const CONTROL = 4;
const FILL = 0xa;

/** Control 4, length, PIN, filler A; 8 random bytes. The caller wipes it. */
export function encodePinFieldFormat4(random: Random, pin: Uint8Array): Uint8Array {
	const field = encodePinField(CONTROL, pin, FIELD_LENGTH, () => FILL);
	field.set(random.bytes(FIELD_LENGTH - PIN_BLOCK_LENGTH), PIN_BLOCK_LENGTH);
	return field;
}

/** @returns the PIN; the caller wipes it */
export function decodePinFieldFormat4(field: Uint8Array): Uint8Array {
	return decodePinField(CONTROL, field, FIELD_LENGTH, nibble => nibble === FILL);
}

/** How many digits more than 12 the PAN has, the PAN with zeros on the left up to 12, zeros. @param pan 1 to 19 digits */
export function encodePanFieldFormat4(pan: string): Uint8Array {
	if (!/^[0-9]{1,19}$/.test(pan)) throw new RangeError("a PAN has 1 to 19 digits");
	return parseHex((String(Math.max(0, pan.length - 12)) + pan.padStart(12, "0")).padEnd(2 * FIELD_LENGTH, "0"));
}

/** @param key of AES, 16, 24 or 32 bytes */
export function encipherPinBlockFormat4(
	crypto: Crypto,
	key: Uint8Array,
	pinField: Uint8Array,
	panField: Uint8Array,
): Uint8Array {
	const { ecb } = aesCipher(crypto);
	const intermediate = ecb(key, pinField, "encipher");
	const combined = xor(intermediate, panField);
	try {
		return ecb(key, combined, "encipher");
	} finally {
		wipe(intermediate, combined); // WIPE
	}
}

/** @returns the PIN field; the caller wipes it */
export function decipherPinBlockFormat4(
	crypto: Crypto,
	key: Uint8Array,
	block: Uint8Array,
	panField: Uint8Array,
): Uint8Array {
	if (block.length !== FIELD_LENGTH) throw new RangeError("a PIN block of format 4 has 16 bytes");
	const { ecb } = aesCipher(crypto);
	const combined = ecb(key, block, "decipher");
	const intermediate = xor(combined, panField);
	try {
		return ecb(key, intermediate, "decipher");
	} finally {
		wipe(combined, intermediate); // WIPE
	}
}
