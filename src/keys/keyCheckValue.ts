import { equal } from "../bytes/bytes.js";
import { aesCipher, tdesCipher } from "../crypto/blockCipher.js";
import { cmac } from "../crypto/mac.js";
import type { Crypto } from "../ports.js";
import type { KeyAlgorithm } from "./keyAttributes.js";
import { KeyError } from "./keyError.js";

/**
 * Key Check Values (ANSI X9.24-1:2017, Annex A): one block each, of which a sender states the leftmost 3 to 5 bytes.
 */

/** Legacy method, for DES and TDES: zeros enciphered; 3 bytes are stated. */
export function tdesKeyCheckValue(crypto: Crypto, key: Uint8Array): Uint8Array {
	return tdesCipher(crypto).ecb(key, new Uint8Array(8), "encipher");
}

/** CMAC method, for AES: the CMAC of a block of zeros; 5 bytes are stated. */
export function aesKeyCheckValue(crypto: Crypto, key: Uint8Array): Uint8Array {
	return cmac(aesCipher(crypto), key, new Uint8Array(16));
}

/** What may be told of a key, 3 bytes for TDES, 5 for all others; of a key without a method of its own the start of its SHA-256. */
export function keyCheckValue(crypto: Crypto, algorithm: KeyAlgorithm, key: Uint8Array): Uint8Array {
	if (algorithm === "T") return tdesKeyCheckValue(crypto, key).slice(0, TDES_STATED);
	if (algorithm === "A") return aesKeyCheckValue(crypto, key).slice(0, STATED);
	return crypto.sha256(key).slice(0, STATED);
}

/**
 * Compares with what the sender states.
 * @param what for the sentence: "the pin key"
 * @throws {KeyError} when the value is another, or shorter than 3 bytes
 */
export function checkKeyCheckValue(
	crypto: Crypto,
	algorithm: "T" | "A",
	key: Uint8Array,
	stated: Uint8Array,
	what: string,
): void {
	const whole = algorithm === "T" ? tdesKeyCheckValue(crypto, key) : aesKeyCheckValue(crypto, key);
	if (stated.length < TDES_STATED || !equal(whole.subarray(0, stated.length), stated))
		throw new KeyError(`the check value of ${what} differs: ask the bank to send the key again`);
}

const TDES_STATED = 3;
const STATED = 5;
