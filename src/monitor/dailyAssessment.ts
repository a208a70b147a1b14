import { decodeCbor, encodeCbor } from "../bytes/cbor.js";
import type { Alarm } from "./alarm.js";
import { Baseline, type Usual } from "./baseline.js";
import { assessDay, type DayReport, pointsOf, type RuleCount } from "./dayReport.js";
import { EVENT_KINDS, type EventKind, type MonitorEvent } from "./event.js";
import { type DayCounts, METRIC_NAMES, type MetricName } from "./metrics.js";
import { MOST_RULES } from "./rule.js";

const DAY_MS = 86_400_000;
const MINUTE_MS = 60_000;
/** Days that the trend is taken of. */
const HISTORY_DAYS = 28;
const WEEK = 7;
/** Between two weeks' mean scores; less is no trend. */
const STEADY_POINTS = 5;
const VERSION = 1;

export interface DayScore {
	readonly day: string;
	readonly score: number;
}

export type Trend = "rising" | "steady" | "falling";

/** What lies on the medium: numbers and rule names, never more of them. */
type Kept = readonly [
	version: number,
	day: number,
	counts: readonly number[],
	soldMinor: number,
	refundedMinor: number,
	rules: readonly (readonly [name: string, alarms: number, points: number])[],
	baseline: readonly (readonly number[])[],
	history: readonly (readonly [day: number, score: number])[],
];

/**
 * Assesses each day by itself, against the days of this merchant before it. It takes every event once; what it keeps does
 * not grow with their number (docs/monitoring.md).
 */
export class DailyAssessment {
	readonly #utcOffsetMinutes: number;
	#baseline = new Baseline();
	/** Local days since 1970; 0 before the first event. */
	#day = 0;
	#counts: number[] = EVENT_KINDS.map(() => 0);
	#soldMinor = 0;
	#refundedMinor = 0;
	#rules: RuleCount[] = [];
	#history: (readonly [day: number, score: number])[] = [];

	/** @param kept of `encode`; what is no such state is left aside */
	constructor(utcOffsetMinutes: number, kept?: Uint8Array) {
		this.#utcOffsetMinutes = utcOffsetMinutes;
		const state = kept && readKept(kept);
		if (!state) return;
		const [, day, counts, soldMinor, refundedMinor, rules, baseline, history] = state;
		this.#day = day;
		this.#counts = EVENT_KINDS.map((_, i) => counts[i]!);
		this.#soldMinor = soldMinor;
		this.#refundedMinor = refundedMinor;
		this.#rules = rules.map(([name, alarms, points]) => ({ name, alarms, points }));
		this.#baseline = new Baseline(baseline);
		this.#history = [...history];
	}

	/** @returns the report of the day before, when this event is the first of another day */
	take(event: MonitorEvent, alarms: readonly Alarm[]): DayReport | undefined {
		const ended = this.close(event.at);
		this.#counts[EVENT_KINDS.indexOf(event.kind)]!++;
		const amountMinor = event.amountMinor ?? 0;
		if (event.kind === "sale" || event.kind === "completion") this.#soldMinor += amountMinor;
		if (event.kind === "refund") this.#refundedMinor += amountMinor;
		for (const { rule } of alarms) this.#addAlarm(rule.name, pointsOf(rule.actions));
		return ended;
	}

	/** Ends the day if another has begun. A clock that was set back begins none. @param at milliseconds since 1970 */
	close(at: number): DayReport | undefined {
		const day = Math.floor((at + this.#utcOffsetMinutes * MINUTE_MS) / DAY_MS);
		if (day <= this.#day) return undefined;
		const report = this.#day === 0 ? undefined : this.today();
		if (report) {
			this.#baseline.learn(report.counts);
			this.#history = [...this.#history, [this.#day, report.score] as const].slice(-HISTORY_DAYS);
		}
		this.#day = day;
		this.#counts = EVENT_KINDS.map(() => 0);
		[this.#soldMinor, this.#refundedMinor, this.#rules] = [0, 0, []];
		return report;
	}

	/** There was an event. */
	get hasBegun(): boolean {
		return this.#day > 0;
	}

	/** The day so far. */
	today(): DayReport {
		const of = Object.fromEntries(EVENT_KINDS.map((kind, i) => [kind, this.#counts[i]!])) as Record<EventKind, number>;
		const counts: DayCounts = { of, soldMinor: this.#soldMinor, refundedMinor: this.#refundedMinor };
		return assessDay(dayText(this.#day), counts, this.#rules, this.#baseline);
	}

	/** What one figure of this merchant's days usually is; undefined as long as too few days are known. */
	usual(name: MetricName): Usual | undefined {
		return this.#baseline.usual(name);
	}

	/** Days that have ended, oldest first, at most 28. */
	get history(): readonly DayScore[] {
		return this.#history.map(([day, score]) => ({ day: dayText(day), score }));
	}

	/** The mean score of the last week against that of the week before; steady as long as there are not two. */
	get trend(): Trend {
		const scores = this.#history.map(([, score]) => score);
		if (scores.length < 2 * WEEK) return "steady";
		const change = sum(scores.slice(-WEEK)) - sum(scores.slice(-2 * WEEK, -WEEK));
		return Math.abs(change) < WEEK * STEADY_POINTS ? "steady" : change > 0 ? "rising" : "falling";
	}

	encode(): Uint8Array {
		const kept: Kept = [
			VERSION,
			this.#day,
			this.#counts,
			this.#soldMinor,
			this.#refundedMinor,
			this.#rules.map(({ name, alarms, points }) => [name, alarms, points] as const),
			this.#baseline.state,
			this.#history,
		];
		return encodeCbor(kept);
	}

	#addAlarm(name: string, points: number): void {
		const known = this.#rules.find(each => each.name === name);
		if (known) this.#rules = this.#rules.map(each => (each === known ? added(each, points) : each));
		else if (this.#rules.length < MOST_RULES) this.#rules.push({ name, alarms: 1, points });
	}
}

function added({ name, alarms, points }: RuleCount, more: number): RuleCount {
	return { name, alarms: alarms + 1, points: points + more };
}

function dayText(day: number): string {
	return new Date(day * DAY_MS).toISOString().slice(0, 10);
}

function sum(numbers: readonly number[]): number {
	return numbers.reduce((total, each) => total + each, 0);
}

function readKept(bytes: Uint8Array): Kept | undefined {
	let value: unknown;
	try {
		value = decodeCbor(bytes);
	} catch {
		return undefined;
	}
	return isKept(value) ? value : undefined;
}

const isWhole = (value: unknown): value is number => Number.isSafeInteger(value);
const isRow = (value: unknown, length: number): value is readonly unknown[] =>
	Array.isArray(value) && value.length === length;

function isKept(value: unknown): value is Kept {
	if (!isRow(value, 8)) return false;
	const [version, day, counts, sold, refunded, rules, baseline, history] = value;
	return (
		version === VERSION &&
		[day, sold, refunded].every(isWhole) &&
		isRow(counts, EVENT_KINDS.length) &&
		counts.every(isWhole) &&
		Array.isArray(rules) &&
		rules.length <= MOST_RULES &&
		rules.every(row => isRow(row, 3) && typeof row[0] === "string" && row.slice(1).every(isWhole)) &&
		isRow(baseline, METRIC_NAMES.length) &&
		baseline.every(row => isRow(row, 3) && row.every(isWhole)) &&
		Array.isArray(history) &&
		history.length <= HISTORY_DAYS &&
		history.every(row => isRow(row, 2) && row.every(isWhole))
	);
}
