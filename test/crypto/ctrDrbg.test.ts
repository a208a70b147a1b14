import { describe, expect, test } from "vitest";
import { nodeCrypto } from "../../sim/world/nodeCrypto.js";
import { SeededRandom } from "../../sim/world/seededRandom.js";
import { formatHex, parseHex } from "../../src/bytes/hex.js";
import { CtrDrbg, knowsItsAnswer } from "../../src/crypto/ctrDrbg.js";
import { softwareCrypto } from "../../src/crypto/software.js";

// [RND-03]
describe.each([
	["node", nodeCrypto],
	["software", softwareCrypto],
])("CTR_DRBG AES-256 with derivation function, NIST CAVP, %s", (_name, crypto) => {
	test("without reseeding, count 0: the second request", () => {
		const entropyInput = "36401940FA8B1FBA91A1661F211D78A0B9389A74E5BCCFECE8D766AF1A6D3B14";
		const drbg = new CtrDrbg(crypto, parseHex(`${entropyInput}496F25B0F1301B4F501BE30380A137EB`));
		drbg.bytes(64);
		expect(formatHex(drbg.bytes(64))).toBe(
			"5862EB38BD558DD978A696E6DF164782DDD887E7E9A6C9F3F1FBAFB78941B535A64912DFD224C6DC7454E5250B3D97165E16260C2FAF1CC7735CB75FB4F07E1D",
		);
	});

	test("with reseeding before each request, count 0", () => {
		const entropyInput = "C18081A65D44021619B3F180B1C920026A546F0C7081498B6EA662526D51B1CB";
		const drbg = new CtrDrbg(crypto, parseHex(`${entropyInput}D254FCFF021E69D229C9CFAD85FA486C`));
		drbg.reseed(parseHex("583BFAD5375FFBC9FF46D219C7223E95459D82E1E7229F633169D26B57474FA3"));
		expect(formatHex(drbg.bytes(16))).toBe("AACECD2D8FB228B8F8F9C4152E96BC13");
		drbg.reseed(parseHex("37C9981C0BFB91314D55B9E91C5A5EE49392CFC52312D5562C4A6EFFDC10D068"));
		expect(formatHex(drbg.bytes(16))).toBe("34011656B429008F3563ECB5F2590723");
	});

	test("the known-answer test at start passes", () => {
		expect(knowsItsAnswer(crypto)).toBe(true);
	});
});

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
