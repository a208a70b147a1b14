/** An RSA public key: `modulus` big-endian without leading zeros, `exponent` 3 or 65537. */
export interface RsaPublicKey {
	readonly modulus: Uint8Array;
	readonly exponent: number;
}

/**
 * The RSA public operation (EMV 4.4 Book 2, B2.1): `input` to the power of the exponent, modulo the modulus.
 * Native BigInt: 1 ms for 1984 bits on desktop XS, while a conversion through hexadecimal text alone takes 100 ms.
 * @returns as many bytes as the modulus
 * @throws {RangeError} when `input` is not as long as the modulus or not below it
 */
export function rsaRecover(key: RsaPublicKey, input: Uint8Array): Uint8Array {
	if (input.length !== key.modulus.length) throw new RangeError("RSA input must be as long as the modulus");
	const modulus = bigIntOf(key.modulus);
	const base = bigIntOf(input);
	if (base >= modulus) throw new RangeError("RSA input must be below the modulus");
	return bytesOf(modPow(base, BigInt(key.exponent), modulus), key.modulus.length);
}

/**
 * `base` to the power of `exponent` modulo `modulus`; time depends on the exponent, so not for a device's private keys.
 * Reduces by Barrett's method, two products instead of a division: on XS with 1408 bits and 65537 it takes 8.5 k compute
 * units and 0.11 ms, with the operator % 102 k and 0.17 ms.
 */
export function modPow(base: bigint, exponent: bigint, modulus: bigint): bigint {
	const length = bitLength(modulus);
	const [below, above] = [BigInt(length - 1), BigInt(length + 1)];
	const reciprocal = (1n << BigInt(2 * length)) / modulus;
	const reduced = (product: bigint) => {
		// The quotient is at most 2 too small (Handbook of Applied Cryptography, 14.42 and 14.44).
		let rest = product - (((product >> below) * reciprocal) >> above) * modulus;
		while (rest >= modulus) rest -= modulus;
		return rest;
	};
	let result: bigint | undefined;
	let square = base % modulus;
	for (let rest = exponent; rest > 0n; rest >>= 1n) {
		if (rest & 1n) result = result === undefined ? square : reduced(result * square);
		if (rest > 1n) square = reduced(square * square);
	}
	return result ?? 1n % modulus;
}

function bitLength(value: bigint): number {
	let length = 0;
	let rest = value;
	for (; rest >> 32n; rest >>= 32n) length += 32;
	return length + 32 - Math.clz32(Number(rest));
}

/** Big-endian bytes as a number, eight bytes at a time. */
export function bigIntOf(bytes: Uint8Array): bigint {
	const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
	const head = bytes.length % 8;
	let value = 0n;
	for (let i = 0; i < head; i++) value = (value << 8n) | BigInt(bytes[i]!);
	for (let i = head; i < bytes.length; i += 8) value = (value << 64n) | view.getBigUint64(i);
	return value;
}

/** A number as `length` big-endian bytes. */
export function bytesOf(value: bigint, length: number): Uint8Array {
	const padded = new Uint8Array((length + 7) & ~7);
	const view = new DataView(padded.buffer);
	let rest = value;
	for (let i = padded.length - 8; i >= 0; i -= 8) {
		view.setBigUint64(i, BigInt.asUintN(64, rest));
		rest >>= 64n;
	}
	return padded.subarray(padded.length - length);
}
