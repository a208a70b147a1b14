import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { uintBytes } from "../../src/bytes/bytes.js";
import { formatHex } from "../../src/bytes/hex.js";
import { explainAlarm } from "../../src/monitor/alarm.js";
import { BUILT_IN_RULES } from "../../src/monitor/builtInRules.js";
import { decodeRules } from "../../src/monitor/decodeRules.js";
import { EVENT_KINDS, type EventKind, type MonitorEvent } from "../../src/monitor/event.js";
import type { Rule, RuleSet } from "../../src/monitor/rule.js";
import { RuleEngine } from "../../src/monitor/ruleEngine.js";

const NOON = Date.UTC(2026, 10, 22, 4);
const SHANGHAI = 480;

/** A rule about sales that alarms at each, changed. */
function ruleSet(changes: Partial<Rule>, more: Partial<RuleSet> = {}): RuleSet {
	return decodeRules({
		limitsMinor: [100_000],
		...more,
		rules: [
			{
				name: "tried",
				says: { en: "Tried", zh: "试" },
				on: ["sale"],
				where: [],
				measure: "count",
				threshold: 1,
				windowSeconds: 60,
				actions: ["note"],
				quietSeconds: 0,
				...changes,
			},
		],
	});
}

/** What the rule said to each event: 0 or what it measured. @param events seconds after noon, and the rest */
function said(set: RuleSet, events: readonly (Partial<Omit<MonitorEvent, "at">> & { at: number })[]): number[] {
	const engine = new RuleEngine(set, SHANGHAI);
	return events.map(each => engine.take({ kind: "sale", ...each, at: NOON + each.at * 1000 })[0]?.measured ?? 0);
}

describe("a count", () => {
	const set = ruleSet({ threshold: 3, windowSeconds: 60 });

	test("is reached by so many events inside the window, to the second", () => {
		expect(said(set, [{ at: 0 }, { at: 30 }, { at: 59 }])).toEqual([0, 0, 3]);
		expect(said(set, [{ at: 0 }, { at: 30 }, { at: 60 }, { at: 89 }])).toEqual([0, 0, 0, 3]);
	});

	test("leaves other kinds of events aside", () => {
		expect(said(set, [{ at: 0 }, { at: 1, kind: "decline" }, { at: 2 }, { at: 3 }])).toEqual([0, 0, 0, 3]);
	});

	test("is silent after an alarm, but not when the clock is set back", () => {
		const quiet = ruleSet({ quietSeconds: 100 });
		expect(said(quiet, [{ at: 0 }, { at: 99 }, { at: 100 }, { at: 50 }])).toEqual([1, 0, 1, 1]);
	});
});

describe("conditions", () => {
	test.each([
		[{ field: "amountMinor", atMost: 500 }, { amountMinor: 500 }, { amountMinor: 501 }],
		[{ field: "amountMinor", atLeast: 500 }, { amountMinor: 500 }, { amountMinor: 499 }],
		[{ field: "ownCard", atLeast: 1 }, { ownCard: 1 }, {}],
		[{ field: "percentOfLimit", atLeast: 96 }, { amountMinor: 99_999 }, { amountMinor: 95_999 }],
		[{ field: "percentOfLimit", atLeast: 1 }, { amountMinor: 1_000 }, { amountMinor: 100_000 }],
		[{ field: "minuteOfDay", atLeast: 720, atMost: 720 }, { at: 59 }, { at: 60 }],
		[{ field: "minuteOfDay", atLeast: 720, atMost: 720 }, { at: 0 }, { at: -1 }],
	] as const)("%j", (condition, hit, miss) => {
		const set = ruleSet({ where: [condition] });
		expect(said(set, [{ at: 0, ...hit }])).toEqual([1]);
		expect(said(set, [{ at: 0, ...miss }])).toEqual([0]);
	});

	test("business hours may go on after midnight", () => {
		const where = [{ field: "outsideHours", atLeast: 1 }] as const;
		const at = (hour: number, minute = 0) => ({ at: (hour - 12) * 3600 + minute * 60 });
		const day = ruleSet({ where }, { businessHours: { opensMinute: 480, closesMinute: 1320 } });
		expect(said(day, [at(7, 59), at(8), at(21, 59), at(22)])).toEqual([1, 0, 0, 1]);
		const night = ruleSet({ where }, { businessHours: { opensMinute: 1080, closesMinute: 120 } });
		expect(said(night, [at(17, 59), at(18), at(24), at(26)])).toEqual([1, 0, 0, 1]);
		expect(said(ruleSet({ where }), [at(3)])).toEqual([0]);
	});
});

