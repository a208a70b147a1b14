import { concat, wipe } from "../bytes/bytes.js";
import type { Crypto } from "../ports.js";

export type HashName = "sha1" | "sha256" | "sha512";

/** Length of the blocks that the hash works on, in bytes (FIPS 180-4, figure 1). */
const BLOCK_LENGTH: Readonly<Record<HashName, number>> = Object.freeze({ sha1: 64, sha256: 64, sha512: 128 });

/** HMAC (RFC 2104, 2), as long as the hash. */
export function hmac(crypto: Crypto, hash: HashName, key: Uint8Array, data: Uint8Array): Uint8Array {
	const [inner, outer] = hmacPads(crypto, hash, key);
	const first = concat(inner, data);
	const second = concat(outer, crypto[hash](first));
	try {
		return crypto[hash](second);
	} finally {
		wipe(inner, outer, first, second); // WIPE
	}
}

/** The key as the block before the data, and as the one before their hash: for who hashes often under one key, and wipes them. */
export function hmacPads(crypto: Crypto, hash: HashName, key: Uint8Array): [inner: Uint8Array, outer: Uint8Array] {
	const blockLength = BLOCK_LENGTH[hash];
	const shortened = key.length > blockLength ? crypto[hash](key) : undefined;
	const inner = new Uint8Array(blockLength);
	inner.set(shortened ?? key);
	const outer = inner.map(byte => byte ^ 0x5c);
	for (let i = 0; i < blockLength; i++) inner[i]! ^= 0x36;
	wipe(shortened); // WIPE
	return [inner, outer];
}
