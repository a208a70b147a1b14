import { concat, wipe } from "../bytes/bytes.js";
import { aesCipher, type BlockCipher, tdesCipher } from "../crypto/blockCipher.js";
import { padMethod2 } from "../crypto/mac.js";
import type { Crypto } from "../ports.js";
import type { KeyAlgorithm } from "./keyAttributes.js";

/**
 * Card data on its way to the acquirer, under a data key and apart from TLS: ISO/IEC 9797-1 padding method 2, then CBC.
 * CHOICE: under a key of one transaction (DUKPT) the initial vector is zero, as in X9.24-3's own samples; under a session
 * key it is random and goes in front, so that equal cards do not look equal.
 */
export function encipherCardData(
	crypto: Crypto,
	algorithm: KeyAlgorithm,
	key: Uint8Array,
	plain: Uint8Array,
	randomIv?: Uint8Array,
): Uint8Array {
	const cipher = cipherOf(crypto, algorithm);
	const padded = padMethod2(plain, cipher.blockLength);
	try {
		const enciphered = cipher.cbc(key, randomIv ?? new Uint8Array(cipher.blockLength), padded, "encipher");
		return randomIv ? concat(randomIv, enciphered) : enciphered;
	} finally {
		wipe(padded); // WIPE
	}
}

/**
 * The receiver's half.
 * @param hasIv the initial vector stands in front
 * @returns undefined when the bytes are not what `encipherCardData` makes
 */
export function decipherCardData(
	crypto: Crypto,
	algorithm: KeyAlgorithm,
	key: Uint8Array,
	data: Uint8Array,
	hasIv: boolean,
): Uint8Array | undefined {
	const cipher = cipherOf(crypto, algorithm);
	const { blockLength } = cipher;
	const enciphered = hasIv ? data.subarray(blockLength) : data;
	if (enciphered.length === 0 || data.length % blockLength) return undefined;
	const iv = hasIv ? data.subarray(0, blockLength) : new Uint8Array(blockLength);
	const padded = cipher.cbc(key, iv, enciphered, "decipher");
	try {
		const end = padded.lastIndexOf(0x80);
		const isPadding = end >= padded.length - blockLength && padded.subarray(end + 1).every(byte => byte === 0);
		return isPadding ? padded.slice(0, end) : undefined;
	} finally {
		wipe(padded); // WIPE
	}
}

/** Of the cipher that card data goes under: the length of a random initial vector. */
export function cardDataIvLength(algorithm: KeyAlgorithm): number {
	return algorithm === "A" ? 16 : 8;
}

function cipherOf(crypto: Crypto, algorithm: KeyAlgorithm): BlockCipher {
	return algorithm === "A" ? aesCipher(crypto) : tdesCipher(crypto);
}