describe("distinct cards", () => {
	const set = ruleSet({ measure: "distinctCards", threshold: 3, windowSeconds: 60 });
	const cards = (...numbers: readonly number[]) => numbers.map((card, i) => ({ at: i, card }));

	test("counts each card once", () => {
		expect(said(set, cards(1, 2, 1, 2, 1, 3))).toEqual([0, 0, 0, 0, 0, 3]);
		expect(said(set, cards(1, 1, 1, 1))).toEqual([0, 0, 0, 0]);
	});

	test("forgets the card that was seen longest ago", () => {
		const seen = [
			{ at: 0, card: 1 },
			{ at: 50, card: 2 },
			{ at: 61, card: 3 },
			{ at: 62, card: 1 },
		];
		expect(said(set, seen)).toEqual([0, 0, 0, 3]);
	});

	test("an event without a card counts for none", () => {
		expect(said(set, [{ at: 0, card: 1 }, { at: 1 }, { at: 2 }, { at: 3, card: 2 }])).toEqual([0, 0, 0, 0]);
	});
});

test("cards of events that no window reaches are forgotten, and nothing else is", () => {
	const day = 86_400;
	const set = ruleSet({ measure: "sameCard", threshold: 2, windowSeconds: 7 * day, quietSeconds: 0 });
	const engine = new RuleEngine(set, SHANGHAI);
	const pay = (at: number, card: number) =>
		engine.take({ kind: "sale", at: NOON + at * 1000, card, amountMinor: 100 })[0]?.measured ?? 0;
	const holds = (card: number) => formatHex(engine.encode()).includes(formatHex(uintBytes(card, 4)));
	const [old, newer] = [0x1234_5678, 0x2345_6789];
	expect([pay(0, old), pay(5 * day, newer)]).toEqual([0, 0]);
	expect([holds(old), holds(newer)]).toEqual([true, true]);
	engine.forgetCards(NOON / 1000 + day);
	expect([holds(old), holds(newer)]).toEqual([false, true]);
	expect(pay(6 * day, newer)).toBe(2);
	engine.forget();
	expect([holds(old), holds(newer)]).toEqual([false, false]);
	expect([pay(7 * day, newer), pay(7 * day + 1, newer)]).toEqual([0, 2]);
});

describe("the same card", () => {
	const set = ruleSet({ measure: "sameCard", threshold: 2, windowSeconds: 60, quietSeconds: 600 });

	test("is found among others, however the ring lies", () => {
		const engine = new RuleEngine(set, SHANGHAI);
		for (let i = 0; i < 200; i++) {
			const at = NOON + i * 120_000;
			const sale = (card: number, seconds: number) =>
				engine.take({ kind: "sale", at: at + seconds * 1000, card }).length;
			expect([sale(1000 + 3 * i, 0), sale(1001 + 3 * i, 1), sale(1002 + 3 * i, 2), sale(1000 + 3 * i, 3)]).toEqual([
				0, 0, 0, 1,
			]);
		}
	});

	test("is silent about one card and not about the next", () => {
		const events = [1, 1, 1, 2, 2].map((card, at) => ({ at, card }));
		expect(said(set, events)).toEqual([0, 2, 0, 0, 2]);
	});

	test("with a sum needs both", () => {
		const sum = ruleSet({ measure: "sameCard", threshold: 2, windowSeconds: 60, sumAtLeastMinor: 1000 });
		const paid = (...amounts: readonly number[]) => amounts.map((amountMinor, at) => ({ at, card: 7, amountMinor }));
		expect(said(sum, paid(1000))).toEqual([0]);
		expect(said(sum, paid(400, 500, 100))).toEqual([0, 0, 3]);
		expect(said(sum, [...paid(600), { at: 60, card: 7, amountMinor: 600 }])).toEqual([0, 0]);
	});
});

describe("a ratio", () => {
	const changes = { measure: "ratio", against: ["sale"], on: ["refund"], percent: 50, windowSeconds: 1200 } as const;
	const sale = (at: number, amountMinor: number) => ({ at, kind: "sale", amountMinor }) as const;
	const refund = (at: number, amountMinor: number) => ({ at, kind: "refund", amountMinor }) as const;

	test("of amounts", () => {
		const set = ruleSet({ ...changes, of: "amount", threshold: 2 });
		expect(said(set, [sale(0, 1000), refund(1, 700), refund(2, 10), sale(3, 1000), refund(4, 10)])).toEqual([
			0, 0, 71, 0, 0,
		]);
	});

	test("of counts, and of nothing", () => {
		const set = ruleSet({ ...changes, of: "count", threshold: 1 });
		expect(said(set, [refund(0, 5)])).toEqual([9999]);
		expect(said(set, [sale(0, 1), sale(1, 1), sale(2, 1), refund(3, 1), refund(4, 1)])).toEqual([0, 0, 0, 0, 66]);
	});

	test("lets go what is older than the window", () => {
		const set = ruleSet({ ...changes, of: "count", threshold: 1 });
		expect(said(set, [sale(0, 1), sale(0, 1), sale(0, 1), refund(1000, 1), refund(1300, 1)])).toEqual([
			0, 0, 0, 0, 9999,
		]);
	});
});

