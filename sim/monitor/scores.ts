import { DailyAssessment } from "../../src/monitor/dailyAssessment.js";
import type { DayReport } from "../../src/monitor/dayReport.js";
import { RuleEngine } from "../../src/monitor/ruleEngine.js";
import { Dice } from "./dice.js";
import { FRAUDS, type Fraud } from "./frauds.js";
import { honestDay, type Labelled, startOfDay, UTC_OFFSET_MINUTES } from "./honestDay.js";
import { MERCHANT_KINDS, type MerchantKind } from "./merchantKind.js";
import { fraudulentDay, rulesFor } from "./rates.js";

/** What a kind of merchant's days were scored, honest ones and such with a fraud. */
export interface Scores {
	readonly kind: string;
	readonly honestDays: number;
	readonly honestMean: number;
	/** Honest days of which the score says that somebody should look at them. */
	readonly honestRaised: number;
	readonly fraudDays: number;
	readonly fraudMean: number;
	readonly fraudRaised: number;
}

/** A terminal of a merchant whose days are known. */
class KnownMerchant {
	readonly #engine: RuleEngine;
	readonly #assessment: DailyAssessment;

	constructor(kind: MerchantKind, kept?: { readonly engine: Uint8Array; readonly assessment: Uint8Array }) {
		this.#engine = new RuleEngine(rulesFor(kind), UTC_OFFSET_MINUTES, kept?.engine);
		this.#assessment = new DailyAssessment(UTC_OFFSET_MINUTES, kept?.assessment);
	}

	get kept() {
		return { engine: this.#engine.encode(), assessment: this.#assessment.encode() };
	}

	/** @returns the report of that day */
	live(events: readonly Labelled[], day: number): DayReport {
		let report: DayReport | undefined;
		// What is left of a day goes on after midnight
		for (const { event } of events) report = this.#assessment.take(event, this.#engine.take(event)) ?? report;
		return report ?? this.#assessment.close(startOfDay(day + 1))!;
	}
}

/** @param days honest ones, after as many again in which the merchant becomes known; then one with each fraud */
export function scores(kind: MerchantKind, days: number, seed: number): Scores {
	const dice = new Dice(seed);
	const merchant = new KnownMerchant(kind);
	const honest: DayReport[] = [];
	for (let day = 0; day < 2 * days; day++) {
		const report = merchant.live(honestDay(kind, day, dice), day);
		if (day >= days) honest.push(report);
	}
	const { kept } = merchant;
	const frauds = FRAUDS.filter(fraud => fraud.when === "open" || kind.businessHours).map(fraud =>
		new KnownMerchant(kind, kept).live(fraudOn(kind, fraud, 2 * days, dice), 2 * days),
	);
	return {
		kind: kind.name,
		honestDays: honest.length,
		honestMean: mean(honest),
		honestRaised: honest.filter(({ level }) => level !== "low").length,
		fraudDays: frauds.length,
		fraudMean: mean(frauds),
		fraudRaised: frauds.filter(({ level }) => level !== "low").length,
	};
}

function fraudOn(kind: MerchantKind, fraud: Fraud, day: number, dice: Dice): Labelled[] {
	const laterMs = startOfDay(day) - startOfDay(1);
	return fraudulentDay(kind, fraud, dice).map(({ event, fraud: label }) => ({
		event: { ...event, at: event.at + laterMs },
		fraud: label,
	}));
}

function mean(reports: readonly DayReport[]): number {
	return reports.reduce((sum, { score }) => sum + score, 0) / reports.length;
}

export function allScores(days: number, seed: number): readonly Scores[] {
	return MERCHANT_KINDS.map(kind => scores(kind, days, seed));
}
