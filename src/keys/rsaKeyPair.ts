import { concat, wipe } from "../bytes/bytes.js";
import { bigIntOf, bytesOf, modPow } from "../crypto/rsa.js";
import type { Random } from "../ports.js";
import {
	derBitString,
	derInteger,
	derNull,
	derObjectIdentifier,
	derOctetString,
	derSequence,
	readDer,
	readDerParts,
} from "./der.js";

/**
 * An RSA key of 2048 bits made on the device, for TLS: the TLS client of the Moddable SDK signs with RSA and nothing else.
 * The numbers are BigInt, which cannot be wiped (docs/threat-model.md). Made once in the life of a terminal, in minutes
 * on a board.
 */
export interface RsaPrivateKey {
	readonly modulus: bigint;
	readonly exponent: bigint;
	readonly primes: readonly [bigint, bigint];
}

const PUBLIC_EXPONENT = 65537n;
const PRIME_BITS = 1024;
const RSA_KEY_BYTES = (2 * PRIME_BITS) / 8;
/** FIPS 186-5, table B.1: for primes of 1024 bits, with an error of at most 2^-112. */
const MILLER_RABIN_ROUNDS = 5;
const SIEVED_UP_TO = 10_000;
/** FIPS 186-5, A.1.3: the primes differ within their first 100 bits. */
const LEAST_DISTANCE = 1n << BigInt(PRIME_BITS - 100);
const RSA_ENCRYPTION = "1.2.840.113549.1.1.1";

/** @param pause awaited after each number that was tried, some seconds of work on a board: others get their turn */
export async function makeRsaKey(random: Random, pause: () => Promise<void>): Promise<RsaPrivateKey> {
	const p = await makePrime(random, pause);
	for (;;) {
		const q = await makePrime(random, pause);
		if ((p > q ? p - q : q - p) > LEAST_DISTANCE) return { ...keyOf(p, q), primes: p > q ? [p, q] : [q, p] };
	}
}

/** SubjectPublicKeyInfo (RFC 5280, 4.1; RFC 3279, 2.3.1) in DER. */
export function encodeRsaPublicKey({ modulus }: RsaPrivateKey): Uint8Array {
	const numbers = derSequence(derNumber(modulus), derNumber(PUBLIC_EXPONENT));
	return derSequence(rsaAlgorithm(), derBitString(numbers));
}

function rsaAlgorithm(): Uint8Array {
	return derSequence(derObjectIdentifier(RSA_ENCRYPTION), derNull());
}

/** PrivateKeyInfo (RFC 5208, 5) of an RSAPrivateKey (RFC 8017, A.1.2) in DER; the caller wipes it. */
export function encodeRsaPrivateKey({ modulus, exponent, primes: [p, q] }: RsaPrivateKey): Uint8Array {
	const zero = derInteger(Uint8Array.of(0));
	const numbers = [modulus, PUBLIC_EXPONENT, exponent, p, q, exponent % (p - 1n), exponent % (q - 1n), inverse(q, p)];
	const key = derSequence(zero, ...numbers.map(derNumber));
	try {
		return derSequence(zero, rsaAlgorithm(), derOctetString(key));
	} finally {
		wipe(key); // WIPE
	}
}

/** RSASSA-PKCS1-v1_5 with SHA-256 (RFC 8017, 8.2.1 and 9.2). @param digest 32 bytes */
export function rsaSign({ modulus, exponent, primes: [p, q] }: RsaPrivateKey, digest: Uint8Array): Uint8Array {
	const digestInfo = derSequence(derSequence(derObjectIdentifier(SHA_256), derNull()), derOctetString(digest));
	const padding = new Uint8Array(RSA_KEY_BYTES - 3 - digestInfo.length).fill(0xff);
	const message = bigIntOf(concat(Uint8Array.of(0, 1), padding, Uint8Array.of(0), digestInfo));
	// RFC 8017, 5.1.2: half as long numbers twice; and a wrong result would give a prime away, so it is checked.
	const [a, b] = [modPow(message, exponent % (p - 1n), p), modPow(message, exponent % (q - 1n), q)];
	const signature = b + q * (((((a - b) * inverse(q, p)) % p) + p) % p);
	if (modPow(signature, PUBLIC_EXPONENT, modulus) !== message) throw new RangeError("an RSA signature went wrong");
	return bytesOf(signature, RSA_KEY_BYTES);
}

