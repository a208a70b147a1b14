import { createCipheriv, createDecipheriv, createHash } from "node:crypto";
import type { CipherDirection, Crypto } from "../../src/ports.js";

/** The primitives from Node's own OpenSSL. */
export const nodeCrypto: Crypto = {
	sha1: (...parts) => digest("sha1", ...parts),
	sha256: data => digest("sha256", data),
	sha512: data => digest("sha512", data),
	desEcb: (key, data, direction) => des("des-ede3", key, null, data, direction),
	desCbc: (key, iv, data, direction) => des("des-ede3-cbc", key, iv, data, direction),
	aesEcb: (key, data, direction) => aes("ecb", key, null, data, direction),
	aesCbc: (key, iv, data, direction) => aes("cbc", key, iv, data, direction),
};

function digest(name: string, ...parts: readonly Uint8Array[]): Uint8Array {
	const hash = createHash(name);
	for (const part of parts) hash.update(part);
	return new Uint8Array(hash.digest());
}

function des(name: string, key: Uint8Array, iv: Uint8Array | null, data: Uint8Array, direction: CipherDirection) {
	if (![8, 16, 24].includes(key.length)) throw new RangeError("a DES key has 8, 16 or 24 bytes");
	// OpenSSL 3 keeps single DES in its legacy provider, but K1 = K2 = K3 makes triple DES the same cipher.
	const key24 = key.length === 24 ? key : Uint8Array.from([...key, ...key, ...key].slice(0, 24));
	try {
		return run(name, key24, iv, data, direction);
	} finally {
		if (key24 !== key) key24.fill(0);
	}
}

function aes(
	mode: "ecb" | "cbc",
	key: Uint8Array,
	iv: Uint8Array | null,
	data: Uint8Array,
	direction: CipherDirection,
) {
	if (![16, 24, 32].includes(key.length)) throw new RangeError("an AES key has 16, 24 or 32 bytes");
	return run(`aes-${8 * key.length}-${mode}`, key, iv, data, direction);
}

function run(name: string, key: Uint8Array, iv: Uint8Array | null, data: Uint8Array, direction: CipherDirection) {
	const cipher = direction === "encipher" ? createCipheriv(name, key, iv) : createDecipheriv(name, key, iv);
	cipher.setAutoPadding(false);
	return new Uint8Array(Buffer.concat([cipher.update(data), cipher.final()]));
}
