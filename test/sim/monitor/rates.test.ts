import { describe, expect, test } from "vitest";
import { Dice } from "../../../sim/monitor/dice.js";
import { FRAUDS } from "../../../sim/monitor/frauds.js";
import { honestDay, startOfDay } from "../../../sim/monitor/honestDay.js";
import { MERCHANT_KINDS } from "../../../sim/monitor/merchantKind.js";
import { detection, falseAlarms, fraudulentDay } from "../../../sim/monitor/rates.js";
import { BUILT_IN_RULES } from "../../../src/monitor/builtInRules.js";

/** docs/monitoring.md, "What they find": the table there says the same. */
const LEAST_FOUND = 0.95;
const MOST_WARNINGS_A_DAY = 1;
const MOST_HALTS_A_DAY = 0.25;
const [DAYS, RUNS, SEED] = [60, 30, 8];

test("there is a fraud for every built-in rule", () => {
	expect(FRAUDS.map(({ rule }) => rule)).toEqual(BUILT_IN_RULES.rules.map(({ name }) => name));
});

test.each(FRAUDS.map(fraud => [fraud.rule, fraud] as const))("%s is found", (_, fraud) => {
	const { found, runs, eventsUntil } = detection(fraud, RUNS, SEED);
	expect(runs).toBeGreaterThanOrEqual(2 * RUNS);
	expect(found / runs).toBeGreaterThanOrEqual(LEAST_FOUND);
	expect(eventsUntil).toBeLessThanOrEqual(BUILT_IN_RULES.rules.find(({ name }) => name === fraud.rule)!.threshold + 1);
});

test.each(MERCHANT_KINDS.map(kind => [kind.name, kind] as const))("an honest %s is left in peace", (_, kind) => {
	const { events, mild, halting } = falseAlarms(kind, DAYS, SEED);
	expect(events).toBeGreaterThan(DAYS * kind.payments[0]);
	expect(mild / DAYS).toBeLessThanOrEqual(MOST_WARNINGS_A_DAY);
	expect(halting / DAYS).toBeLessThanOrEqual(MOST_HALTS_A_DAY);
});

describe("a stream", () => {
	test("is the same for the same seed, another for another", () => {
		const stream = (seed: number) => honestDay(MERCHANT_KINDS[0]!, 3, new Dice(seed));
		expect(stream(1)).toEqual(stream(1));
		expect(stream(1)).not.toEqual(stream(2));
	});

	test("is in order, in whole numbers, and labels what is of the fraud", () => {
		for (const kind of MERCHANT_KINDS)
			for (const fraud of FRAUDS) {
				const day = fraudulentDay(kind, fraud, new Dice(SEED));
				const times = day.map(({ event }) => event.at);
				expect(times).toEqual([...times].sort((a, b) => a - b));
				expect(times.every(at => Number.isInteger(at) && at >= startOfDay(1))).toBe(true);
				expect(new Set(day.map(({ fraud: label }) => label))).toEqual(new Set([undefined, fraud.rule]));
			}
	});
});
