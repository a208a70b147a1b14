import { expect, test } from "vitest";
import { holdsPan, maskPan } from "../../src/bytes/pan.js";

test.each([
	["6221261000000000018", true],
	["4111111111111111", true],
	["5A0A6221261000000000018F5F3401", true],
	["0000006221261000000000018999", true],
	["1111111111111", false],
	["000000000000000000000000", false],
	["9F0206000000A1234", false],
	["411111111111", false],
	["A1B2C3D4E5F60718", false],
])("%s holds a card number: %s", (text, expected) => {
	expect(holdsPan(text)).toBe(expected);
});

test("any number with a right check digit is found wherever it stands", () => {
	for (const length of [13, 14, 15, 16, 17, 18, 19]) {
		const body = "4".padEnd(length - 1, "7");
		const check = [...Array(10).keys()].find(digit => holdsPan(`${body}${digit}`) && luhn(`${body}${digit}`));
		expect(holdsPan(`00A${body}${check}B00`)).toBe(true);
	}
});

test("shown with the first six and the last four digits", () => {
	expect(maskPan("6221261000000000018")).toBe("622126*********0018");
	expect(maskPan("123456789012")).toBe("************");
});

function luhn(number: string): boolean {
	const digits = [...number].reverse().map(Number);
	return (
		digits.reduce((sum, digit, i) => sum + (i % 2 ? (digit > 4 ? 2 * digit - 9 : 2 * digit) : digit), 0) % 10 === 0
	);
}
