import { readFileSync } from "node:fs";
import Ajv2020 from "ajv/dist/2020.js";
import { describe, expect, test } from "vitest";
import { explainAlarm } from "../../src/monitor/alarm.js";
import { BUILT_IN_RULES } from "../../src/monitor/builtInRules.js";
import { decodeRules, RuleError } from "../../src/monitor/decodeRules.js";
import { cardOf, EVENTS, hasField } from "../../src/monitor/event.js";
import { RULE_SET_SHAPE } from "../../src/monitor/rule.js";
import { RuleEngine } from "../../src/monitor/ruleEngine.js";
import { jsonSchema } from "../../tools/jsonSchema.js";

const GOOD = JSON.parse(JSON.stringify(BUILT_IN_RULES));
const SCHEMA = JSON.parse(readFileSync(new URL("../../docs/monitoring-rules.schema.json", import.meta.url), "utf8"));
const accepts = new Ajv2020().compile(SCHEMA);

/** The built-in set with a rule changed. */
function withRule(name: string, changes: object): unknown {
	return {
		...GOOD,
		rules: GOOD.rules.map((rule: { name: string }) => (rule.name === name ? { ...rule, ...changes } : rule)),
	};
}

const at = (name: string) => GOOD.rules.findIndex((rule: { name: string }) => rule.name === name);

test("the built-in rules are a rule set, and their JSON is read back the same", () => {
	expect(decodeRules(GOOD)).toEqual(BUILT_IN_RULES);
	expect(accepts(GOOD)).toBe(true);
});

test("the JSON Schema on disk is that of the shape", () => {
	expect(SCHEMA).toMatchObject(jsonSchema(RULE_SET_SHAPE));
});

describe("refuses, with the path of the bad value", () => {
	test.each([
		[null, "(the whole file)"],
		[{ ...GOOD, rules: [] }, "rules"],
		[{ ...GOOD, limits: [] }, "limits"],
		[{ ...GOOD, limitsMinor: [0] }, "limitsMinor[0]"],
		[{ ...GOOD, limitsMinor: [1, 1.5] }, "limitsMinor[1]"],
		[{ ...GOOD, businessHours: { opensMinute: 0 } }, "businessHours.closesMinute"],
		[withRule("split", { name: "Split" }), `rules[${at("split")}].name`],
		[withRule("split", { on: ["sales"] }), `rules[${at("split")}].on[0]`],
		[withRule("split", { on: [] }), `rules[${at("split")}].on`],
		[withRule("split", { threshold: 17 }), `rules[${at("split")}].threshold`],
		[withRule("split", { windowSeconds: 0 }), `rules[${at("split")}].windowSeconds`],
		[withRule("split", { actions: ["explode"] }), `rules[${at("split")}].actions[0]`],
		[withRule("split", { says: { en: "" } }), `rules[${at("split")}].says.zh`],
		[withRule("split", { where: [{ field: "pan", atLeast: 1 }] }), `rules[${at("split")}].where[0].field`],
		[withRule("refundRatio", { percent: 0 }), `rules[${at("refundRatio")}].percent`],
		[withRule("refundRatio", { locks: ["everything"] }), `rules[${at("refundRatio")}].locks[0]`],
	])("%#: %j", (json, path) => {
		expect(
			refusal(json)
				.split("; ")
				.some(each => each.startsWith(`${path}: `)),
		).toBe(true);
		expect(accepts(json)).toBe(false);
	});

	test.each([
		[{ ...GOOD, limitsMinor: [2, 1] }, "limitsMinor[1]: must be above the one before"],
		[{ ...GOOD, businessHours: { opensMinute: 9, closesMinute: 9 } }, "businessHours.closesMinute: must be another"],
		[{ ...GOOD, rules: [...GOOD.rules, GOOD.rules[0]] }, "rules[15].name: is that of an earlier rule"],
		[{ ...GOOD, rules: Array.from({ length: 33 }, (_, i) => ({ ...GOOD.rules[0], name: `r${i}` })) }, "rules: must be"],
		[withRule("split", { where: [{ field: "seconds", atLeast: 1 }] }), "where[0].field: no event in on has it"],
		[withRule("split", { where: [{ field: "amountMinor" }] }), "where[0]: must have atLeast or atMost"],
		[withRule("split", { where: [{ field: "amountMinor", atLeast: 2, atMost: 1 }] }), "where[0].atMost: must not be"],
		[withRule("split", { threshold: 1 }), 'threshold: must be at least 2 with the measure "sameCard"'],
		[withRule("split", { percent: 5 }), 'percent: goes only with the measure "ratio"'],
		[withRule("split", { locks: ["sale"] }), 'locks: goes only with the action "lockFunction"'],
		[withRule("split", { actions: ["hold", "hold"] }), "actions: must be different ones"],
		[withRule("declineBurst", { sumAtLeastMinor: 5 }), 'sumAtLeastMinor: goes only with the measure "sameCard"'],
		[withRule("refundRatio", { against: ["refund"] }), "against: must not have refund, which on has"],
		[withRule("refundRatio", { on: ["pinFailure"] }), 'of: must be "count": not every event has an amount'],
	])("%#: what members must be to one another", (json, sentence) => {
		expect(refusal(json)).toContain(sentence);
	});
});

test("a member that a measure needs is missed", () => {
	const { percent, ...without } = GOOD.rules[at("refundRatio")];
	expect(percent).toBe(25);
	expect(refusal({ ...GOOD, rules: [without] })).toBe('rules[0].percent: is missing: the measure "ratio" needs it');
});

test("an alarm explains itself in both languages: the rule, what it measured, the events that led to it", () => {
	const engine = new RuleEngine(BUILT_IN_RULES, 480);
	const noon = Date.UTC(2026, 10, 22, 4);
	engine.take({ kind: "signOn", at: noon });
	engine.take({ kind: "sale", at: noon + 1000, card: 0xbeef, amountMinor: 60_000 });
	engine.take({ kind: "sale", at: noon + 2000, card: 0xcafe, amountMinor: 1_000 });
	const alarms = engine.take({ kind: "sale", at: noon + 600_000, card: 0xbeef, amountMinor: 50_000 });
	expect(alarms.map(({ rule }) => rule.name)).toEqual(["split"]);
	expect(explainAlarm(alarms[0]!, "en")).toEqual([
		"One purchase in several payments (split)",
		"2026-11-22 04:10:00: 2 of one card, limit 2, 1800 s",
		"  #2 2026-11-22 04:00:01 sale 60000 card 0000beef",
		"  #4 2026-11-22 04:10:00 sale 50000 card 0000beef",
	]);
	expect(explainAlarm(alarms[0]!, "zh")[0]).toBe("一笔消费拆成多笔付款 (split)");
});

test("every field of every kind can be asked about, and no other", () => {
	for (const [kind, fields] of Object.entries(EVENTS))
		for (const field of ["amountMinor", "ownCard", "originalMinor", "aboveOriginalMinor", "seconds"] as const)
			expect(hasField(kind as "sale", field)).toBe((fields as readonly string[]).includes(field));
});

test("a card is told from others by its keyed token alone, and is never nobody", () => {
	expect(cardOf(Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8))).toBe(0x01020304);
	expect(cardOf(new Uint8Array(8))).toBe(1);
});

function refusal(json: unknown): string {
	try {
		decodeRules(json);
	} catch (error) {
		expect(error).toBeInstanceOf(RuleError);
		return (error as Error).message;
	}
	return "";
}
