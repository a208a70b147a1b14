import type { SealedStorage } from "../journal/sealedFile.js";
import type { Clock } from "../ports.js";
import type { Alarm } from "./alarm.js";
import { DailyAssessment } from "./dailyAssessment.js";
import { DayHistory } from "./dayHistory.js";
import type { DayReport } from "./dayReport.js";
import type { MonitorEvent } from "./event.js";
import { KeptRules } from "./keptRules.js";
import type { RuleSet } from "./rule.js";
import { RuleEngine } from "./ruleEngine.js";

/** Tokens of cards are kept so long: longer than the longest window of a rule. */
const CARD_SECONDS = 8 * 86_400;
/** In the place of the bank's rules: the terminal's own hold. */
const NO_RULES = new Uint8Array(0);

/** What has to outlast a restart. */
export interface WatchState {
	readonly engine: Uint8Array | undefined;
	readonly assessment: Uint8Array;
	readonly report: DayReport | undefined;
}

interface WatchPorts extends SealedStorage {
	readonly clock: Pick<Clock, "now" | "utcOffsetMinutes">;
}

/** What rules and days make of the events. It finds and counts; what is done about it is the monitor's. */
export class Watch {
	/** The bank's rules were damaged: those of the terminal hold. */
	readonly hasLostRules: boolean;
	readonly #clock: WatchPorts["clock"];
	readonly #keptRules: KeptRules;
	/** What the terminal came with. */
	readonly #ownRules: RuleSet | undefined;
	readonly #onDay: (ended: DayReport) => void;
	readonly #history: DayHistory;
	#rules: RuleSet | undefined;
	/** Undefined where nothing is to be watched. */
	#engine: RuleEngine | undefined;
	/** What the rules remembered when something was watched last: while nothing is, nothing is forgotten. */
	#keptEngine: Uint8Array | undefined;
	#assessment: DailyAssessment;
	#report: DayReport | undefined;

	/**
	 * @param own unless the bank has sent another set
	 * @param onDay told of each day when it has ended
	 */
	constructor(
		ports: WatchPorts,
		own: RuleSet | undefined,
		kept: WatchState | undefined,
		onDay: (ended: DayReport) => void,
	) {
		const { clock } = ports;
		this.#clock = clock;
		this.#keptRules = new KeptRules(ports);
		this.#ownRules = own;
		this.#onDay = onDay;
		this.#history = new DayHistory(ports);
		this.#keptEngine = kept?.engine;
		this.#assessment = new DailyAssessment(clock.utcOffsetMinutes, kept?.assessment);
		this.#report = kept?.report;
		const sent = this.#keptRules.read();
		this.hasLostRules = sent === "damaged";
		this.#watchFor(sent === "damaged" || !sent ? own : sent);
	}

	/** Something is watched. */
	get isOn(): boolean {
		return this.#engine !== undefined;
	}

	get rules(): RuleSet["rules"] {
		return this.#rules?.rules ?? [];
	}

	get assessment(): DailyAssessment {
		return this.#assessment;
	}

	/** Of the last day that has ended. */
	get lastReport(): DayReport | undefined {
		return this.#report;
	}

	/** Reports of the last days that have ended, oldest first, at most 35. */
	days(): readonly DayReport[] {
		return this.#history.days();
	}

	get state(): WatchState {
		return { engine: this.#remembered, assessment: this.#assessment.encode(), report: this.#report };
	}

	/** @returns what the rules find now */
	take(event: MonitorEvent): readonly Alarm[] {
		if (!this.#engine) return [];
		const alarms = this.#engine.take(event);
		this.#ended(this.#assessment.take(event, alarms));
		return alarms;
	}

	/** Ends the day if another has begun. */
	closeDay(): void {
		if (this.#engine) this.#ended(this.#assessment.close(this.#clock.now()));
	}

	/** What the bank has sent, be it refused or its word to go by the terminal's own, is kept. */
	get hasHeardOfRules(): boolean {
		return this.#keptRules.isThere;
	}

	/**
	 * From now on these; rules that are the same go on where they were.
	 * @param bytes CBOR of a rule set; empty: those that the terminal came with
	 * @throws {RuleError} naming each bad value; nothing is changed then
	 */
	takeRules(bytes: Uint8Array): void {
		this.#watchFor(this.#keptRules.keep(bytes) ?? this.#ownRules);
	}

	/** The days so far, and the rules, were those of a merchant who has left. */
	forgetMerchant(): void {
		this.#engine?.forget();
		[this.#keptEngine, this.#report] = [undefined, undefined];
		this.#assessment = new DailyAssessment(this.#clock.utcOffsetMinutes);
		this.#history.forget();
		this.dropRules();
	}

	/** Those of the terminal hold again, and nothing of the bank's is missed any more. */
	dropRules(): void {
		this.takeRules(NO_RULES);
	}

	get #remembered(): Uint8Array | undefined {
		return this.#engine?.encode() ?? this.#keptEngine;
	}

	#watchFor(rules: RuleSet | undefined): void {
		this.#keptEngine = this.#remembered;
		this.#rules = rules;
		this.#engine = rules && new RuleEngine(rules, this.#clock.utcOffsetMinutes, this.#keptEngine);
	}

	#ended(report: DayReport | undefined): void {
		if (!report) return;
		this.#report = report;
		this.#onDay(report); // first: a history that cannot be written keeps no report from the bank
		this.#history.add(report);
		this.#engine?.forgetCards(Math.floor(this.#clock.now() / 1000) - CARD_SECONDS);
	}
}
