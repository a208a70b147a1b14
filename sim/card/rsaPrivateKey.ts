import { parseHex } from "../../src/bytes/hex.js";
import { bigIntOf, bytesOf, modPow } from "../../src/crypto/rsa.js";

/** A test key with the fields of RFC 8017, A.1.2; big-endian hexadecimal, `modulus` without leading zeros. */
export interface RsaPrivateKey {
	readonly modulus: string;
	readonly publicExponent: string;
	readonly prime1: string;
	readonly prime2: string;
	readonly exponent1: string;
	readonly exponent2: string;
	readonly coefficient: string;
}

/** Bytes in the modulus. */
export function modulusLength(key: RsaPrivateKey): number {
	return key.modulus.length / 2;
}

/**
 * The RSA private operation by the Chinese remainder theorem (RFC 8017, 5.1.2). Its time tells about the key: for test
 * keys only.
 * @returns as many bytes as the modulus
 * @throws {RangeError} when `input` is not as long as the modulus or not below it
 */
export function rsaPrivate(key: RsaPrivateKey, input: Uint8Array): Uint8Array {
	if (input.length !== modulusLength(key)) throw new RangeError("RSA input must be as long as the modulus");
	const number = bigIntOf(input);
	if (number >= integer(key.modulus)) throw new RangeError("RSA input must be below the modulus");
	const p = integer(key.prime1);
	const q = integer(key.prime2);
	const m1 = modPow(number, integer(key.exponent1), p);
	const m2 = modPow(number, integer(key.exponent2), q);
	const h = ((((m1 - m2) % p) + p) * integer(key.coefficient)) % p;
	return bytesOf(m2 + h * q, input.length);
}

function integer(hex: string): bigint {
	return bigIntOf(parseHex(hex));
}
