import { describe, expect, test } from "vitest";
import { mayFallBackToMagstripe, stripeEntryMode } from "../../src/emv/magstripeFallback.js";
import type { OutcomeKind } from "../../src/emv/outcome.js";
import type { CryptogramType } from "../../src/emv/transaction.js";

// [EMV-FBK-01]
describe("only after a technical failure, before the card has decided", () => {
	test.each<[OutcomeKind, CryptogramType | undefined, boolean]>([
		["cardError", undefined, true],
		["cardError", "ARQC", false],
		["cardError", "AAC", false],
		["approved", "TC", false],
		["declined", "AAC", false],
		["notAccepted", undefined, false],
		["cardBlocked", undefined, false],
		["cardRemoved", undefined, false],
		["cancelled", undefined, false],
		["timedOut", undefined, false],
	])("%s after %s: %s", (ended, cryptogram, expected) => {
		expect(mayFallBackToMagstripe(ended, { cryptogram })).toBe(expected);
	});
});

// [EMV-FBK-02]
test.each([
	["101", false, "magneticStripe"],
	["101", true, "magneticStripe"],
	["201", false, undefined],
	["601", false, undefined],
	["201", true, "fallback"],
	["620", true, "fallback"],
])("service code %s, fallback allowed %s: %s", (serviceCode, allowed, expected) => {
	expect(stripeEntryMode(serviceCode, allowed)).toBe(expected);
});
