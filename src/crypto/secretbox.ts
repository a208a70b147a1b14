import nacl from "tweetnacl";

/** NaCl secretbox, XSalsa20 and Poly1305, from tweetnacl: the symmetric half of it is as fast on XS as any. */
export const SECRETBOX_NONCE_LENGTH = 24;

/** @param nonce 24 bytes, never twice under one key @param key 32 bytes @returns 16 bytes more than `plain` */
export function secretbox(plain: Uint8Array, nonce: Uint8Array, key: Uint8Array): Uint8Array {
	return nacl.secretbox(plain, nonce, key);
}

/** @returns undefined when `box` was not made under this key and nonce, or was changed since */
export function openSecretbox(box: Uint8Array, nonce: Uint8Array, key: Uint8Array): Uint8Array | undefined {
	return nacl.secretbox.open(box, nonce, key) ?? undefined;
}

/** What tweetnacl exports and its types leave out. */
const { lowlevel } = nacl as unknown as {
	readonly lowlevel: {
		crypto_core_hsalsa20(output: Uint8Array, input: Uint8Array, key: Uint8Array, constant: Uint8Array): number;
	};
};

/** HSalsa20 (NaCl: what makes a key of an X25519 secret): 32 bytes from a key of 32 and an input of 16. */
export function hsalsa20(key: Uint8Array, input: Uint8Array): Uint8Array {
	const result = new Uint8Array(32);
	lowlevel.crypto_core_hsalsa20(result, input, key, SIGMA);
	return result;
}

/** "expand 32-byte k" (Salsa20, 8) */
const SIGMA = new Uint8Array([
	0x65, 0x78, 0x70, 0x61, 0x6e, 0x64, 0x20, 0x33, 0x32, 0x2d, 0x62, 0x79, 0x74, 0x65, 0x20, 0x6b,
]);
