import { describe, expect, test } from "vitest";
import { formatHex } from "../../src/bytes/hex.js";
import { encodePinBlockFormat0, encodePinBlockFormat2 } from "../../src/keys/pinBlock.js";

const pin = (digits: string) => Uint8Array.from(digits, Number);

// ISO 9564-1, 9.3.1
// [PIN-BLK-01]
test.each([
	["the widespread example", "1234", "43219876543210987", "0412AC89ABCDEF67"],
	["psec, tests/test_pinblock.py, format 0", "1234", "5555555551234567", "041261AAAAEDCBA9"],
	["an odd PIN: F follows its last digit", "12345", "5555555551234567", "0512610AAAEDCBA9"],
	["the longest PIN", "123456789012", "5555555551234567", "0C1261032D8226A9"],
	["a PAN of 9 digits has zeros on the left", "1234", "123456789", "041234FFEDCBA987"],
])("format 0: %s", (_name, digits, pan, block) => {
	expect(formatHex(encodePinBlockFormat0(pin(digits), pan))).toBe(block);
});

// 9.3.3; EMV 4.4 Book 3, table 25
// [EMV-PIN-10]
test.each([
	["pyemv, tests/test_cvn_hsm.py", "9999", "249999FFFFFFFFFF"],
	["pyemv, tests/test_sm_hsm.py", "999999999999", "2C999999999999FF"],
	["an odd PIN", "12345", "2512345FFFFFFFFF"],
])("format 2: %s", (_name, digits, block) => {
	expect(formatHex(encodePinBlockFormat2(pin(digits)))).toBe(block);
});

describe("refused", () => {
	// [PIN-BLK-05]
	test.each(["", "123", "1234567890123"])("PIN %s", digits => {
		expect(() => encodePinBlockFormat2(pin(digits))).toThrow(RangeError);
		expect(() => encodePinBlockFormat0(pin(digits), "5555555551234567")).toThrow(RangeError);
	});

	// [PIN-BLK-05]
	test("a digit above 9", () => {
		expect(() => encodePinBlockFormat2(Uint8Array.of(1, 2, 10, 4))).toThrow(RangeError);
	});

	test.each(["", "1234567", "12345678901234567890", "555555555123456A", "5555 5555 5123"])("PAN %s", pan => {
		expect(() => encodePinBlockFormat0(pin("1234"), pan)).toThrow(RangeError);
	});
});
