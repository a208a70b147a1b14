import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { Dice } from "../../sim/monitor/dice.js";
import { honestDay, startOfDay, UTC_OFFSET_MINUTES } from "../../sim/monitor/honestDay.js";
import { MERCHANT_KINDS } from "../../sim/monitor/merchantKind.js";
import { formatAmount } from "../../src/display/amount.js";
import type { Alarm } from "../../src/monitor/alarm.js";
import { Baseline, LEARNING_DAYS } from "../../src/monitor/baseline.js";
import { BUILT_IN_RULES } from "../../src/monitor/builtInRules.js";
import { DailyAssessment } from "../../src/monitor/dailyAssessment.js";
import { assessDay, type DayReport, pointsOf } from "../../src/monitor/dayReport.js";
import { EVENT_KINDS, type EventKind, type MonitorEvent } from "../../src/monitor/event.js";
import { formatDayReport } from "../../src/monitor/formatDayReport.js";
import type { DayCounts } from "../../src/monitor/metrics.js";
import { RuleEngine } from "../../src/monitor/ruleEngine.js";

const NOON = 12 * 3_600_000;

/** A day of so many events of each kind, the rest 0; a sale is of 50.00. */
function counts(of: Partial<Record<EventKind, number>>, more: Partial<DayCounts> = {}): DayCounts {
	const all = Object.fromEntries(EVENT_KINDS.map(kind => [kind, of[kind] ?? 0])) as Record<EventKind, number>;
	return { of: all, soldMinor: 5_000 * all.sale, refundedMinor: 0, ...more };
}

/** A merchant with 100 sales and 3 declines on every day. */
function known(): Baseline {
	const baseline = new Baseline();
	for (let day = 0; day < 30; day++) baseline.learn(counts({ sale: 97 + (day % 7), decline: 3 }));
	return baseline;
}

/** What happened on local day `day`, one event after another. */
function dayOf(day: number, of: Partial<Record<EventKind, number>>): MonitorEvent[] {
	const kinds = EVENT_KINDS.flatMap(kind => Array.from({ length: of[kind] ?? 0 }, () => kind));
	return kinds.map((kind, i) => ({ kind, at: startOfDay(day) + NOON + i * 1000, amountMinor: 5_000 }));
}

