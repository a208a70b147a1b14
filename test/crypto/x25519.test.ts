import fc from "fast-check";
import nacl from "tweetnacl";
import { expect, test } from "vitest";
import { x25519PublicKey, x25519SharedSecret } from "../../src/crypto/x25519.js";

const key = fc.uint8Array({ minLength: 32, maxLength: 32 });

test("public keys and shared secrets are those of tweetnacl, also for keys of other people that are no canonical number", () => {
	fc.assert(
		fc.property(key, key, (secretKey, publicKey) => {
			expect(x25519PublicKey(secretKey)).toEqual(nacl.scalarMult.base(secretKey));
			expect(x25519SharedSecret(secretKey, publicKey)).toEqual(nacl.scalarMult(secretKey, publicKey));
		}),
		{ numRuns: 20, examples: [[new Uint8Array(32).fill(3), new Uint8Array(32).fill(0xff)]] },
	);
});

test("RFC 7748, 5.2: after a thousand iterations", () => {
	let k: Uint8Array = Uint8Array.from([9, ...new Uint8Array(31)]);
	let u = k;
	for (let i = 0; i < 1000; i++) [k, u] = [x25519SharedSecret(k, u)!, k];
	expect(Buffer.from(k).toString("hex")).toBe("684cf59ba83309552800ef566f2f4d3c1c3887c49360e3875f2eb94d99532c51");
}, 60_000);

test("a key of low order gives no secret (RFC 7748, 6.1)", () => {
	for (const low of [0, 1]) {
		const publicKey = new Uint8Array(32);
		publicKey[0] = low;
		expect(x25519SharedSecret(new Uint8Array(32).fill(5), publicKey)).toBeUndefined();
	}
});

test("keys of another length are a fault", () => {
	expect(() => x25519SharedSecret(new Uint8Array(32), new Uint8Array(31))).toThrow(RangeError);
	expect(() => x25519SharedSecret(new Uint8Array(31), new Uint8Array(32))).toThrow(RangeError);
	expect(() => x25519PublicKey(new Uint8Array(31))).toThrow();
});