describe("the state", () => {
	/** Any stream, with jumps of the clock in both directions. */
	const streams = fc.array(
		fc.record({
			kind: fc.constantFrom<EventKind>(...EVENT_KINDS),
			seconds: fc.integer({ min: -100_000, max: 1_000_000 }),
			card: fc.integer({ min: 0, max: 4 }),
			amountMinor: fc.oneof(fc.integer({ min: 0, max: 1_000_000 }), fc.integer({ min: 0, max: 999_999_999_999 })),
			originalMinor: fc.integer({ min: 0, max: 1 }),
		}),
		{ maxLength: 80 },
	);
	const said = (engine: RuleEngine, event: MonitorEvent) =>
		engine.take(event).map(alarm => [alarm.measured, ...explainAlarm(alarm, "en")]);
	const eventsOf = (stream: readonly { kind: EventKind; seconds: number }[]): MonitorEvent[] => {
		let at = NOON;
		return stream.map(({ seconds, ...rest }) => {
			at += seconds * 1000;
			return { ...rest, at };
		});
	};

	test("survives a restart at any moment: nothing is found that was not, nothing is missed", () => {
		fc.assert(
			fc.property(streams, fc.nat(79), (stream, cut) => {
				const events = eventsOf(stream);
				const whole = new RuleEngine(BUILT_IN_RULES, SHANGHAI);
				const found = events.map(event => said(whole, event));
				const before = new RuleEngine(BUILT_IN_RULES, SHANGHAI);
				for (const event of events.slice(0, cut)) before.take(event);
				const after = new RuleEngine(BUILT_IN_RULES, SHANGHAI, before.encode());
				expect(events.slice(cut).map(event => said(after, event))).toEqual(found.slice(cut));
				expect(after.encode()).toEqual(whole.encode());
			}),
			{ numRuns: 200 },
		);
	});

	test("is as long after many events as before the first", () => {
		const engine = new RuleEngine(BUILT_IN_RULES, SHANGHAI);
		const [length, memory] = [engine.encode().length, engine.memoryBytes];
		for (let i = 0; i < 5000; i++)
			engine.take({ kind: EVENT_KINDS[i % EVENT_KINDS.length]!, at: NOON + i * 7000, card: i, amountMinor: i });
		expect([engine.encode().length, engine.memoryBytes]).toEqual([length, memory]);
		expect(engine.events).toBe(5000);
	});

	test("of a rule that changed begins anew, that of the others goes on", () => {
		const rules = BUILT_IN_RULES.rules.map(rule =>
			rule.name === "pinFailures" ? { ...rule, windowSeconds: 60 } : rule,
		);
		const engine = new RuleEngine(BUILT_IN_RULES, SHANGHAI);
		for (let i = 0; i < 4; i++) {
			engine.take({ kind: "pinFailure", at: NOON + i });
			engine.take({ kind: "reversal", at: NOON + i });
		}
		const changed = new RuleEngine({ ...BUILT_IN_RULES, rules }, SHANGHAI, engine.encode());
		expect(changed.take({ kind: "pinFailure", at: NOON + 10 })).toEqual([]);
		expect(changed.take({ kind: "reversal", at: NOON + 10 }).map(({ rule }) => rule.name)).toEqual(["reversals"]);
	});

	test("that is no state is left aside", () => {
		fc.assert(
			fc.property(fc.uint8Array({ maxLength: 400 }), bytes => {
				new RuleEngine(BUILT_IN_RULES, SHANGHAI, bytes).take({ kind: "sale", at: NOON, card: 1 });
			}),
			{ numRuns: 200 },
		);
	});
});

test("sums and counts stay what a plain model says, whatever the stream", () => {
	const set = ruleSet({ threshold: 4, windowSeconds: 1000 });
	fc.assert(
		fc.property(fc.array(fc.integer({ min: 0, max: 700 }), { maxLength: 60 }), gaps => {
			let at = 0;
			const times = gaps.map(gap => {
				at += gap;
				return at;
			});
			const expected = times.map((now, i) =>
				times.slice(0, i + 1).filter(time => now - time < 1000).length >= 4 ? 4 : 0,
			);
			expect(
				said(
					set,
					times.map(time => ({ at: time })),
				),
			).toEqual(expected);
		}),
		{ numRuns: 100 },
	);
});
