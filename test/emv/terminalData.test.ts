import { expect, test } from "vitest";
import { formatHex } from "../../src/bytes/hex.js";
import { terminalData } from "../../src/emv/terminalData.js";
import { CONFIGURATION, MERCHANT, openScripted } from "./scriptedCard.js";

// EMV 4.4 Book 4, 6.5
test("what terminal and merchant say of themselves has the format of Book 3, Annex A1", () => {
	const data = terminalData(
		{ ...CONFIGURATION, countryCode: 56, currencyCode: 978, ifdSerialNumber: "KASSA001" },
		MERCHANT,
	);
	const hex = Object.fromEntries([...data].map(([tag, value]) => [tag.toString(16).toUpperCase(), formatHex(value)]));
	expect(hex).toMatchObject({
		"9F1A": "0056",
		"5F2A": "0978",
		"5F36": "02",
		"9F35": "22",
		"9F39": "05",
		"9F15": "5411",
		"9F1E": "4B41535341303031",
		"9F1C": "3130303030303031",
		"9F16": "313233343536373839303132333435",
		"9F4E": "4B415353412054455354",
	});
});

test("a merchant whose name a card cannot be told is a fault of the set-up, found before any card", () => {
	expect(() => terminalData(CONFIGURATION, { ...MERCHANT, name: "咖啡" })).toThrow(RangeError);
	expect(() => terminalData(CONFIGURATION, { ...MERCHANT, categoryCode: "541112" })).toThrow(RangeError);
});

test("one set of data serves every transaction, and none can change it for the next", () => {
	const { t } = openScripted();
	t.data.set(0x9f1a, Uint8Array.of(9, 9));
	expect(t.data.get(0x9f1a)).toEqual(Uint8Array.of(9, 9));
	expect(openScripted().t.data.get(0x9f1a)).toEqual(Uint8Array.of(0x01, 0x56));
	t.data.setCard(0x9f1c, Uint8Array.of(7));
	expect(formatHex(t.data.get(0x9f1c)!)).toBe("3130303030303031"); // the card has no say in what the terminal says
});
