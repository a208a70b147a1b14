import { jsonText } from "../bytes/jsonText.js";
import type { JournalEntry } from "../journal/entries.js";
import type { LogPorts } from "../journal/logHead.js";
import { SealedFile, type SealedStorage } from "../journal/sealedFile.js";
import type { Operation } from "../operation.js";
import type { Clock, Crypto, Log } from "../ports.js";
import { type Alarm, explainAlarm } from "./alarm.js";
import type { DailyAssessment } from "./dailyAssessment.js";
import type { DayReport } from "./dayReport.js";
import type { MonitorEvent } from "./event.js";
import { type Factor, type IncidentCause, lockOf, type OpenIncident, waitingFor, whyRefused } from "./incident.js";
import { IncidentLog } from "./incidentLog.js";
import { type JournalEventSources, JournalEvents } from "./journalEvents.js";
import { Notices } from "./notices.js";
import type { Action, RuleSet } from "./rule.js";
import { namedChecks, type SelfCheckReport } from "./selfCheck.js";
import { Watch, type WatchState } from "./watch.js";

const STATE_FILE = "monitor";
/** Less is how clocks go. */
const JUMP_SECONDS = 60;

interface MonitorPorts extends JournalEventSources, SealedStorage, Pick<LogPorts, "keysAreNew"> {
	readonly crypto: Crypto;
	readonly clock: Pick<Clock, "now" | "utcOffsetMinutes">;
	readonly log: Log;
}

interface Kept extends WatchState {
	readonly wantsFactor: boolean;
	readonly check: SelfCheckReport | undefined;
}

/** What an action of a rule opens in the incident log. */
const OPENED_BY: Readonly<Record<Action, IncidentCause | undefined>> = Object.freeze({
	note: undefined,
	warn: undefined,
	secondFactor: undefined,
	hold: "hold",
	lockFunction: "functionLock",
	lockTerminal: "ruleLock",
	alertBank: undefined,
});

/** Watches one terminal: takes its events, carries out what the rules say, keeps what has to outlast a restart. */
export class Monitor {
	readonly incidents: IncidentLog;
	/** What the bank has not heard yet. */
	readonly notices: Notices;
	readonly #ports: MonitorPorts;
	readonly #file: SealedFile<Kept>;
	readonly #watch: Watch;
	readonly #journalEvents: JournalEvents;
	#wantsFactor: boolean;
	#check: SelfCheckReport | undefined;
	#warning: Alarm | undefined;
	#isChanged = false;
	#bankClockDifference: number | undefined;

	/** Of a terminal that has its keys: what waited for new ones is over. @param set unless the bank has sent another one */
	constructor(ports: MonitorPorts, set: RuleSet | undefined) {
		const { storage, seal, crypto, keysAreNew } = ports;
		this.#ports = ports;
		this.#file = new SealedFile(ports, STATE_FILE);
		this.incidents = new IncidentLog({ storage, seal, crypto, keysAreNew });
		const kept = this.#read();
		this.notices = new Notices(ports, () => this.incidents.newest, kept !== undefined);
		for (const problem of this.incidents.found) this.stateLost(`incident log: ${problem}`);
		this.#watch = new Watch(ports, set, kept, report => this.#dayEnded(report));
		if (this.#watch.hasLostRules) {
			this.stateLost("the bank's monitoring rules were damaged: those of the terminal hold");
			// It is in the log now: who has released it is not asked again at the next start.
			this.#asFarAsPossible(() => this.#watch.dropRules());
		}
		this.#wantsFactor = kept?.wantsFactor ?? false;
		this.#check = kept?.check;
		this.#journalEvents = new JournalEvents(ports);
		this.#tellOfTampering();
		this.give("rebinding", "bank");
	}

	/** Today, what is usual, and the trend. */
	get assessment(): DailyAssessment {
		return this.#watch.assessment;
	}

	/** Something is watched: days are assessed. */
	get isWatching(): boolean {
		return this.#watch.isOn;
	}

	/** Reports of the last days that have ended, oldest first, at most 35. */
	days(): readonly DayReport[] {
		return this.#watch.days();
	}

	/** Of the last day that has ended. */
	get lastReport(): DayReport | undefined {
		return this.#watch.lastReport;
	}

