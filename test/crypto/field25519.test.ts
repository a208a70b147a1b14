import fc from "fast-check";
import { expect, test } from "vitest";
import { canonical, FIELD_ORDER, inverse, isZero, times } from "../../src/crypto/field25519.js";

const P = 2n ** 255n - 19n;
const number = fc.bigInt({ min: -8n * P, max: 8n * P });
const EDGES = [0n, 1n, -1n, P - 1n, P, P + 1n, 3n * P, -2n * P, 8n * P, -8n * P];

test("the modulus is 2^255 - 19", () => {
	expect(FIELD_ORDER).toBe(P);
});

test("a product is right modulo the modulus and stays between -2 and 3 times it", () => {
	fc.assert(
		fc.property(number, number, (a, b) => {
			const product = times(a, b);
			expect(isZero(product - a * b)).toBe(true);
			expect(product >= -2n * P && product < 3n * P).toBe(true);
		}),
		{ numRuns: 300, examples: EDGES.flatMap(a => EDGES.map((b): [bigint, bigint] => [a, b])) },
	);
});

test("the canonical form is from 0 up to the modulus", () => {
	fc.assert(
		fc.property(number, a => {
			expect(canonical(a)).toBe(((a % P) + P) % P);
		}),
		{ examples: EDGES.map((a): [bigint] => [a]) },
	);
});

test("a number times its inverse is 1; 0 has none and gives 0", () => {
	fc.assert(
		fc.property(number, a => {
			fc.pre(a % P !== 0n);
			expect(canonical(times(a, inverse(a)))).toBe(1n);
		}),
		{ numRuns: 20 },
	);
	expect(isZero(inverse(P))).toBe(true);
});
