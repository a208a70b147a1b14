import { describe, expect, test } from "vitest";
import { arpcMethod2, iccMasterKeyOptionA, iccMasterKeyOptionB } from "../../../sim/card/cryptogram.js";
import { cvc3 } from "../../../sim/card/cvc3.js";
import { emv2000TreeKey, visaSecureMessagingKey } from "../../../sim/card/schemeSessionKeys.js";
import { encipherScriptData } from "../../../sim/card/scriptEncipherment.js";
import { visPinBlock } from "../../../sim/card/visPinBlock.js";
import { nodeCrypto } from "../../../sim/world/nodeCrypto.js";
import { formatHex, parseHex } from "../../../src/bytes/hex.js";

// The vectors are those of pyemv, tests/test_kd_hsm.py, test_ac_hsm.py, test_cvn_hsm.py, test_cvv_hsm.py and its docstrings.
const ISSUER_KEY = parseHex("0123456789ABCDEFFEDCBA9876543210");
const pinOf = (digits: string) => Uint8Array.from(digits, Number);

describe("ICC master key, option B (EMV 4.4 Book 2, A1.4.2)", () => {
	test("a PAN of more than 16 digits is hashed", () => {
		expect(formatHex(iccMasterKeyOptionB(nodeCrypto, ISSUER_KEY, "12345678901234567", 45))).toBe(
			"F767ECC2263B2C543775CB62AB6B57D6",
		);
	});

	test("a shorter one is taken as in option A", () => {
		const pan = "1234567890123456";
		expect(iccMasterKeyOptionB(nodeCrypto, ISSUER_KEY, pan, 7)).toEqual(
			iccMasterKeyOptionA(nodeCrypto, ISSUER_KEY, pan, 7),
		);
	});

	test("a hash with few decimal digits is filled up with its letters", () => {
		const crypto = { ...nodeCrypto, sha1: () => parseHex("ABCDEF0123456789ABCDEFABCDEFABCDEFABCDEF") };
		const key = iccMasterKeyOptionB(crypto, ISSUER_KEY, "12345678901234567", 0);
		// 0123456789, then A to F as 0 to 5: the number that option A makes of this PAN and sequence number
		expect(key).toEqual(iccMasterKeyOptionA(nodeCrypto, ISSUER_KEY, "01234567890123", 45));
	});
});

test("Visa's key for secure messaging", () => {
	const key = visaSecureMessagingKey(parseHex("94F867167C64EF3EEAB0CB627A7A3480"), parseHex("001C"));
	expect(formatHex(key)).toBe("94F867167C64EF23EAB0CB627A7ACB62");
	expect(() => visaSecureMessagingKey(new Uint8Array(16), new Uint8Array(1))).toThrow(RangeError);
});

describe("the EMV2000 key tree", () => {
	const masterKey = parseHex("0123456789ABCDEF0123456789ABCDEF");
	const tree = { height: 8, branchFactor: 4, initialVector: new Uint8Array(16) };

	test("its first key", () => {
		expect(formatHex(emv2000TreeKey(nodeCrypto, masterKey, parseHex("0000"), tree))).toBe(
			"80BF3145AECB948A5201DAB9EF469875",
		);
		const initialVector = parseHex("F0F0F0F0F0F0F0F0F0F0F0F0F0F0F0F0");
		expect(formatHex(emv2000TreeKey(nodeCrypto, masterKey, parseHex("0000"), { ...tree, initialVector }))).toBe(
			"DC31BC40B3AB8F73F2E3DA5EBF9DE59B",
		);
	});

	test("every counter has a key of its own", () => {
		const keys = Array.from({ length: 300 }, (_, atc) =>
			formatHex(emv2000TreeKey(nodeCrypto, masterKey, Uint8Array.of(atc >> 8, atc & 255), tree)),
		);
		expect(new Set(keys).size).toBe(300);
	});

	test("too small a tree is refused", () => {
		expect(() => emv2000TreeKey(nodeCrypto, masterKey, parseHex("0000"), { ...tree, height: 7 })).toThrow(
			"fewer leaves",
		);
	});
});

test.each([
	["1234567890ABCDEF", "4962B76C"],
	["", "7DFB1188"],
])("ARPC, method 2, with proprietary data %s", (proprietary, arpc) => {
	const [key, arqc] = [parseHex("3E736BF8D37664348A04E3ABE00DEFC1"), parseHex("4B46013359B7A58B")];
	expect(formatHex(arpcMethod2(nodeCrypto, key, arqc, new Uint8Array(4), parseHex(proprietary)))).toBe(arpc);
	expect(() => arpcMethod2(nodeCrypto, key, arqc, new Uint8Array(3), new Uint8Array(0))).toThrow(RangeError);
});

test.each([
	["visa", "19296D4CD62685838AADDF0B2AAB7008", "049999FF7A7A3480", "BB221AF527377A2811D2B6EBC396A939"],
	["mastercard", "0123456789ABCDEFFEDCBA9876543210", "241234FFFFFFFFFF", "9859240AE52820C3"],
	["emv", "0123456789ABCDEFFEDCBA9876543210", "249999FFFFFFFFFF", "5A862D1381CCB94822CFDD706A376178"],
] as const)("script data enciphered as %s does", (coding, key, data, enciphered) => {
	expect(formatHex(encipherScriptData(nodeCrypto, parseHex(key), parseHex(data), coding))).toBe(enciphered);
});

test("Visa's PIN block, with and without the PIN so far", () => {
	const published = parseHex("0123456789ABCDEFFEDCBA9876543210");
	expect(formatHex(visPinBlock(published, pinOf("1234")))).toBe("041234FF76543210");
	expect(formatHex(visPinBlock(parseHex("154F349D8585CB7F6B0798E9839B10C1"), pinOf("9999"), pinOf("8888")))).toBe(
		"8C1199FF7A7A3480",
	);
	expect(() => visPinBlock(published, pinOf("123"))).toThrow(RangeError);
	expect(() => visPinBlock(published, pinOf("1234"), pinOf("1234567890123"))).toThrow(RangeError);
});

test("CVC3 over a track 2 template", () => {
	const key = parseHex("6D6425FB9401C21AA1F80451AB85DA3B");
	const track = parseHex("5123456789012345D35121010000000000000F");
	expect(cvc3(nodeCrypto, key, track, parseHex("00000899"), parseHex("005E"))).toBe(29_488);
	expect(() => cvc3(nodeCrypto, key, track, parseHex("0899"), parseHex("005E"))).toThrow(RangeError);
});
