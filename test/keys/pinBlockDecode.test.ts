import { describe, expect, test } from "vitest";
import { SeededRandom } from "../../sim/world/seededRandom.js";
import { formatHex, parseHex } from "../../src/bytes/hex.js";
import {
	decodePinBlockFormat0,
	decodePinBlockFormat2,
	decodePinBlockFormat3,
	encodePinBlockFormat0,
	encodePinBlockFormat2,
	encodePinBlockFormat3,
} from "../../src/keys/pinBlock.js";

const PAN = "5555555551234567";
const pinOf = (digits: string) => Uint8Array.from(digits, Number);

test.each(["1234", "12345", "123456789", "123456789012"])("PIN %s comes back from every format", digits => {
	const pin = pinOf(digits);
	expect(decodePinBlockFormat0(encodePinBlockFormat0(pin, PAN), PAN)).toEqual(pin);
	expect(decodePinBlockFormat2(encodePinBlockFormat2(pin))).toEqual(pin);
	expect(decodePinBlockFormat3(encodePinBlockFormat3(new SeededRandom(3), pin, PAN), PAN)).toEqual(pin);
});

// [PIN-BLK-02]
test("format 3: the filler is A to F, all of them, and new each time (ISO 9564-1, 9.3.5)", () => {
	const random = new SeededRandom(3);
	const pan = "0000000000000"; // so that the PAN field changes nothing
	const blocks = Array.from({ length: 40 }, () => formatHex(encodePinBlockFormat3(random, pinOf("1234"), pan)));
	expect(blocks.every(block => /^341234[A-F]{10}$/.test(block))).toBe(true);
	expect(new Set(blocks.join("").replace(/[0-9]/g, "")).size).toBe(6);
	expect(new Set(blocks).size).toBe(40);
});

describe("refused", () => {
	// [PIN-BLK-06]
	test.each([
		["another format", "241261AAAAEDCBA9"],
		["7 bytes", "041261AAAAEDCB"],
		["a PIN of 15 digits", "0F1261AAAAEDCBA9"],
		["a PIN of 2 digits", "021261AAAAEDCBA9"],
		["filler that is not F", "041261AAAAEDCBAA"],
		["a digit above 9", "051261AAAAEDCBA9"],
	])("format 0: %s", (_name, block) => {
		expect(() => decodePinBlockFormat0(parseHex(block), PAN)).toThrow(RangeError);
	});

	// [PIN-BLK-06]
	test.each(["041234FFFFFFFFFF", "2C123456789012CF", "2C12345678901FFF", "29123456789FFF"])("format 2: %s", block => {
		expect(() => decodePinBlockFormat2(parseHex(block))).toThrow(RangeError);
	});

	test("format 3: filler below A", () => {
		expect(() => decodePinBlockFormat3(parseHex("341261AAAAEDCBA2"), PAN)).toThrow(RangeError);
	});

	// [PIN-BLK-06]
	test("the error says nothing of the block", () => {
		expect(() => decodePinBlockFormat2(parseHex("2412D4FFFFFFFFFF"))).toThrow(/^not a PIN block of format 2$/);
	});
});
