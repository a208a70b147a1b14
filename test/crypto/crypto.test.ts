import { constants, createHash, generateKeyPairSync, privateDecrypt } from "node:crypto";
import { describe, expect, test } from "vitest";
import { nodeCrypto } from "../../sim/world/nodeCrypto.js";
import { SeededRandom } from "../../sim/world/seededRandom.js";
import { formatHex, parseHex } from "../../src/bytes/hex.js";
import { bigIntOf, bytesOf, rsaRecover } from "../../src/crypto/rsa.js";
import { softwareCrypto } from "../../src/crypto/software.js";

describe.each([
	["node", nodeCrypto],
	["software", softwareCrypto],
])("%s", (_name, crypto) => {
	test("SHA-1 and SHA-256 of FIPS 180-4, examples", () => {
		const abc = parseHex("616263");
		expect(formatHex(crypto.sha1(abc))).toBe("A9993E364706816ABA3E25717850C26C9CD0D89D");
		expect(formatHex(crypto.sha256(abc))).toBe("BA7816BF8F01CFEA414140DE5DAE2223B00361A396177A9CB410FF61F20015AD");
	});

	test("DES: the first block of FIPS 81, table B1", () => {
		const key = parseHex("0123456789ABCDEF");
		const block = parseHex("4E6F772069732074");
		expect(formatHex(crypto.desEcb(key, block, "encipher"))).toBe("3FA40E8A984D4815");
		expect(formatHex(crypto.desEcb(key, parseHex("3FA40E8A984D4815"), "decipher"))).toBe("4E6F772069732074");
	});

	test("triple DES: the example of NIST SP 800-67, B.1", () => {
		const key = parseHex("0123456789ABCDEF23456789ABCDEF01456789ABCDEF0123");
		const plain = parseHex("5468652071756663"); // "The qufc"
		expect(formatHex(crypto.desEcb(key, plain, "encipher"))).toBe("A826FD8CE53B855F");
	});

	test("data that are not whole blocks are refused", () => {
		expect(() => crypto.desEcb(new Uint8Array(16), new Uint8Array(7), "encipher")).toThrow();
		expect(() => crypto.desCbc(new Uint8Array(16), new Uint8Array(8), new Uint8Array(9), "decipher")).toThrow();
	});
});

test("all implementations give the same bytes", () => {
	const random = new SeededRandom(7);
	for (const keyLength of [8, 16, 24])
		for (const length of [8, 16, 64]) {
			const [key, iv, data] = [random.bytes(keyLength), random.bytes(8), random.bytes(length)];
			for (const direction of ["encipher", "decipher"] as const) {
				expect(softwareCrypto.desEcb(key, data, direction)).toEqual(nodeCrypto.desEcb(key, data, direction));
				expect(softwareCrypto.desCbc(key, iv, data, direction)).toEqual(nodeCrypto.desCbc(key, iv, data, direction));
			}
		}
	for (let length = 0; length < 130; length++) {
		const data = random.bytes(length);
		expect(softwareCrypto.sha1(data)).toEqual(nodeCrypto.sha1(data));
		const parts = [data.subarray(0, length >> 2), data.subarray(length >> 2, length >> 1), data.subarray(length >> 1)];
		for (const crypto of [softwareCrypto, nodeCrypto]) expect(crypto.sha1(...parts)).toEqual(crypto.sha1(data));
		expect(softwareCrypto.sha256(data)).toEqual(nodeCrypto.sha256(data));
	}
	expect(nodeCrypto.sha1(new Uint8Array(0))).toEqual(new Uint8Array(createHash("sha1").digest()));
});

describe("RSA", () => {
	test.each([3, 65537])("what a private key deciphers was enciphered with exponent %i", exponent => {
		const { publicKey, privateKey } = generateKeyPairSync("rsa", { modulusLength: 1152, publicExponent: exponent });
		const modulus = new Uint8Array(Buffer.from(publicKey.export({ format: "jwk" }).n!, "base64url"));
		const plain = Uint8Array.of(0x00, ...new SeededRandom(3).bytes(modulus.length - 1));
		const enciphered = rsaRecover({ modulus, exponent }, plain);
		const key = { key: privateKey, padding: constants.RSA_NO_PADDING };
		expect(new Uint8Array(privateDecrypt(key, enciphered))).toEqual(plain);
	});

	test("input must be as long as the modulus and below it", () => {
		const key = { modulus: parseHex("C5"), exponent: 3 };
		expect(() => rsaRecover(key, parseHex("0001"))).toThrow(RangeError);
		expect(() => rsaRecover(key, parseHex("C5"))).toThrow(RangeError);
		expect(formatHex(rsaRecover(key, parseHex("02")))).toBe("08");
	});

	test.each([0, 1, 7, 8, 9, 16, 17, 248])("%i bytes as a number and back", length => {
		const bytes = new SeededRandom(length + 1).bytes(length);
		expect(bytesOf(bigIntOf(bytes), length)).toEqual(bytes);
		expect(bigIntOf(bytes)).toBe(BigInt(`0x0${formatHex(bytes)}`));
	});
});
