import { expect, test } from "vitest";
import { cardProfiles } from "../../sim/card/cardProfiles.js";
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

test("the numbers of all test cards and of the large schemes are found wherever they stand", () => {
	const schemes = ["378282246310005", "30569309025904", "3530111333300000", "5555555555554444", "2223003122003222"];
	for (const number of [...cardProfiles().map(profile => profile.account.pan), ...schemes])
		for (const text of [number, `5A0A${number}F5F34`, `000${number}000`]) expect(holdsPan(text)).toBe(true);
});

test("the issuer application data of a test card are not taken for one", () => {
	expect(holdsPan("400001AC1AD29E9B17EA500701010364100201")).toBe(false);
});

test("shown with the first six and the last four digits", () => {
	expect(maskPan("6221261000000000018")).toBe("622126*********0018");
	expect(maskPan("123456789012")).toBe("************");
});
