import { createHmac, hkdfSync } from "node:crypto";
import fc from "fast-check";
import { expect, test } from "vitest";
import { nodeCrypto } from "../../sim/world/nodeCrypto.js";
import { hkdf } from "../../src/crypto/hkdf.js";
import { hmac } from "../../src/crypto/hmac.js";

const bytes = fc.uint8Array({ maxLength: 200 });
const hash = fc.constantFrom("sha1", "sha256", "sha512");

test("HMAC is OpenSSL's", () => {
	fc.assert(
		fc.property(hash, bytes, bytes, (hash, key, data) => {
			expect(hmac(nodeCrypto, hash, key, data)).toEqual(new Uint8Array(createHmac(hash, key).update(data).digest()));
		}),
		{ numRuns: 60 },
	);
});

test("HKDF is OpenSSL's, at every length", () => {
	fc.assert(
		fc.property(hash, bytes, bytes, bytes, fc.integer({ min: 1, max: 300 }), (hash, inputKey, salt, info, length) => {
			expect(hkdf(nodeCrypto, hash, { inputKey, salt, info, length })).toEqual(
				new Uint8Array(hkdfSync(hash, inputKey, salt, info, length)),
			);
		}),
		{ numRuns: 60 },
	);
});

test("HKDF gives 255 blocks and no more (RFC 5869, 2.3)", () => {
	const empty = new Uint8Array(0);
	const input = { inputKey: Uint8Array.of(1), salt: empty, info: empty };
	expect(hkdf(nodeCrypto, "sha1", { ...input, length: 255 * 20 })).toHaveLength(5100);
	expect(() => hkdf(nodeCrypto, "sha1", { ...input, length: 255 * 20 + 1 })).toThrow(RangeError);
});
