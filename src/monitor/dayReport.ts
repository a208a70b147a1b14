import type { Baseline } from "./baseline.js";
import { type DayCounts, METRIC_NAMES, METRICS, type MetricName } from "./metrics.js";
import { ACTIONS, type Action } from "./rule.js";

/** Something that a day's score is made of. */
export type Cause =
	/** A rule gave alarms. */
	| { readonly kind: "rule"; readonly name: string; readonly points: number; readonly alarms: number }
	/** A figure is not what it usually is. */
	| {
			readonly kind: "metric";
			readonly name: MetricName;
			readonly points: number;
			readonly value: number;
			readonly usual: number;
	  }
	/** Something happened that no day should have. */
	| { readonly kind: "event"; readonly name: "tamper" | "clockJump"; readonly points: number; readonly count: number };

/** low: nothing to do. raised: somebody should look at it. high: the bank looks at it. */
export type RiskLevel = "low" | "raised" | "high";

export interface DayReport {
	/** Local date, "2026-11-22". */
	readonly day: string;
	/** 0 to 100; the sum of the causes' points, cut at 100. */
	readonly score: number;
	readonly level: RiskLevel;
	/** Heaviest first. */
	readonly causes: readonly Cause[];
	readonly counts: DayCounts;
	/** The merchant's days are not known well enough to compare with. */
	readonly isLearning: boolean;
}

const RAISED_FROM = 25;
const HIGH_FROM = 60;
const MOST_SCORE = 100;
const MOST_OF_A_RULE = 40;
const MOST_OF_A_METRIC = 20;
/** So many deviations away is still usual. */
export const USUAL_DEVIATIONS = 3;
const POINTS_A_DEVIATION = 4;
const MOST_OF_EVENTS = 60;
const EVENT_POINTS = Object.freeze({ tamper: 60, clockJump: 8 } as const);

/** Of one alarm, by the strongest of its rule's actions; telling the bank makes none stronger. */
const ACTION_POINTS: Readonly<Record<Action, number>> = Object.freeze({
	note: 1,
	warn: 3,
	secondFactor: 15,
	hold: 25,
	lockFunction: 30,
	lockTerminal: 40,
	alertBank: 0,
});

/** What one alarm of a rule with these actions counts for. */
export function pointsOf(actions: readonly Action[]): number {
	return Math.max(...ACTIONS.filter(action => actions.includes(action)).map(action => ACTION_POINTS[action]));
}

/** What the rules said on one day. */
export interface RuleCount {
	readonly name: string;
	readonly alarms: number;
	/** Of all of them, not cut. */
	readonly points: number;
}

/** The score of a day and what it is made of. @param baseline of the days before it */
export function assessDay(day: string, counts: DayCounts, rules: readonly RuleCount[], baseline: Baseline): DayReport {
	const causes: Cause[] = [
		...rules.map(({ name, alarms, points }) => ({
			kind: "rule" as const,
			name,
			alarms,
			points: Math.min(MOST_OF_A_RULE, points),
		})),
		...METRIC_NAMES.flatMap(name => metricCause(name, counts, baseline)),
		...(["tamper", "clockJump"] as const).flatMap(name => eventCause(name, counts.of[name])),
	];
	const score = Math.min(
		MOST_SCORE,
		causes.reduce((sum, { points }) => sum + points, 0),
	);
	return {
		day,
		score,
		level: score >= HIGH_FROM ? "high" : score >= RAISED_FROM ? "raised" : "low",
		causes: causes.filter(({ points }) => points > 0).sort((a, b) => b.points - a.points),
		counts,
		isLearning: baseline.usual("payments") === undefined,
	};
}

function metricCause(name: MetricName, counts: DayCounts, baseline: Baseline): Cause[] {
	const value = METRICS[name].of(counts);
	const usual = baseline.usual(name);
	if (value === undefined || usual === undefined) return [];
	const difference = METRICS[name].onlyAbove ? value - usual.value : Math.abs(value - usual.value);
	const beyond = difference - USUAL_DEVIATIONS * usual.deviation;
	const points = Math.max(0, Math.min(MOST_OF_A_METRIC, Math.floor((POINTS_A_DEVIATION * beyond) / usual.deviation)));
	return [{ kind: "metric", name, points, value, usual: usual.value }];
}

function eventCause(name: keyof typeof EVENT_POINTS, count: number): Cause[] {
	return [{ kind: "event", name, count, points: Math.min(MOST_OF_EVENTS, count * EVENT_POINTS[name]) }];
}