describe("the score", () => {
	test("of an ordinary day is 0, with nothing to say", () => {
		const report = assessDay("2026-03-01", counts({ sale: 100, decline: 3 }), [], known());
		expect(report).toMatchObject({ score: 0, level: "low", causes: [], isLearning: false });
	});

	test.each([
		["many declines", counts({ sale: 80, decline: 25 }), "declinePermille"],
		["few sales", counts({ sale: 12 }), "payments"],
		["many sales", counts({ sale: 400, decline: 12 }), "payments"],
		["large amounts", counts({ sale: 100, decline: 3 }, { soldMinor: 2_000_000 }), "averageMinor"],
		["refunds", counts({ sale: 100, decline: 3 }, { refundedMinor: 100_000 }), "refundPermille"],
		["sales taken back", counts({ sale: 100, decline: 3, cancelledAfterApproval: 6 }), "cancelledPermille"],
		["wrong PINs", counts({ sale: 100, decline: 3, pinFailure: 6 }), "pinFailurePermille"],
		["stripes", counts({ sale: 100, decline: 3, fallback: 6 }), "fallbackPermille"],
		["reversals", counts({ sale: 100, decline: 3, reversal: 6 }), "reversalPermille"],
	] as const)("names %s as the cause, with what is usual", (_, day, name) => {
		const { score, causes } = assessDay("2026-03-01", day, [], known());
		expect(causes.map(cause => cause.name)).toEqual([name]);
		expect(score).toBe(causes[0]!.points);
		expect(score).toBeGreaterThan(0);
		expect(causes[0]).toHaveProperty("usual");
	});

	test("fewer declines, smaller amounts, no refunds are no risk", () => {
		expect(assessDay("2026-03-01", counts({ sale: 100 }, { soldMinor: 100_000 }), [], known()).score).toBe(0);
	});

	test("adds what the rules said, by what their alarms had the terminal do, each rule up to a limit", () => {
		expect([pointsOf(["note"]), pointsOf(["warn", "alertBank"]), pointsOf(["hold", "alertBank"])]).toEqual([1, 3, 25]);
		const rules = [
			{ name: "split", alarms: 1, points: 15 },
			{ name: "ownCard", alarms: 3, points: 75 },
		];
		const report = assessDay("2026-03-01", counts({ sale: 100, decline: 3 }), rules, known());
		expect(report.causes.map(({ name, points }) => [name, points])).toEqual([
			["ownCard", 40],
			["split", 15],
		]);
		expect([report.score, report.level]).toEqual([55, "raised"]);
	});

	test("of a terminal that was opened is high, and never above 100", () => {
		expect(assessDay("2026-03-01", counts({ sale: 100, decline: 3, tamper: 1 }), [], known()).level).toBe("high");
		const worst = counts(
			{ sale: 40, decline: 60, tamper: 9, clockJump: 99, pinFailure: 50 },
			{ refundedMinor: 10 ** 9 },
		);
		expect(assessDay("2026-03-01", worst, [], known()).score).toBe(100);
	});

	test("compares with nothing before the merchant's days are known", () => {
		const baseline = new Baseline();
		for (let day = 0; day < LEARNING_DAYS - 1; day++) baseline.learn(counts({ sale: 100 }));
		const odd = counts({ sale: 50, decline: 50 });
		expect(assessDay("2026-03-01", odd, [], baseline)).toMatchObject({ score: 0, isLearning: true });
		baseline.learn(counts({ sale: 100 }));
		expect(assessDay("2026-03-01", odd, [], baseline).score).toBeGreaterThan(0);
	});

	test("of a day with few payments says nothing of rates", () => {
		const { causes } = assessDay("2026-03-01", counts({ sale: 4, decline: 5 }), [], known());
		expect(causes.map(({ name }) => name)).toEqual(["payments"]);
	});
});

describe("the baseline", () => {
	test("follows a business that grows slowly, and says what is usual in whole numbers", () => {
		const baseline = known();
		for (let day = 0; day < 60; day++) baseline.learn(counts({ sale: 100 + day, decline: 3 }));
		const usual = baseline.usual("payments")!;
		expect(usual.value).toBeGreaterThan(145);
		expect(Number.isInteger(usual.value) && Number.isInteger(usual.deviation)).toBe(true);
	});

	test("is hardly moved by one day of fraud, so that the next one stands out as much", () => {
		const baseline = known();
		const fraud = counts({ sale: 60, decline: 60 });
		const first = assessDay("2026-03-01", fraud, [], baseline).score;
		baseline.learn(fraud);
		expect(assessDay("2026-03-02", fraud, [], baseline).score).toBeGreaterThanOrEqual(first - 5);
	});
});

