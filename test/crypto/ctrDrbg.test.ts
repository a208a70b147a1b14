import { expect, test } from "vitest";
import { nodeCrypto } from "../../sim/world/nodeCrypto.js";
import { SeededRandom } from "../../sim/world/seededRandom.js";
import { formatHex } from "../../src/bytes/hex.js";
import { CtrDrbg, knowsItsAnswer } from "../../src/crypto/ctrDrbg.js";

// [RND-03]
test("the known-answer test at start sees an AES that computes wrongly", () => {
	const aesEcb: typeof nodeCrypto.aesEcb = (key, data, direction) => {
		const result = nodeCrypto.aesEcb(key, data, direction);
		result[result.length - 1]! ^= 1;
		return result;
	};
	expect(knowsItsAnswer({ ...nodeCrypto, aesEcb })).toBe(false);
});

// [EMV-GAC-08]
test("requests of any length give that many bytes and never the same twice", () => {
	const drbg = new CtrDrbg(nodeCrypto, new SeededRandom(1).bytes(48));
	const seen = new Set<string>();
	for (const length of [8, 15, 16, 17, 32, 33, 1000, 65_536]) {
		const bytes = drbg.bytes(length);
		expect(bytes).toHaveLength(length);
		seen.add(formatHex(bytes.subarray(0, 8)));
	}
	expect(seen.size).toBe(8);
	expect(drbg.bytes(0)).toHaveLength(0);
	expect(() => drbg.bytes(65_537)).toThrow(RangeError);
});

test("the counter runs over into the bytes before it", () => {
	const drbg = new CtrDrbg(nodeCrypto, new SeededRandom(2).bytes(48));
	const blocks = formatHex(drbg.bytes(16 * 600)).match(/.{32}/g)!;
	expect(new Set(blocks).size).toBe(600);
});