const SHA_256 = "2.16.840.1.101.3.4.2.1";

/** The key as `encodeRsaPrivateKey` wrote it: only such are in the key store. */
export function decodeRsaPrivateKey(pkcs8: Uint8Array): RsaPrivateKey {
	const [, , wrapped] = readDerParts(pkcs8, readDer(pkcs8, 0));
	const numbers = readDerParts(pkcs8, readDer(pkcs8, wrapped!.contentAt));
	const [, modulus, , exponent, p, q] = numbers.map(({ contentAt, end }) => bigIntOf(pkcs8.subarray(contentAt, end)));
	return { modulus: modulus!, exponent: exponent!, primes: [p!, q!] };
}

function keyOf(p: bigint, q: bigint): Pick<RsaPrivateKey, "modulus" | "exponent"> {
	const [a, b] = [p - 1n, q - 1n];
	return { modulus: p * q, exponent: inverse(PUBLIC_EXPONENT, (a / gcd(a, b)) * b) };
}

/** From a random place on, so that the small factors of one number tell those of the next. */
async function makePrime(random: Random, pause: () => Promise<void>): Promise<bigint> {
	const small = smallPrimes();
	for (;;) {
		const bytes = random.bytes(PRIME_BITS / 8);
		bytes[0]! |= 0xc0; // the product of two such has 2048 bits
		bytes[bytes.length - 1]! |= 1;
		const start = bigIntOf(bytes);
		wipe(bytes); // WIPE
		const residues = small.map(prime => Number(start % BigInt(prime)));
		for (let step = 0; step < 2 * PRIME_BITS; step += 2) {
			if (residues.some((residue, i) => (residue + step) % small[i]! === 0)) continue;
			await pause();
			const candidate = start + BigInt(step);
			if (candidate % PUBLIC_EXPONENT !== 1n && isProbablyPrime(candidate, random)) return candidate;
		}
	}
}

/** Miller-Rabin (FIPS 186-5, B.3.1). */
function isProbablyPrime(candidate: bigint, random: Random): boolean {
	const below = candidate - 1n;
	let odd = below;
	let halvings = 0;
	for (; (odd & 1n) === 0n; odd >>= 1n) halvings++;
	const witnesses = (base: bigint) => {
		let power = modPow(base, odd, candidate);
		if (power === 1n || power === below) return false;
		for (let i = 1; i < halvings; i++) {
			power = (power * power) % candidate;
			if (power === below) return false;
		}
		return true;
	};
	for (let round = 0; round < MILLER_RABIN_ROUNDS; round++) {
		const base = (bigIntOf(random.bytes(PRIME_BITS / 8)) % (below - 2n)) + 2n;
		if (witnesses(base)) return false;
	}
	return true;
}

function smallPrimes(): number[] {
	const primes: number[] = [];
	for (let n = 3; n < SIEVED_UP_TO; n += 2) if (primes.every(prime => n % prime !== 0)) primes.push(n);
	return primes;
}

function gcd(a: bigint, b: bigint): bigint {
	return b === 0n ? a : gcd(b, a % b);
}

/** Of `value` modulo `modulus`, by Euclid's algorithm. */
function inverse(value: bigint, modulus: bigint): bigint {
	let [r, next] = [modulus, value % modulus];
	let [x, nextX] = [0n, 1n];
	while (next !== 0n) {
		const quotient = r / next;
		[r, next] = [next, r - quotient * next];
		[x, nextX] = [nextX, x - quotient * nextX];
	}
	return x < 0n ? x + modulus : x;
}

function derNumber(value: bigint): Uint8Array {
	return derInteger(bytesOf(value, RSA_KEY_BYTES));
}
