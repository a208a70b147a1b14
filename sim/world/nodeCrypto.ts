import { createCipheriv, createDecipheriv, createHash } from "node:crypto";
import type { CipherDirection, Crypto } from "../../src/ports.js";

/** The primitives from Node's own OpenSSL. */
export const nodeCrypto: Crypto = {
	sha1: (...parts) => digest("sha1", ...parts),
	sha256: data => digest("sha256", data),
	sha512: data => digest("sha512", data),
	desEcb: (key, data, direction) => des("des-ede3", key, null, data, direction),
	desCbc: (key, iv, data, direction) => des("des-ede3-cbc", key, iv, data, direction),
	aesEcb: (key, data, direction) => run(`aes-${8 * key.length}-ecb`, key, null, data, direction),
	aesCbc: (key, iv, data, direction) => run(`aes-${8 * key.length}-cbc`, key, iv, data, direction),
};

function digest(name: string, ...parts: readonly Uint8Array[]): Uint8Array {
	const hash = createHash(name);
	for (const part of parts) hash.update(part);
	return new Uint8Array(hash.digest());
}

function des(name: string, key: Uint8Array, iv: Uint8Array | null, data: Uint8Array, direction: CipherDirection) {
	// OpenSSL 3 keeps single DES in its legacy provider, but K1 = K2 = K3 makes triple DES the same cipher.
	const key24 = key.length === 24 ? key : Uint8Array.from([...key, ...key, ...key].slice(0, 24));
	try {
		return run(name, key24, iv, data, direction);
	} finally {
		if (key24 !== key) key24.fill(0);
	}
}

function run(name: string, key: Uint8Array, iv: Uint8Array | null, data: Uint8Array, direction: CipherDirection) {
	const cipher = direction === "encipher" ? createCipheriv(name, key, iv) : createDecipheriv(name, key, iv);
	cipher.setAutoPadding(false);
	return new Uint8Array(Buffer.concat([cipher.update(data), cipher.final()]));
}
