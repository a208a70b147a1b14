import { expect, test } from "vitest";
import type { Decision } from "../../src/emv/decision.js";
import { TVR_B1_DDA_FAILED, TVR_B4_FLOOR_LIMIT_EXCEEDED } from "../../src/emv/fields.js";
import { formatDecision } from "../../src/emv/formatDecision.js";
import type { Transaction } from "../../src/emv/transaction.js";
import { explain, setTvr, shown } from "../../src/emv/why.js";
import { bytes, openScripted, tvr } from "./scriptedCard.js";

function asked(): { t: Transaction; decisions: Decision[] } {
	const decisions: Decision[] = [];
	const { t } = openScripted({ card: { "9F36": "0012" } });
	return { t: { ...t, why: decision => decisions.push(decision) }, decisions };
}

test("a bit of the TVR is set with section, reason, values and the name of the bit", () => {
	const { t, decisions } = asked();
	setTvr(t, TVR_B4_FLOOR_LIMIT_EXCEEDED, "Book 3, 10.6.1", "the amount reaches the floor limit", 0x9f02, 0x9f1b);
	expect(tvr(t)).toBe("0000008000");
	expect(decisions).toEqual([
		{
			section: "Book 3, 10.6.1",
			rule: "the amount reaches the floor limit",
			inputs: { "9F02": "000000000100", "9F1B": "absent" },
			result: "TVR byte 4 bit 8",
		},
	]);
	setTvr(t, TVR_B1_DDA_FAILED, "Book 2, 6.5", "x");
	expect(decisions[1]!.result).toBe("TVR byte 1 bit 4");
});

test("a decision is one line for people", () => {
	const { t, decisions } = asked();
	explain(t, "Book 3, 10.8", "what does the card give", [0x9f36], "TC");
	expect(decisions.map(formatDecision)).toEqual(["Book 3, 10.8: what does the card give (9F36 0012): TC"]);
});

test.each([
	["a card number", "4761739001010119", "[8 bytes]"],
	["a card number among other digits", "00476173900101011990", "[10 bytes]"],
	["a number that no card has", "4761739001010118", "4761739001010118"],
])("%s in a value of the card: %s is shown as %s", (_name, value, text) => {
	expect(shown(bytes(value))).toBe(text);
});

// It costs nothing when nobody asks
test("without anybody who asks no value is looked up and no word is made, the bit is set all the same", () => {
	const untouched = {
		get(): never {
			throw new Error("a value was looked up for nobody");
		},
	};
	const { t } = openScripted();
	const quiet = { ...t, why: undefined, data: { tvr: t.data.tvr, get: untouched.get } } as unknown as Transaction;
	explain(quiet, "Book 3, 10.8", "x", [0x9f36], "y");
	setTvr(quiet, TVR_B4_FLOOR_LIMIT_EXCEEDED, "Book 3, 10.6.1", "x", 0x9f02);
	expect(tvr(t)).toBe("0000008000");
});