describe("day by day", () => {
	test("a day ends with the first event of the next, in local time, or when it is closed", () => {
		const assessment = new DailyAssessment(UTC_OFFSET_MINUTES);
		expect(dayOf(0, { sale: 3 }).map(event => assessment.take(event, []))).toEqual([undefined, undefined, undefined]);
		expect(assessment.close(startOfDay(1) - 1)).toBeUndefined();
		const [first] = dayOf(1, { sale: 1 });
		expect(assessment.take(first!, [])).toMatchObject({
			day: "2026-01-01",
			counts: { of: { sale: 3 }, soldMinor: 15_000 },
		});
		expect(assessment.today().counts.of.sale).toBe(1);
		expect(assessment.close(startOfDay(2))).toMatchObject({ day: "2026-01-02" });
		expect(assessment.history).toEqual([
			{ day: "2026-01-01", score: 0 },
			{ day: "2026-01-02", score: 0 },
		]);
	});

	test("a clock that is set back ends no day", () => {
		const assessment = new DailyAssessment(UTC_OFFSET_MINUTES);
		for (const event of [...dayOf(5, { sale: 1 }), ...dayOf(2, { sale: 1 })]) assessment.take(event, []);
		expect(assessment.today()).toMatchObject({ day: "2026-01-06", counts: { of: { sale: 2 } } });
	});

	test("the trend compares the last week with the one before", () => {
		const assessment = new DailyAssessment(UTC_OFFSET_MINUTES);
		const alarm = { rule: BUILT_IN_RULES.rules.find(({ name }) => name === "ownCard")! } as unknown as Alarm;
		const live = (from: number, to: number, alarms: readonly Alarm[]) => {
			for (let day = from; day < to; day++) for (const event of dayOf(day, { sale: 1 })) assessment.take(event, alarms);
		};
		live(0, 14, []);
		expect(assessment.trend).toBe("steady");
		live(14, 21, [alarm]);
		expect(assessment.trend).toBe("rising");
		live(21, 30, []);
		expect(assessment.trend).toBe("falling");
	});

	test("survives a restart at any event", () => {
		const kind = MERCHANT_KINDS[2]!;
		const events = Array.from({ length: 12 }, (_, day) => honestDay(kind, day, new Dice(day + 1))).flat();
		fc.assert(
			fc.property(fc.nat(events.length - 1), cut => {
				const whole = new DailyAssessment(UTC_OFFSET_MINUTES);
				const engine = new RuleEngine(BUILT_IN_RULES, UTC_OFFSET_MINUTES);
				const alarms = events.map(({ event }) => engine.take(event));
				const reports = (assessment: DailyAssessment, from: number, to: number): DayReport[] =>
					events.slice(from, to).flatMap(({ event }, i) => assessment.take(event, alarms[from + i]!) ?? []);
				const expected = reports(whole, 0, events.length);
				const before = new DailyAssessment(UTC_OFFSET_MINUTES);
				const early = reports(before, 0, cut);
				const after = new DailyAssessment(UTC_OFFSET_MINUTES, before.encode());
				expect([...early, ...reports(after, cut, events.length)]).toEqual(expected);
				expect(after.encode()).toEqual(whole.encode());
			}),
			{ numRuns: 25 },
		);
	});

	test("keeps no more after years than it can after weeks, and nothing of what is no state", () => {
		const assessment = new DailyAssessment(UTC_OFFSET_MINUTES);
		const alarms = Array.from({ length: 100 }, (_, i) => ({ rule: { name: `r${i}`, actions: ["hold"] } }));
		for (let day = 0; day < 1_000; day++)
			for (const event of dayOf(day, { sale: 2, refund: 1 })) assessment.take(event, alarms as unknown as Alarm[]);
		expect(assessment.encode().length).toBeLessThan(1_000);
		expect(assessment.history.length).toBe(28);
		fc.assert(
			fc.property(fc.uint8Array({ maxLength: 60 }), bytes => {
				expect(new DailyAssessment(UTC_OFFSET_MINUTES, bytes).history).toEqual([]);
			}),
			{ numRuns: 200 },
		);
	});
});

test("a report in words, in both languages", () => {
	const rules = BUILT_IN_RULES.rules;
	const money = (amountMinor: number) => formatAmount(amountMinor, 156);
	const day = counts({ sale: 80, decline: 25, clockJump: 1 });
	const report = assessDay("2026-03-01", day, [{ name: "split", alarms: 2, points: 30 }], known());
	expect(formatDayReport(report, { trend: "rising", rules, money }, "en")).toEqual([
		"2026-03-01  Risk score: 58/100, raised",
		"Trend: rising",
		"+30 One purchase in several payments: 2",
		"+20 Declined, of 1000: 238 (usual 29)",
		"+8 Clock was changed: 1",
	]);
	expect(formatDayReport(report, { trend: "rising", rules, money }, "zh").slice(0, 3)).toEqual([
		"2026-03-01  风险评分: 58/100, 偏高",
		"趋势: 上升",
		"+30 一笔消费拆成多笔付款: 2",
	]);
	const dear = assessDay("2026-03-01", counts({ sale: 100, decline: 3 }, { soldMinor: 2_000_000 }), [], known());
	expect(formatDayReport(dear, { trend: "steady", rules, money }, "en").slice(2)).toEqual([
		"+20 Average amount: ¥200.00 (usual ¥50.00)",
	]);
});
