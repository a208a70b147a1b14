import { expect, test } from "vitest";
import { WORLD_RULES } from "../../../sim/world/monitoringRules.js";
import { BUILT_IN_RULES } from "../../../src/monitor/builtInRules.js";
import { decodeRules } from "../../../src/monitor/decodeRules.js";
import type { MonitorEvent } from "../../../src/monitor/event.js";
import { RuleEngine } from "../../../src/monitor/ruleEngine.js";

const NIGHT = Date.UTC(2026, 10, 22, 20); // 4 o'clock in the morning in Shanghai

/** @returns the rules that gave an alarm after which somebody has to do something */
function halts(events: readonly Omit<MonitorEvent, "at">[]): string[] {
	const engine = new RuleEngine(WORLD_RULES, 480);
	return events
		.flatMap((event, i) => engine.take({ ...event, at: NIGHT + i * 20_000 }))
		.filter(({ rule }) => rule.actions.some(action => !["note", "warn", "alertBank"].includes(action)))
		.map(({ rule }) => rule.name);
}

test("the rules of the test world are a rule set, the built-in ones by name and threshold", () => {
	expect(() => decodeRules(JSON.parse(JSON.stringify(WORLD_RULES)))).not.toThrow();
	const thresholds = ({ rules }: typeof WORLD_RULES) => rules.map(({ name, threshold }) => [name, threshold]);
	expect(thresholds(WORLD_RULES)).toEqual(thresholds(BUILT_IN_RULES));
});

test("whoever tries sales, declines and refunds by hand at night is not stopped", () => {
	const sales = Array.from({ length: 20 }, () => ({ kind: "sale", card: 1, amountMinor: 12_800 }) as const);
	const large = [
		{ kind: "sale", card: 2, amountMinor: 60_000 },
		{ kind: "sale", card: 2, amountMinor: 60_000 },
	] as const;
	const declines = Array.from({ length: 5 }, () => ({ kind: "decline", card: 3, amountMinor: 5_000 }) as const);
	const refund = { kind: "refund", card: 1, amountMinor: 1_000, originalMinor: 0 } as const;
	const voids = Array.from({ length: 5 }, () => ({ kind: "cancelledAfterApproval", amountMinor: 12_800 }) as const);
	const above = { kind: "refund", card: 1, amountMinor: 500, originalMinor: 400, aboveOriginalMinor: 100 } as const;
	expect(halts([...sales, ...large, ...declines, refund, ...voids, above])).toEqual([]);
});

test("the holds are there all the same", () => {
	expect(halts([{ kind: "sale", amountMinor: 1_000, ownCard: 1 }])).toEqual(["ownCard"]);
	expect(halts(Array.from({ length: 6 }, () => ({ kind: "decline", amountMinor: 5_000 }) as const))).toEqual([
		"declineBurst",
	]);
});
