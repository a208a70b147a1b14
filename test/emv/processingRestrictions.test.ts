import { describe, expect, test } from "vitest";
import { isExpired } from "../../src/emv/certificates.js";
import { dayNumber } from "../../src/emv/date.js";
import { expired, notYetEffective, processingRestrictions } from "../../src/emv/processingRestrictions.js";
import { bytes, openScripted, type TransactionOptions, tvr } from "./scriptedCard.js";

const GOOD = { "5F24": "261122", "5F25": "261122", "9F08": "0030" };
const HOME = { ...GOOD, "5F28": "0156" };
const ABROAD = { ...GOOD, "5F28": "0840" };
const CASH = { transactionType: 0x01 };
const CASHBACK = { transactionType: 0x09, cashbackMinor: 50 };
const ATM = { "9F35": "14", "9F40": "8000F0A001" };

const FINE = "0000000000";
const NOT_ALLOWED = "0010000000";

// EMV 4.4 Book 3, 10.4; a bit set by hand in 9F07 is all that the card allows
// [EMV-RES-01 EMV-RES-02 EMV-RES-03 EMV-RES-04 EMV-RES-05]
test.each<[string, Record<string, string>, TransactionOptions, string]>([
	["10.4.1 the versions agree", GOOD, {}, FINE],
	["10.4.1 the versions differ", { ...GOOD, "9F08": "0020" }, {}, "0080000000"],
	["10.4.1 a version of another length differs", { ...GOOD, "9F08": "30" }, {}, "0080000000"],
	["10.4.1 the card gives none", { "5F24": "261122" }, {}, FINE],
	["10.4.2 no usage control", HOME, {}, FINE],
	["10.4.2 goods at home", { ...HOME, "9F07": "2100" }, {}, FINE],
	["10.4.2 services at home", { ...HOME, "9F07": "0900" }, {}, FINE],
	["10.4.2 neither at home", { ...HOME, "9F07": "D700" }, {}, NOT_ALLOWED],
	["10.4.2 goods abroad", { ...ABROAD, "9F07": "1100" }, {}, FINE],
	["10.4.2 services abroad", { ...ABROAD, "9F07": "0500" }, {}, FINE],
	["10.4.2 neither abroad", { ...ABROAD, "9F07": "EB00" }, {}, NOT_ALLOWED],
	["10.4.2 the issuer's country unknown", { ...GOOD, "9F07": "0100" }, {}, FINE],
	["10.4.2 not at other terminals than ATMs", { ...HOME, "9F07": "FEC0" }, {}, NOT_ALLOWED],
	["10.4.2 that, the country unknown", { ...GOOD, "9F07": "FEC0" }, {}, NOT_ALLOWED],
	["10.4.2 an ATM", { ...HOME, "9F07": "8200" }, { ...CASH, terminal: ATM }, FINE],
	["10.4.2 not at ATMs", { ...HOME, "9F07": "FDC0" }, { ...CASH, terminal: ATM }, NOT_ALLOWED],
	[
		"Book 4, A1: type 14 without cash is no ATM",
		{ ...HOME, "9F07": "2100" },
		{ terminal: { "9F35": "14", "9F40": "6000F0A001" } },
		FINE,
	],
	[
		"Book 4, A1: type 22 with cash is no ATM",
		{ ...HOME, "9F07": "8100" },
		{ ...CASH, terminal: { "9F40": "8000F0A001" } },
		FINE,
	],
	["10.4.2 cash at home", { ...HOME, "9F07": "8100" }, CASH, FINE],
	["10.4.2 no cash at home", { ...HOME, "9F07": "7D00" }, CASH, NOT_ALLOWED],
	["10.4.2 cash abroad", { ...ABROAD, "9F07": "4100" }, CASH, FINE],
	["10.4.2 no cash abroad", { ...ABROAD, "9F07": "BD00" }, CASH, NOT_ALLOWED],
	["10.4.2 cashback at home", { ...HOME, "9F07": "2180" }, CASHBACK, FINE],
	["10.4.2 no cashback at home", { ...HOME, "9F07": "FF40" }, CASHBACK, NOT_ALLOWED],
	["10.4.2 cashback abroad", { ...ABROAD, "9F07": "1140" }, CASHBACK, FINE],
	["10.4.2 no cashback abroad", { ...ABROAD, "9F07": "FF80" }, CASHBACK, NOT_ALLOWED],
	["10.4.2 usage control without its second byte", { ...HOME, "9F07": "FF" }, CASHBACK, NOT_ALLOWED],
	["10.4.3 expired yesterday", { ...GOOD, "5F24": "261121" }, {}, "0040000000"],
	["10.4.3 effective tomorrow", { ...GOOD, "5F25": "261123" }, {}, "0020000000"],
	["10.4.3 no effective date", { "5F24": "261122" }, {}, FINE],
	["10.4.3 malformed dates", { "5F24": "261131", "5F25": "2611AA" }, {}, "0060000000"],
])("%s", async (_name, card, options, expected) => {
	const { t } = openScripted({ ...options, card });
	expect(processingRestrictions(t)).toBeUndefined();
	expect(tvr(t)).toBe(expected);
});

// Book 4, 6.7.3: years 00 to 49 are 20YY
describe("dates", () => {
	// [EMV-RES-06]
	test.each([
		["491231", "500101", true, "1950 is before 2049"],
		["500101", "491231", false, ""],
		["991231", "000101", false, ""],
		["000101", "991231", true, ""],
		["240229", "240229", true, "a leap day"],
		["000229", "000229", true, "2000 was a leap year"],
	])("%s until today %s", (expiration, today, valid) => {
		expect(expired(bytes(expiration), dayNumber(bytes(today)))).toBe(!valid);
	});

	// [EMV-RES-06]
	test.each(["260229", "260431", "261301", "260001", "260100", "2A0101", "260A01", "26010A", "2601", "26010101", ""])(
		"%s is no date: neither effective nor unexpired",
		date => {
			for (const [a, b] of [
				[date, "261122"],
				["261122", date],
			] as const) {
				expect(expired(bytes(a), dayNumber(bytes(b)))).toBe(true);
				expect(notYetEffective(bytes(a), dayNumber(bytes(b)))).toBe(true);
			}
		},
	);

	// Book 2, 6.3 step 9
	// [EMV-ODA-10]
	test.each([
		["1126", "261130", false],
		["1026", "261101", true],
		["0127", "261130", false],
		["1249", "491231", false],
		["1250", "000101", true],
		["0026", "251201", true],
		["1326", "251201", true],
		["12AA", "251201", true],
		["A126", "251201", true],
		["1226", "250001", true],
		["1226", "AA1201", true],
		["1226", "251200", true],
		["1226", "251232", true],
		["12", "251201", true],
		["", "251201", true],
	])("a certificate until %s on %s", (mmyy, today, isOver) => {
		expect(isExpired(bytes(mmyy), dayNumber(bytes(today)))).toBe(isOver);
	});
});
