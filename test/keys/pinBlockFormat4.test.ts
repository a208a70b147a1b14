import { describe, expect, test } from "vitest";
import { nodeCrypto } from "../../sim/world/nodeCrypto.js";
import { SeededRandom } from "../../sim/world/seededRandom.js";
import { formatHex, parseHex } from "../../src/bytes/hex.js";
import {
	decipherPinBlockFormat4,
	decodePinFieldFormat4,
	encipherPinBlockFormat4,
	encodePanFieldFormat4,
	encodePinFieldFormat4,
} from "../../src/keys/pinBlockFormat4.js";

const pinOf = (digits: string) => Uint8Array.from(digits, Number);

// [PIN-BLK-03]
test("the PIN field: control, length, PIN, filler A, then 8 random bytes (ISO 9564-1, 9.4.2.2)", () => {
	const random = new SeededRandom(4);
	const fields = [1, 2].map(() => formatHex(encodePinFieldFormat4(random, pinOf("12345"))));
	expect(fields.map(field => field.slice(0, 16))).toEqual(["4512345AAAAAAAAA", "4512345AAAAAAAAA"]);
	expect(fields[0]).not.toBe(fields[1]);
});

// ISO 9564-1, 9.4.2.3
// [PIN-BLK-03]
test.each([
	["112233445566778899", "61122334455667788990000000000000"],
	["4111111111111111", "44111111111111111000000000000000"],
	["123456789012", "01234567890120000000000000000000"],
	["12345", "00000000123450000000000000000000"],
	["1234567890123456789", "71234567890123456789000000000000"],
])("the PAN field of %s", (pan, field) => {
	expect(formatHex(encodePanFieldFormat4(pan))).toBe(field);
});

// The first is psec's, tests/test_pinblock.py; the second is of X9.24-3:2017, transaction 1 of the AES-128 example.
// [PIN-BLK-03]
test.each([
	["C1D0F8FB4958670DBA40AB1F3752EF0D", "CC17F65586BFD0953010226C4FC5B3CA", "432198765432109870"],
	["AF8CB133A78F8DC2D1359F18527593FB", "A912150391AB65A67E52883D81CE2D15", "4111111111111111"],
])("a block under %s", (key, block, pan) => {
	const panField = encodePanFieldFormat4(pan);
	const pinField = decipherPinBlockFormat4(nodeCrypto, parseHex(key), parseHex(block), panField);
	expect(decodePinFieldFormat4(pinField)).toEqual(pinOf("1234"));
	expect(formatHex(encipherPinBlockFormat4(nodeCrypto, parseHex(key), pinField, panField))).toBe(block);
});

// [PIN-BLK-04]
test("with the PAN of another card the block holds no PIN", () => {
	const key = parseHex("C1D0F8FB4958670DBA40AB1F3752EF0D");
	const block = parseHex("CC17F65586BFD0953010226C4FC5B3CA");
	const field = decipherPinBlockFormat4(nodeCrypto, key, block, encodePanFieldFormat4("432198765432109871"));
	expect(() => decodePinFieldFormat4(field)).toThrow(RangeError);
});

describe("refused", () => {
	test.each(["", "12345678901234567890", "5555555555555A"])("PAN %s", pan => {
		expect(() => encodePanFieldFormat4(pan)).toThrow(RangeError);
	});

	// [PIN-BLK-06]
	test.each([
		["17 bytes", "441234AAAAAAAAAA548ED7FD6549595000"],
		["another format", "541234AAAAAAAAAA548ED7FD65495950"],
		["3 digits", "43123AAAAAAAAAAA548ED7FD65495950"],
		["another filler", "441234ABCDEFABCD548ED7FD65495950"],
		["a digit above 9", "4412D4AAAAAAAAAA548ED7FD65495950"],
	])("a PIN field with %s", (_name, field) => {
		expect(() => decodePinFieldFormat4(parseHex(field))).toThrow(RangeError);
	});

	test("a block of 17 bytes, a key of 15", () => {
		const panField = encodePanFieldFormat4("4111111111111111");
		expect(() => decipherPinBlockFormat4(nodeCrypto, new Uint8Array(16), new Uint8Array(17), panField)).toThrow(
			RangeError,
		);
		expect(() => decipherPinBlockFormat4(nodeCrypto, new Uint8Array(15), new Uint8Array(16), panField)).toThrow(
			RangeError,
		);
	});
});
