import { decodeCbor, encodeCbor } from "../bytes/cbor.js";
import type { JournalEntry } from "../journal/entries.js";
import type { RecordSeal } from "../journal/recordCodec.js";
import type { Operation } from "../operation.js";
import type { Clock, Crypto, Log, Storage } from "../ports.js";
import { type Alarm, explainAlarm } from "./alarm.js";
import { DailyAssessment } from "./dailyAssessment.js";
import { DayHistory } from "./dayHistory.js";
import type { DayReport } from "./dayReport.js";
import type { MonitorEvent } from "./event.js";
import { type Factor, type OpenIncident, waitingFor, whyRefused } from "./incident.js";
import { IncidentLog } from "./incidentLog.js";
import { type JournalEventSources, JournalEvents } from "./journalEvents.js";
import type { RuleSet } from "./rule.js";
import { RuleEngine } from "./ruleEngine.js";
import type { SelfCheckReport } from "./selfCheck.js";

const STATE_FILE = "monitor";
/** Alerts that wait for the line to the bank; of more the oldest go, as the log keeps what they were about. */
const MOST_ALERTS = 16;
/** Tokens of cards are kept so long: longer than the longest window of a rule. */
const CARD_SECONDS = 8 * 86_400;
/** Less is how clocks go. */
const JUMP_SECONDS = 60;

interface MonitorPorts extends JournalEventSources {
	readonly storage: Storage;
	readonly seal: RecordSeal;
	readonly crypto: Crypto;
	readonly clock: Pick<Clock, "now" | "utcOffsetMinutes">;
	readonly log: Log;
}

/** What the bank has to hear. */
export interface Alert {
	/** Milliseconds since 1970. */
	readonly at: number;
	readonly rule: string;
	/** What was found and of which events, one a line, in English. */
	readonly lines: readonly string[];
	/** Newest entry of the incident log then: the bank can tell later whether the log still holds it. */
	readonly newest: { readonly number: number; readonly hash: string };
}

interface Kept {
	readonly engine: Uint8Array | undefined;
	readonly assessment: Uint8Array;
	readonly wantsFactor: boolean;
	readonly alerts: readonly Alert[];
	readonly report: DayReport | undefined;
	readonly check: SelfCheckReport | undefined;
}

/** Watches one terminal: takes its events, carries out what the rules say, keeps what has to outlast a restart. */
export class Monitor {
	readonly incidents: IncidentLog;
	readonly rules: RuleSet["rules"];
	readonly #ports: MonitorPorts;
	/** Undefined where nothing is to be watched. */
	readonly #engine: RuleEngine | undefined;
	readonly #history: DayHistory;
	#assessment: DailyAssessment;
	readonly #journalEvents: JournalEvents;
	#wantsFactor: boolean;
	#alerts: readonly Alert[];
	#report: DayReport | undefined;
	#check: SelfCheckReport | undefined;
	#warning: Alarm | undefined;
	#isChanged = false;
	#bankClockDifference: number | undefined;

	/** Of a terminal that has its keys: what waited for new ones is over. */
	constructor(ports: MonitorPorts, set: RuleSet | undefined) {
		const { storage, seal, crypto, clock } = ports;
		this.#ports = ports;
		this.rules = set?.rules ?? [];
		this.incidents = new IncidentLog({ storage, seal, crypto });
		for (const problem of this.incidents.found) this.#note(`incident log: ${problem}`);
		const kept = this.#read();
		this.#engine = set && new RuleEngine(set, clock.utcOffsetMinutes, kept?.engine);
		this.#history = new DayHistory({ storage, seal });
		this.#assessment = new DailyAssessment(clock.utcOffsetMinutes, kept?.assessment);
		this.#wantsFactor = kept?.wantsFactor ?? false;
		this.#alerts = kept?.alerts ?? [];
		this.#report = kept?.report;
		this.#check = kept?.check;
		this.#journalEvents = new JournalEvents(ports);
		this.give("rebinding", "bank");
	}

	/** Today, what is usual, and the trend. */
	get assessment(): DailyAssessment {
		return this.#assessment;
	}

	/** Something is watched: days are assessed. */
	get isWatching(): boolean {
		return this.#engine !== undefined;
	}

	/** Reports of the last days that have ended, oldest first, at most 35. */
	days(): readonly DayReport[] {
		return this.#history.days();
	}

	/** The next transaction needs a second factor. */
	get wantsFactor(): boolean {
		return this.#wantsFactor;
	}

