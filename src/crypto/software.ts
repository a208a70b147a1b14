import { sha1 } from "@noble/hashes/legacy.js";
import { sha256 } from "@noble/hashes/sha2.js";
import des from "des.js";
import type { CipherDirection, Crypto } from "../ports.js";
import { aesCbc, aesEcb } from "./aes.js";

/**
 * The primitives in JavaScript, from libraries and from `aes.ts`, for an engine that has none of its own: XS in tests.
 * Cost on XS: docs/dependencies.md. A board and Node never load this file.
 */
export const softwareCrypto: Crypto = {
	sha1: data => sha1(data),
	sha256: data => sha256(data),
	desEcb: (key, data, direction) => run(key, undefined, data, direction),
	desCbc: (key, iv, data, direction) => run(key, iv, data, direction),
	aesEcb,
	aesCbc,
};

function run(key: Uint8Array, iv: Uint8Array | undefined, data: Uint8Array, direction: CipherDirection): Uint8Array {
	if (data.length % 8) throw new RangeError("DES works on whole blocks of 8 bytes");
	const options = {
		type: direction === "encipher" ? ("encrypt" as const) : ("decrypt" as const),
		key: key.length === 16 ? [...key, ...key.subarray(0, 8)] : [...key],
		padding: false,
		...(iv && { iv: [...iv] }),
	};
	const Cipher =
		key.length === 8 ? (iv ? des.CBC.instantiate(des.DES) : des.DES) : iv ? des.CBC.instantiate(des.EDE) : des.EDE;
	const cipher = Cipher.create(options);
	return Uint8Array.from([...cipher.update(data), ...cipher.final()]);
}
