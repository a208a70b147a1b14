import { generateKeyPairSync } from "node:crypto";
import { expect, test } from "vitest";
import { hasRocaFingerprint } from "../../src/crypto/roca.js";
import { bytesOf } from "../../src/crypto/rsa.js";

/** A number of the form that CVE-2017-15361 describes: k * M + (65537^a mod M), M the product of the first primes. */
function weakNumber(k: bigint, a: bigint): bigint {
	const primes: bigint[] = [];
	for (let n = 2n; primes.length < 39; n++) if (primes.every(prime => n % prime !== 0n)) primes.push(n);
	const product = primes.reduce((all, prime) => all * prime, 1n);
	let power = 1n;
	for (let i = 0n; i < a; i++) power = (power * 65537n) % product;
	return k * product + power;
}

test("a modulus whose factors have the weak form is found", () => {
	const modulus = weakNumber(0x1234567890abcdefn, 17n) * weakNumber(0xfedcba0987654321n, 4711n);
	expect(hasRocaFingerprint(bytesOf(modulus, 80))).toBe(true);
	expect(hasRocaFingerprint(bytesOf(modulus + 2n, 80))).toBe(false);
});

test("keys from OpenSSL do not have it", () => {
	for (let i = 0; i < 5; i++) {
		const { n } = generateKeyPairSync("rsa", { modulusLength: 1024 }).publicKey.export({ format: "jwk" });
		expect(hasRocaFingerprint(new Uint8Array(Buffer.from(n!, "base64url")))).toBe(false);
	}
});