	/** What is watched for. */
	get rules(): RuleSet["rules"] {
		return this.#watch.rules;
	}

	/** The bank has sent rules: the terminal is locked unless there is what was kept of them. @returns whether there is */
	expectRules(): boolean {
		if (this.#watch.hasHeardOfRules) return true;
		this.stateLost("the bank's monitoring rules were removed: those of the terminal hold");
		this.#watch.dropRules(); // missed once
		return false;
	}

	/** See `Watch.takeRules`. @throws {RuleError} naming each bad value; nothing is changed then */
	takeRules(bytes: Uint8Array): void {
		this.#watch.takeRules(bytes);
		this.#save();
	}

	/** The next transaction needs a second factor. */
	get wantsFactor(): boolean {
		return this.#wantsFactor;
	}

	get lastCheck(): SelfCheckReport | undefined {
		return this.#check;
	}

	/** How far the clock was from the bank's when it last said the time, in seconds. */
	get bankClockDifference(): number | undefined {
		return this.#bankClockDifference;
	}

	/** Never throws: what is written to the journal stands, whatever becomes of the watching. */
	takeEntry(entry: JournalEntry): void {
		this.#asFarAsPossible(() => {
			for (const event of this.#journalEvents.take(entry)) this.take(event);
		});
	}

	/**
	 * A card has found a PIN wrong, or has no try left for one. Never throws, and is kept at once: a pulled plug undoes no
	 * guess.
	 */
	pinFailed(amountMinor: number, cardLink: Uint8Array): void {
		this.#asFarAsPossible(() => {
			const card = this.#journalEvents.cardFields({ cardLink });
			this.take({ kind: "pinFailure", at: this.#now(), amountMinor, ...card });
			if (this.#isChanged) this.#save();
		});
	}

	take(event: MonitorEvent): void {
		if (!this.#watch.isOn) return;
		const alarms = this.#watch.take(event);
		this.#isChanged = true;
		for (const alarm of alarms) this.#carryOut(alarm);
		if (alarms.length) this.#save(); // a power cut must not undo what a rule has decided
	}

	/** The bank has said the time. @param seconds that the clock was behind it */
	bankSaidTime(seconds: number): void {
		this.#bankClockDifference = seconds;
		if (Math.abs(seconds) > JUMP_SECONDS)
			this.take({ kind: "clockJump", at: this.#ports.clock.now(), seconds: Math.abs(seconds) });
	}

	/** The incident that keeps an operation from being done now. */
	whyRefused(operation: Operation): OpenIncident | undefined {
		return whyRefused(this.incidents.state, operation);
	}

	/**
	 * Somebody or something agrees that what waited for this factor may go on.
	 * @param by ASCII, who
	 * @param incident number of the only one that was asked about; absent: whatever waits for it
	 */
	give(factor: Factor, by: string, incident?: number): void {
		for (const { number } of waitingFor(this.incidents.state, factor))
			if (incident === undefined || incident === number)
				this.incidents.append(this.#now(), { type: "factor", incident: number, factor, by });
	}

	/** Somebody tried to, and failed. @param detail ASCII */
	refused(factor: Factor, detail: string): void {
		this.incidents.append(this.#now(), { type: "refused", factor, detail });
	}

	/** The second factor that a rule wanted was given. */
	factorGiven(): void {
		this.#wantsFactor = false;
		this.#save();
	}

	/** What the display has to say once; undefined most times. */
	nextWarning(): Alarm | undefined {
		const warning = this.#warning;
		this.#warning = undefined;
		return warning;
	}

	/** The bank stops all sales. Texts are ASCII. @param call whom to call */
	lock(by: string, detail: string, call: string): void {
		this.incidents.append(this.#now(), { type: "opened", cause: "remoteLock", detail, by, call });
	}

	/** What has locked the terminal; undefined while nothing has. */
	get locked(): OpenIncident | undefined {
		return lockOf(this.incidents.state);
	}

	/** What must be remembered is gone: nothing is sold before the bank has looked at it. @param detail ASCII */
	stateLost(detail: string): void {
		this.#ports.log.line("terminal", `the terminal is locked: ${detail}`);
		this.incidents.append(this.#now(), { type: "opened", cause: "stateLost", detail });
		this.notices.alert("stateLost", detail);
	}

	/**
	 * Keeps a report, and opens or closes the incident that goes with it: what one self-check has found, another one that has
	 * not looked at it does not clear. Never throws: that there is no room is a finding.
	 */
	checked(report: SelfCheckReport): void {
		this.#check = report;
		const { at, blocking, results } = report;
		this.notices.checkReport({
			blocking,
			results: results.map(each => `${each.check} ${each.verdict}: ${each.says.en}`),
		});
		const [open] = waitingFor(this.incidents.state, "selfCheck");
		const before = open ? namedChecks(open.detail) : [];
		const unseen = before.filter(name => !results.some(({ check }) => check === name));
		const failed = [...new Set([...unseen, ...blocking])];
		const detail = failed.join(" ");
		this.notices.lasting("selfCheckFailed", detail || undefined);
		this.#asFarAsPossible(() => {
			if (!detail) this.give("selfCheck", "self-check");
			else if (failed.some(name => !before.includes(name)))
				this.incidents.append(at, { type: "opened", cause: "checkFailed", detail });
			this.#save();
		});
	}

	/** The days so far were those of a merchant who has left. What has happened to the terminal itself stays. */
	forgetMerchant(): void {
		this.#watch.forgetMerchant();
		this.notices.forgetMerchant();
		[this.#wantsFactor, this.#warning] = [false, undefined];
		if (this.#watch.isOn || this.#ports.storage.size(STATE_FILE) !== undefined) this.#save();
	}

	/** To be called when nobody waits. */
	tidy(): void {
		this.#watch.closeDay();
		if (this.#isChanged) this.#save();
	}

	#dayEnded(report: DayReport): void {
		const { day, score, level } = report;
		this.#isChanged = true;
		this.notices.dayReport({ day, score, level, report: jsonText(report) });
		this.#ports.log.line("terminal", `${day}: risk score ${score}, ${level}`);
	}

	#carryOut(alarm: Alarm): void {
		const { name, actions, locks } = alarm.rule;
		const [sentence, ...lines] = explainAlarm(alarm, "en");
		this.#ports.log.line("terminal", `alarm: ${sentence}`);
		if (actions.includes("warn") || actions.includes("secondFactor")) this.#warning = alarm;
		if (actions.includes("secondFactor")) this.#wantsFactor = true;
		for (const action of actions) {
			const cause = OPENED_BY[action];
			if (!cause) continue;
			const opened = { type: "opened", cause, detail: `rule ${name}` } as const;
			this.incidents.append(this.#now(), cause === "functionLock" ? { ...opened, locks: locks ?? [] } : opened);
		}
		// Last: it tells of what the other actions have logged.
		if (actions.includes("alertBank")) this.notices.alert("rule", sentence!, lines);
	}

	/** While there were no keys nothing could be kept of it, and nothing said to anybody. */
	#tellOfTampering(): void {
		for (const { number, cause, detail } of waitingFor(this.incidents.state, "rebinding")) {
			const text = `${cause} (incident ${number}): ${detail}`;
			if (this.notices.waiting.some(({ kind, body }) => kind === "alert" && body.text === text)) continue;
			if (cause === "tamper") this.take({ kind: "tamper", at: this.#now() });
			if (this.#isChanged) this.#save();
			this.notices.alert("tamper", text);
		}
	}

	#asFarAsPossible(work: () => void): void {
		try {
			work();
		} catch (error) {
			this.#ports.log.line("terminal", `monitor: ${error instanceof Error ? error.message : "unknown fault"}`);
		}
	}

	#note(detail: string): void {
		this.#ports.log.line("terminal", detail);
		this.incidents.append(this.#now(), { type: "noted", detail });
	}

	#now(): number {
		return this.#ports.clock.now();
	}

	#save(): void {
		this.#file.write({ ...this.#watch.state, wantsFactor: this.#wantsFactor, check: this.#check });
		this.#isChanged = false;
	}

	/** What was changed from outside begins anew, and the log says so. */
	#read(): Kept | undefined {
		const kept = this.#file.read();
		if (kept !== "damaged") return kept;
		this.#note("what the monitor had kept was damaged and begins anew");
		return undefined;
	}
}
