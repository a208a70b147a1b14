import fc from "fast-check";
import nacl from "tweetnacl";
import { describe, expect, test } from "vitest";
import { nodeCrypto } from "../../sim/world/nodeCrypto.js";
import { parseHex } from "../../src/bytes/hex.js";
import { ed25519KeyPair, ed25519Sign, ed25519Verify } from "../../src/crypto/ed25519.js";
import { GROUP_ORDER } from "../../src/crypto/edwards25519.js";
import { littleEndianBytes, littleEndianNumber } from "../../src/crypto/littleEndian.js";

const seed = fc.uint8Array({ minLength: 32, maxLength: 32 });
const message = fc.uint8Array({ maxLength: 300 });

test("keys and signatures are those of tweetnacl, and each checks the other's", () => {
	fc.assert(
		fc.property(seed, message, (seed, message) => {
			const { publicKey, secretKey } = ed25519KeyPair(nodeCrypto, seed);
			const reference = nacl.sign.keyPair.fromSeed(seed);
			expect(secretKey).toEqual(reference.secretKey);
			expect(publicKey).toEqual(reference.publicKey);
			const signature = ed25519Sign(nodeCrypto, message, secretKey);
			expect(signature).toEqual(nacl.sign.detached(message, reference.secretKey));
			expect(nacl.sign.detached.verify(message, signature, publicKey)).toBe(true);
			expect(ed25519Verify(nodeCrypto, message, signature, publicKey)).toBe(true);
		}),
		{ numRuns: 15 },
	);
});

test("one changed bit of signature, message or key is seen", () => {
	const { publicKey, secretKey } = ed25519KeyPair(nodeCrypto, new Uint8Array(32).fill(7));
	const text = parseHex("00112233445566778899");
	const whole = [ed25519Sign(nodeCrypto, text, secretKey), text, publicKey] as const;
	fc.assert(
		fc.property(fc.integer({ min: 0, max: 2 }), fc.nat(), (part, at) => {
			const changed = whole.map(bytes => bytes.slice());
			const bytes = changed[part]!;
			bytes[(at >> 3) % bytes.length]! ^= 1 << (at & 7);
			const [signature, message, key] = changed as [Uint8Array, Uint8Array, Uint8Array];
			expect(ed25519Verify(nodeCrypto, message, signature, key)).toBe(false);
		}),
		{ numRuns: 40 },
	);
});

describe("refused", () => {
	const { publicKey, secretKey } = ed25519KeyPair(nodeCrypto, new Uint8Array(32).fill(1));
	const text = new Uint8Array(10);
	const signature = ed25519Sign(nodeCrypto, text, secretKey);
	const verify = (signature: Uint8Array, key: Uint8Array) => ed25519Verify(nodeCrypto, text, signature, key);

	test("a second form of the same signature: the response above the group order (RFC 8032, 5.1.7)", () => {
		const response = littleEndianNumber(signature.subarray(32)) + GROUP_ORDER;
		const other = Uint8Array.from([...signature.subarray(0, 32), ...littleEndianBytes(response, 32)]);
		expect(nacl.sign.detached.verify(text, other, publicKey)).toBe(true); // tweetnacl does not look
		expect(verify(other, publicKey)).toBe(false);
	});

	test("a key of small order, under which this signature would fit every message", () => {
		const neutral = Uint8Array.from([1, ...new Uint8Array(31)]);
		const forged = Uint8Array.from([1, ...new Uint8Array(63)]);
		expect(nacl.sign.detached.verify(text, forged, neutral)).toBe(true);
		expect(verify(forged, neutral)).toBe(false);
	});

	test("a key that is no point, or a point written with a number above the field", () => {
		expect(verify(signature, new Uint8Array(32).fill(0xff))).toBe(false);
		expect(verify(signature, Uint8Array.from([2, ...new Uint8Array(31)]))).toBe(false);
	});

	test("lengths that are none", () => {
		expect(verify(signature.subarray(1), publicKey)).toBe(false);
		expect(verify(signature, publicKey.subarray(1))).toBe(false);
		expect(() => ed25519KeyPair(nodeCrypto, new Uint8Array(31))).toThrow(RangeError);
		expect(() => ed25519Sign(nodeCrypto, text, secretKey.subarray(0, 32))).toThrow(RangeError);
	});
});
