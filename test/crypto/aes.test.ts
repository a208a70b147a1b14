import { describe, expect, test } from "vitest";
import { nodeCrypto } from "../../sim/world/nodeCrypto.js";
import { SeededRandom } from "../../sim/world/seededRandom.js";
import { formatHex, parseHex } from "../../src/bytes/hex.js";
import { aesCipher, tdesCipher } from "../../src/crypto/blockCipher.js";
import { softwareCrypto } from "../../src/crypto/software.js";

const PLAIN = "00112233445566778899AABBCCDDEEFF";
const KEY = "000102030405060708090A0B0C0D0E0F101112131415161718191A1B1C1D1E1F";

describe.each([
	["software", softwareCrypto],
	["node", nodeCrypto],
])("%s", (_name, crypto) => {
	test.each([
		["C.1", 16, "69C4E0D86A7B0430D8CDB78070B4C55A"],
		["C.2", 24, "DDA97CA4864CDFE06EAF70A0EC0D7191"],
		["C.3", 32, "8EA2B7CA516745BFEAFC49904B496089"],
	])("FIPS 197, %s: a key of %s bytes", (_vector, length, cipherText) => {
		const key = parseHex(KEY).subarray(0, length as number);
		expect(formatHex(crypto.aesEcb(key, parseHex(PLAIN), "encipher"))).toBe(cipherText);
		expect(formatHex(crypto.aesEcb(key, parseHex(cipherText as string), "decipher"))).toBe(PLAIN);
	});

	test("SP 800-38A, F.2.1: CBC with AES-128", () => {
		const key = parseHex("2B7E151628AED2A6ABF7158809CF4F3C");
		const iv = parseHex("000102030405060708090A0B0C0D0E0F");
		const plain = "6BC1BEE22E409F96E93D7E117393172AAE2D8A571E03AC9C9EB76FAC45AF8E51";
		const cipherText = "7649ABAC8119B246CEE98E9B12E9197D5086CB9B507219EE95DB113A917678B2";
		expect(formatHex(crypto.aesCbc(key, iv, parseHex(plain), "encipher"))).toBe(cipherText);
		expect(formatHex(crypto.aesCbc(key, iv, parseHex(cipherText), "decipher"))).toBe(plain);
	});
});

test("software and OpenSSL agree on random keys and data", () => {
	const random = new SeededRandom(197);
	for (const length of [16, 24, 32, 16, 24, 32]) {
		const [key, iv, data] = [random.bytes(length), random.bytes(16), random.bytes(64)];
		for (const direction of ["encipher", "decipher"] as const) {
			expect(softwareCrypto.aesEcb(key, data, direction)).toEqual(nodeCrypto.aesEcb(key, data, direction));
			expect(softwareCrypto.aesCbc(key, iv, data, direction)).toEqual(nodeCrypto.aesCbc(key, iv, data, direction));
		}
	}
});

describe.each([
	["AES", aesCipher, 17, 16],
	["DES", tdesCipher, 12, 8],
] as const)("%s refuses", (_name, cipherOf, wrongKey, blockLength) => {
	const cipher = cipherOf(nodeCrypto);
	const block = new Uint8Array(blockLength);

	test("a key of another length", () => {
		expect(() => cipher.ecb(new Uint8Array(wrongKey), block, "encipher")).toThrow(RangeError);
	});

	test("data that fill no whole blocks", () => {
		expect(() => cipher.ecb(new Uint8Array(16), new Uint8Array(blockLength + 1), "encipher")).toThrow(RangeError);
	});

	test("an initial vector of another length", () => {
		expect(() => cipher.cbc(new Uint8Array(16), new Uint8Array(blockLength - 1), block, "encipher")).toThrow(
			RangeError,
		);
	});
});

test("the software AES refuses wrong lengths itself", () => {
	expect(() => softwareCrypto.aesEcb(new Uint8Array(15), new Uint8Array(16), "encipher")).toThrow(RangeError);
	expect(() => softwareCrypto.aesEcb(new Uint8Array(16), new Uint8Array(15), "encipher")).toThrow(RangeError);
	expect(() => softwareCrypto.aesCbc(new Uint8Array(16), new Uint8Array(8), new Uint8Array(16), "encipher")).toThrow(
		RangeError,
	);
});
