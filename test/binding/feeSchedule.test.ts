import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type FeeRule, type FeeSchedule, feeMinor, feeRuleFor } from "../../src/binding/feeSchedule.js";

const rule = (changes: Partial<FeeRule> = {}): FeeRule => ({
	kind: "all",
	prefixes: [],
	ratePpm: 6_000,
	fixedMinor: 0,
	minimumMinor: 0,
	...changes,
});

describe("a fee", () => {
	test.each<[string, Partial<FeeRule>, number, number]>([
		["0.6 % of 100.00", {}, 10_000, 60],
		["half a minor unit is rounded up", { ratePpm: 5_000 }, 100, 1],
		["less than half is rounded down", { ratePpm: 4_999 }, 100, 0],
		["rate and fixed part", { fixedMinor: 20 }, 10_000, 80],
		["at least the minimum", { minimumMinor: 100 }, 10_000, 100],
		["at most the cap", { capMinor: 20 }, 10_000, 20],
		["the cap counts more than the minimum", { minimumMinor: 50, capMinor: 20 }, 10_000, 20],
		["never more than the amount", { minimumMinor: 500 }, 7, 7],
		["nothing of nothing", { minimumMinor: 500, fixedMinor: 9 }, 0, 0],
		["the largest amount at the largest rate", { ratePpm: 1_000_000 }, 999_999_999, 999_999_999],
	])("%s", (_what, changes, amountMinor, fee) => {
		expect(feeMinor(rule(changes), amountMinor)).toBe(fee);
	});

	test("is what exact arithmetic gives, rounded half up", () => {
		fc.assert(
			fc.property(
				fc.integer({ min: 1, max: 999_999_999 }),
				fc.integer({ min: 0, max: 1_000_000 }),
				(amount, ratePpm) => {
					const exact = (BigInt(amount) * BigInt(ratePpm) * 2n + 1_000_000n) / 2_000_000n;
					expect(BigInt(feeMinor(rule({ ratePpm }), amount))).toBe(exact);
				},
			),
			{ numRuns: 500 },
		);
	});

	test.each([-1, 0.5, 1_000_000_000, Number.NaN])("of %s there is none", amountMinor => {
		expect(() => feeMinor(rule(), amountMinor)).toThrow(RangeError);
	});
});

test("the first rule that fits the card counts; a masked number tells enough", () => {
	const schedule: FeeSchedule = {
		version: 1,
		from: 1_700_000_000,
		creditDays: 1,
		rules: [
			rule({ kind: "debit", prefixes: ["622126", "6228"] }),
			rule({ kind: "credit", prefixes: ["62"] }),
			rule({ kind: "others", prefixes: [] }),
		],
	};
	const kind = (pan: string) => feeRuleFor(schedule, pan)?.kind;
	expect(kind("622126******0018")).toBe("debit");
	expect(kind("6228480000000000")).toBe("debit");
	expect(kind("6250000000000000")).toBe("credit");
	expect(kind("4111111111111111")).toBe("others");
	expect(feeRuleFor({ ...schedule, rules: schedule.rules.slice(0, 2) }, "4111111111111111")).toBeUndefined();
});
