import { expect, test } from "vitest";
import { compressedNumericBytes, compressedNumericText, numericBytes, numericValue } from "../../src/bytes/bcd.js";
import { formatHex, parseHex } from "../../src/bytes/hex.js";

test("format n has zeros on the left", () => {
	expect(formatHex(numericBytes(1234, 6))).toBe("000000001234");
	expect(formatHex(numericBytes("156", 2))).toBe("0156");
	expect(numericValue(parseHex("000000001234"))).toBe(1234);
	expect(numericValue(parseHex(""))).toBe(0);
});

test.each([
	["12345", 2],
	["12A4", 2],
	["-1", 2],
	["1.5", 2],
	[1e21, 20],
] as const)("no format n: %s in %i bytes", (digits, length) => {
	expect(() => numericBytes(digits, length)).toThrow(RangeError);
});

test.each(["A0", "0F", "99999999999999999999"])("no number: %s", hex => {
	expect(() => numericValue(parseHex(hex))).toThrow(RangeError);
});

test("format cn has F on the right", () => {
	expect(formatHex(compressedNumericBytes("622126100000018"))).toBe("622126100000018F");
	expect(compressedNumericText(parseHex("622126100000018F"))).toBe("622126100000018");
	expect(compressedNumericText(parseHex("1234FFFF"))).toBe("1234");
	expect(compressedNumericText(compressedNumericBytes("6221D3512"))).toBe("6221D3512");
});

test.each(["6221=3512", "62 21", "622a", "F"])("no format cn: %s", digits => {
	expect(() => compressedNumericBytes(digits)).toThrow(RangeError);
});