	/** What the bank has not heard yet, oldest first. */
	get alerts(): readonly Alert[] {
		return this.#alerts;
	}

	/** Of the last day that has ended. */
	get lastReport(): DayReport | undefined {
		return this.#report;
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
		try {
			for (const event of this.#journalEvents.take(entry)) this.take(event);
		} catch (error) {
			this.#ports.log.line("terminal", `monitor: ${error instanceof Error ? error.message : "unknown fault"}`);
		}
	}

	take(event: MonitorEvent): void {
		if (!this.#engine) return;
		const alarms = this.#engine.take(event);
		this.#ended(this.#assessment.take(event, alarms));
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

	/** Somebody or something agrees that what waited for this factor may go on. @param by ASCII, who */
	give(factor: Factor, by: string): void {
		for (const { number } of waitingFor(this.incidents.state, factor))
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

	/** The bank has heard the oldest alert. */
	alertDelivered(): void {
		this.#alerts = this.#alerts.slice(1);
		this.#save();
	}

	/** Keeps a report, and opens or closes the incident that goes with it. */
	checked(report: SelfCheckReport): void {
		this.#check = report;
		const [isOpen] = waitingFor(this.incidents.state, "selfCheck");
		if (report.blocking.length === 0) this.give("selfCheck", "self-check");
		else if (!isOpen)
			this.incidents.append(report.at, { type: "opened", cause: "checkFailed", detail: report.blocking.join(" ") });
		this.#save();
	}

	/** The days so far were those of a merchant who has left. What has happened to the terminal itself stays. */
	forgetMerchant(): void {
		const { clock } = this.#ports;
		this.#engine?.forget();
		this.#assessment = new DailyAssessment(clock.utcOffsetMinutes);
		this.#history.forget();
		[this.#wantsFactor, this.#alerts, this.#report, this.#warning] = [false, [], undefined, undefined];
		if (this.#engine || this.#ports.storage.size(STATE_FILE) !== undefined) this.#save();
	}

	/** To be called when nobody waits. */
	tidy(): void {
		if (!this.#engine) return;
		this.#ended(this.#assessment.close(this.#now()));
		if (this.#isChanged) this.#save();
	}

	#ended(report: DayReport | undefined): void {
		if (!report) return;
		this.#report = report;
		this.#isChanged = true;
		this.#history.add(report);
		this.#engine?.forgetCards(Math.floor(this.#now() / 1000) - CARD_SECONDS);
		this.#ports.log.line("terminal", `${report.day}: risk score ${report.score}, ${report.level}`);
	}

	#carryOut(alarm: Alarm): void {
		const { name, actions, locks = [] } = alarm.rule;
		const [sentence] = explainAlarm(alarm, "en");
		this.#ports.log.line("terminal", `alarm: ${sentence}`);
		const at = this.#now();
		const detail = `rule ${name}`;
		for (const action of actions)
			switch (action) {
				case "note":
					break;
				case "warn":
					this.#warning = alarm;
					break;
				case "secondFactor":
					this.#warning = alarm;
					this.#wantsFactor = true;
					break;
				case "hold":
					this.incidents.append(at, { type: "opened", cause: "hold", detail });
					break;
				case "lockFunction":
					this.incidents.append(at, { type: "opened", cause: "functionLock", detail, locks });
					break;
				case "lockTerminal":
					this.incidents.append(at, { type: "opened", cause: "ruleLock", detail });
					break;
				case "alertBank":
					break; // below: it tells of what the other actions have logged
			}
		if (actions.includes("alertBank")) {
			const alert = { at: alarm.at, rule: name, lines: explainAlarm(alarm, "en"), newest: this.incidents.newest };
			this.#alerts = [...this.#alerts, alert].slice(-MOST_ALERTS);
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
		const kept: Kept = {
			engine: this.#engine?.encode(),
			assessment: this.#assessment.encode(),
			wantsFactor: this.#wantsFactor,
			alerts: this.#alerts,
			report: this.#report,
			check: this.#check,
		};
		this.#ports.storage.replace(STATE_FILE, this.#ports.seal.close(encodeCbor(kept)));
		this.#isChanged = false;
	}

	/** What was changed from outside begins anew, and the log says so. */
	#read(): Kept | undefined {
		const { storage, seal } = this.#ports;
		const size = storage.size(STATE_FILE);
		if (size === undefined) return undefined;
		const plain = seal.open(storage.read(STATE_FILE, 0, size));
		if (plain) return decodeCbor(plain) as Kept;
		this.#note("what the monitor had kept was damaged and begins anew");
		return undefined;
	}
}
