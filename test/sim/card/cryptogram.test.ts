import { expect, test } from "vitest";
import {
	applicationCryptogram,
	arpcMethod1,
	commonSessionKey,
	cryptogramInput,
	iccMasterKeyOptionA,
	sessionKey,
	verifyIssuerAuthenticationData,
} from "../../../sim/card/cryptogram.js";
import { nodeCrypto } from "../../../sim/world/nodeCrypto.js";
import { concat } from "../../../src/bytes/bytes.js";
import { formatHex, parseHex } from "../../../src/bytes/hex.js";
import { padMethod1 } from "../../../src/crypto/mac.js";

const ISSUER_KEY = parseHex("0123456789ABCDEFFEDCBA9876543210");
const MASTER_KEY = parseHex("F84315C7B95BD3B0C74694922C3808B0");
const SESSION_KEY = parseHex("3E736BF8D37664348A04E3ABE00DEFC1");
const ARQC = parseHex("4B46013359B7A58B");

// The vectors of pyemv, tests/test_ac_hsm.py and tests/test_kd_hsm.py.
test.each([
	["9901234567890123", 45, "F84315C7B95BD3B0C74694922C3808B0"],
	["12345678901234567", 45, "946DC1A8C78A624519BC4645CB073737"],
])("ICC master key, option A: PAN %s", (pan, panSequence, expected) => {
	expect(formatHex(iccMasterKeyOptionA(nodeCrypto, ISSUER_KEY, pan, panSequence))).toBe(expected);
});

test.each([
	["F84315C7B95BD3B0C74694922C3808B0", "3E736BF8D37664348A04E3ABE00DEFC1"],
	["946DC1A8C78A624519BC4645CB073737", "C7AEDF49AEF2F146D692400E0B851A8F"],
])("session key under %s", (masterKey, expected) => {
	expect(formatHex(sessionKey(nodeCrypto, parseHex(masterKey), parseHex("1234567890123456")))).toBe(expected);
});

test("the common session key is diversified by the ATC and zeros", () => {
	const atc = parseHex("001C");
	expect(commonSessionKey(nodeCrypto, MASTER_KEY, atc)).toEqual(
		sessionKey(nodeCrypto, MASTER_KEY, parseHex("001C000000000000")),
	);
	expect(() => commonSessionKey(nodeCrypto, MASTER_KEY, parseHex("1C"))).toThrow("2 bytes");
});

test("application cryptogram with padding method 2, and with method 1", () => {
	const data = parseHex("0123456789ABCDEF0123456789ABCDEF");
	expect(formatHex(applicationCryptogram(nodeCrypto, SESSION_KEY, data))).toBe("4B46013359B7A58B");
	const longer = concat(data, Uint8Array.of(1));
	expect(formatHex(applicationCryptogram(nodeCrypto, SESSION_KEY, longer, padMethod1))).toBe("2E141C6BC4A20DA8");
});

test.each([
	["4B46013359B7A58B", "F8C9CECAABD55AD1"],
	["2E141C6BC4A20DA8", "16A49AAB314B9262"],
])("ARPC method 1 for ARQC %s", (arqc, expected) => {
	expect(formatHex(arpcMethod1(nodeCrypto, MASTER_KEY, parseHex(arqc), parseHex("0000")))).toBe(expected);
});

test("issuer authentication data hold for one ARQC, one code and one key", () => {
	const data = concat(arpcMethod1(nodeCrypto, SESSION_KEY, ARQC, parseHex("3030")), parseHex("3030"));
	const verify = (bytes: Uint8Array, key = SESSION_KEY, arqc = ARQC) =>
		verifyIssuerAuthenticationData(nodeCrypto, key, arqc, bytes);
	expect(verify(data)).toBe(true);
	expect(verify(concat(data.subarray(0, 8), parseHex("3035")))).toBe(false);
	expect(verify(data, MASTER_KEY)).toBe(false);
	expect(verify(data, SESSION_KEY, parseHex("4B46013359B7A58C"))).toBe(false);
	expect(verify(data.subarray(0, 8))).toBe(false);
});

test("the cryptogram input is the recommended set in its order, then the card verification results", () => {
	const fields = {
		amountAuthorised: parseHex("000000000100"),
		amountOther: parseHex("000000000200"),
		terminalCountryCode: parseHex("0156"),
		tvr: parseHex("8000048000"),
		transactionCurrencyCode: parseHex("0840"),
		transactionDate: parseHex("261122"),
		transactionType: parseHex("01"),
		unpredictableNumber: parseHex("A1B2C3D4"),
		aip: parseHex("3C00"),
		atc: parseHex("0007"),
		iad: parseHex("07010103A0B0C001"),
	};
	expect(formatHex(cryptogramInput(fields))).toBe(
		`${"000000000100000000000200" + "0156" + "8000048000" + "0840" + "261122" + "01"}A1B2C3D43C00000703A0B0C0`,
	);
	expect(() => cryptogramInput({ ...fields, tvr: parseHex("80") })).toThrow("tvr must have 5 bytes");
	expect(() => cryptogramInput({ ...fields, iad: parseHex("070101") })).toThrow("iad is too short");
});
