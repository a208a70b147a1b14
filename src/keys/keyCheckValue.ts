import { aesCipher, tdesCipher } from "../crypto/blockCipher.js";
import { cmac } from "../crypto/mac.js";
import type { Crypto } from "../ports.js";

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
