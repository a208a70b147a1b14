import { bigIntOf } from "./rsa.js";

// Primes below 168 that the fingerprint needs; the others are generated wholly by 65537 and tell nothing.
const PRIMES = Object.freeze([
	3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37, 41, 43, 47, 53, 59, 61, 67, 71, 73, 79, 83, 89, 97, 101, 103, 107, 109, 113,
	127, 131, 137, 139, 149, 151, 157, 163, 167,
] as const);
const GENERATOR = 65537;

/**
 * Whether a modulus has the fingerprint of the ROCA weakness (CVE-2017-15361): modulo every small prime it is a power of
 * 65537. A sound modulus has it with a chance below 2^-27.
 */
export function hasRocaFingerprint(modulus: Uint8Array): boolean {
	const value = bigIntOf(modulus);
	return PRIMES.every(prime => isPowerOfGenerator(Number(value % BigInt(prime)), prime));
}

function isPowerOfGenerator(residue: number, prime: number): boolean {
	const step = GENERATOR % prime;
	let power = 1;
	do {
		if (power === residue) return true;
		power = (power * step) % prime;
	} while (power !== 1);
	return false;
}
