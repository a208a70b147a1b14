import { concat, wipe } from "../bytes/bytes.js";
import type { Crypto } from "../ports.js";
import { type HashName, hmac } from "./hmac.js";

export interface HkdfInput {
	readonly inputKey: Uint8Array;
	/** Public and as random as the hash is long; may be empty. */
	readonly salt: Uint8Array;
	/** Says what the key is for; different texts give unrelated keys. */
	readonly info: Uint8Array;
	/** Of the key to make, in bytes; at most 255 times the hash. */
	readonly length: number;
}

/** HKDF (RFC 5869, 2): extract, then expand. @throws {RangeError} when more is asked than it can give */
export function hkdf(crypto: Crypto, hash: HashName, { inputKey, salt, info, length }: HkdfInput): Uint8Array {
	// An empty salt is a string of zeros, to which HMAC fills up every key anyway (2.2).
	const pseudorandomKey = hmac(crypto, hash, salt, inputKey);
	const result = new Uint8Array(length);
	let block: Uint8Array = new Uint8Array(0);
	try {
		for (let at = 0, counter = 1; at < length; at += block.length, counter++) {
			if (counter > 255) throw new RangeError("HKDF gives at most 255 blocks of the hash");
			const input = concat(block, info, Uint8Array.of(counter));
			wipe(block); // WIPE
			block = hmac(crypto, hash, pseudorandomKey, input);
			wipe(input); // WIPE
			result.set(block.subarray(0, length - at), at);
		}
		return result;
	} finally {
		wipe(pseudorandomKey, block); // WIPE
	}
}
