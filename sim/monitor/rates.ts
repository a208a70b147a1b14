import { BUILT_IN_RULES } from "../../src/monitor/builtInRules.js";
import { ACTIONS, type Action, type RuleSet } from "../../src/monitor/rule.js";
import { RuleEngine } from "../../src/monitor/ruleEngine.js";
import { Dice } from "./dice.js";
import { FRAUDS, type Fraud } from "./frauds.js";
import { honestDay, type Labelled, startOfDay, UTC_OFFSET_MINUTES } from "./honestDay.js";
import { MERCHANT_KINDS, type MerchantKind } from "./merchantKind.js";

const HOUR_MS = 3_600_000;

/** The built-in rules as a bank would send them to such a merchant. */
export function rulesFor(kind: MerchantKind): RuleSet {
	const { limitsMinor, rules } = BUILT_IN_RULES;
	return { limitsMinor, rules, ...(kind.businessHours && { businessHours: kind.businessHours }) };
}

/** What honest days of a kind of merchant made the rules say. */
export interface FalseAlarms {
	readonly kind: string;
	readonly days: number;
	readonly events: number;
	/** Of each rule that said anything. */
	readonly byRule: Readonly<Record<string, number>>;
	/** That only the display or a list shows. */
	readonly mild: number;
	/** After which somebody has to do something before the next sale. */
	readonly halting: number;
}

/** @param days one after another, at one terminal */
export function falseAlarms(kind: MerchantKind, days: number, seed: number): FalseAlarms {
	const engine = new RuleEngine(rulesFor(kind), UTC_OFFSET_MINUTES);
	const dice = new Dice(seed);
	const byRule: Record<string, number> = {};
	let events = 0;
	let halting = 0;
	let all = 0;
	for (let day = 0; day < days; day++)
		for (const { event } of honestDay(kind, day, dice)) {
			events++;
			for (const { rule } of engine.take(event)) {
				byRule[rule.name] = (byRule[rule.name] ?? 0) + 1;
				all++;
				if (isHalting(rule.actions)) halting++;
			}
		}
	return { kind: kind.name, days, events, byRule, mild: all - halting, halting };
}

function isHalting(actions: readonly Action[]): boolean {
	return actions.some(action => action !== "alertBank" && ACTIONS.indexOf(action) >= ACTIONS.indexOf("secondFactor"));
}

export interface Detection {
	readonly rule: string;
	readonly runs: number;
	/** Runs in which the rule gave an alarm at an event of the fraud. */
	readonly found: number;
	/** Events of the fraud until then, on average of those found. */
	readonly eventsUntil: number;
}

/** Puts a fraud into days of every kind of merchant at which it can be done. @param runs for each of them */
export function detection(fraud: Fraud, runs: number, seed: number): Detection {
	const kinds = MERCHANT_KINDS.filter(kind => fraud.when === "open" || kind.businessHours);
	let found = 0;
	let eventsUntil = 0;
	for (const [k, kind] of kinds.entries())
		for (let run = 0; run < runs; run++) {
			const needed = firstFound(kind, fraud, new Dice(seed + 7_919 * k + run));
			if (needed === 0) continue;
			found++;
			eventsUntil += needed;
		}
	return { rule: fraud.rule, runs: runs * kinds.length, found, eventsUntil: found && eventsUntil / found };
}

/** @returns at which event of the fraud it was found, counted from 1; 0 when it was not */
function firstFound(kind: MerchantKind, fraud: Fraud, dice: Dice): number {
	const engine = new RuleEngine(rulesFor(kind), UTC_OFFSET_MINUTES);
	let ofFraud = 0;
	for (const { event, fraud: label } of fraudulentDay(kind, fraud, dice)) {
		const alarms = engine.take(event);
		if (label === undefined) continue;
		ofFraud++;
		if (alarms.some(({ rule }) => rule.name === label)) return ofFraud;
	}
	return 0;
}

/** An honest day with a fraud in it, in order. */
export function fraudulentDay(kind: MerchantKind, fraud: Fraud, dice: Dice): Labelled[] {
	const honest = honestDay(kind, 1, dice);
	const soldMinor = honest.reduce((sum, { event }) => sum + (event.kind === "sale" ? (event.amountMinor ?? 0) : 0), 0);
	const from = startOfDay(1) + HOUR_MS * (fraud.when === "closed" ? 2 : dice.between(10, 18));
	const steps = fraud.steps({ dice, kind, soldMinor });
	const labelled = steps.map(([seconds, event]) => ({
		event: { ...event, at: from + seconds * 1000 },
		fraud: fraud.rule,
	}));
	return [...honest, ...labelled].sort((a, b) => a.event.at - b.event.at);
}

/** Everything that `npm run monitor` tells. */
export interface Rates {
	readonly detections: readonly Detection[];
	readonly falseAlarms: readonly FalseAlarms[];
}

export function rates({ days, runs, seed }: { days: number; runs: number; seed: number }): Rates {
	return {
		detections: FRAUDS.map(fraud => detection(fraud, runs, seed)),
		falseAlarms: MERCHANT_KINDS.map(kind => falseAlarms(kind, days, seed)),
	};
}
