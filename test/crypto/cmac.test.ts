import { describe, expect, test } from "vitest";
import { nodeCrypto } from "../../sim/world/nodeCrypto.js";
import { asciiBytes } from "../../src/bytes/bytes.js";
import { formatHex, parseHex } from "../../src/bytes/hex.js";
import { aesCipher, tdesCipher } from "../../src/crypto/blockCipher.js";
import { cbcMac, cmac, padMethod1, padMethod2, padMethod3, retailMac } from "../../src/crypto/mac.js";
import { softwareCrypto } from "../../src/crypto/software.js";

const MESSAGE =
	"6BC1BEE22E409F96E93D7E117393172AAE2D8A571E03AC9C9EB76FAC45AF8E51" +
	"30C81C46A35CE411E5FBC1191A0A52EFF69F2445DF4F9B17AD2B417BE66C3710";

describe.each([
	["node", nodeCrypto],
	["software", softwareCrypto],
])("%s", (_name, crypto) => {
	// NIST SP 800-38B, Appendix D
	test.each([
		["AES-128", aesCipher, "2B7E151628AED2A6ABF7158809CF4F3C", 0, "BB1D6929E95937287FA37D129B756746"],
		["AES-128", aesCipher, "2B7E151628AED2A6ABF7158809CF4F3C", 16, "070A16B46B4D4144F79BDD9DD04A287C"],
		["AES-128", aesCipher, "2B7E151628AED2A6ABF7158809CF4F3C", 40, "DFA66747DE9AE63030CA32611497C827"],
		["AES-128", aesCipher, "2B7E151628AED2A6ABF7158809CF4F3C", 64, "51F0BEBF7E3B9D92FC49741779363CFE"],
		[
			"AES-256",
			aesCipher,
			"603DEB1015CA71BE2B73AEF0857D77811F352C073B6108D72D9810A30914DFF4",
			40,
			"AAF3D8F1DE5640C232F5B169B9C911E6",
		],
		["TDES", tdesCipher, "8AA83BF8CBDA10620BC1BF19FBB6CD58BC313D4A371CA8B5", 0, "B7A688E122FFAF95"],
		["TDES", tdesCipher, "8AA83BF8CBDA10620BC1BF19FBB6CD58BC313D4A371CA8B5", 32, "33E6B1092400EAE5"],
	])("CMAC with %s", (_cipher, cipherOf, key, length, mac) => {
		const data = parseHex(MESSAGE).subarray(0, length);
		expect(formatHex(cmac(cipherOf(crypto), parseHex(key), data))).toBe(mac);
	});

	// psec, tests/test_mac.py, test_generate_cbc_mac
	test.each([
		[padMethod1, "68D9038F23360DF3"],
		[padMethod2, "32DC341271ACCD00"],
	])("CBC-MAC of %o", (pad, mac) => {
		const key = parseHex("AAAAAAAAAAAAAAAABBBBBBBBBBBBBBBB");
		expect(formatHex(cbcMac(tdesCipher(crypto), key, pad(asciiBytes("hello world"))))).toBe(mac);
	});
});

// ISO/IEC 9797-1, 6.3.4
test.each([
	["", 8, "00000000000000000000000000000000"],
	["1234", 8, "00000000000000101234000000000000"],
	["1234567890123456", 8, "00000000000000401234567890123456"],
	["1234", 16, "0000000000000000000000000000001012340000000000000000000000000000"],
])("padding method 3 of %s to blocks of %i", (data, blockLength, padded) => {
	expect(formatHex(padMethod3(parseHex(data), blockLength))).toBe(padded);
});

test("a retail MAC needs two keys", () => {
	expect(() => retailMac(nodeCrypto, new Uint8Array(8), new Uint8Array(8))).toThrow(RangeError);
});

// NIST SP 800-38B, 4.1
test.each([8, 0, 15])("CMAC takes no key of %i bytes", length => {
	for (const cipher of [tdesCipher(nodeCrypto), aesCipher(nodeCrypto)])
		expect(() => cmac(cipher, new Uint8Array(length), new Uint8Array(8))).toThrow(RangeError);
});
