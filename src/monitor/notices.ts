import { SealedFile, type SealedStorage } from "../journal/sealedFile.js";
import type { Clock, Log } from "../ports.js";

/** What an alert is about. */
export const ALERTS = Object.freeze([
	/** A rule with the action "alertBank". */
	"rule",
	/** The terminal has stopped because of a fault of its own. */
	"fault",
	"journalRepaired",
	/** No room for another transaction. */
	"storageFull",
	/** A reversal was tried too often. */
	"reversalStuck",
	/** Somebody got at the inside; told once there are keys again to tell it with. */
	"tamper",
	/** Sales are blocked by a finding of the self-check. */
	"selfCheckFailed",
	/** What the terminal must remember was damaged or removed: it is locked. */
	"stateLost",
	/** The access trail was changed, shortened or removed: everybody has to wait. */
	"accessSuspected",
	/** The list of operators was removed, changed or exchanged: nobody is one. */
	"operatorsLost",
	/** A list, revocations or rules of the bank's were wrong. */
	"listRefused",
	/** Firmware was fetched or tried in vain. */
	"updateFailed",
	/** What waited to be told was damaged or removed. */
	"noticesLost",
] as const);
export type AlertKind = (typeof ALERTS)[number];

interface Numbered {
	/** Rises with each notice of this terminal. */
	readonly number: number;
	/** Milliseconds since 1970. */
	readonly at: number;
}

export interface AlertBody extends Numbered {
	readonly alert: AlertKind;
	/** One sentence. */
	readonly text: string;
	/** E.g. of which events, in English. */
	readonly lines: readonly string[];
	/** Newest entry of the incident log then: the bank can tell later whether the log still holds it. */
	readonly entry: number;
	readonly hash: string;
}

export interface DayReportBody extends Numbered {
	/** Local date, "2026-11-22". */
	readonly day: string;
	readonly score: number;
	readonly level: string;
	/** The whole report as JSON. */
	readonly report: string;
}

export interface CheckReportBody extends Numbered {
	/** Names of the checks that block sales. */
	readonly blocking: readonly string[];
	/** A check each: name, verdict and what was found, in English. */
	readonly results: readonly string[];
}

/** Something that the bank must hear of. */
export type Notice =
	| { readonly kind: "alert"; readonly body: AlertBody }
	| { readonly kind: "dayReport"; readonly body: DayReportBody }
	| { readonly kind: "checkReport"; readonly body: CheckReportBody };

/** What is known of a notice before it has its number. */
type Said<T> = Omit<T, keyof Numbered>;

interface Kept {
	readonly last: number;
	readonly waiting: readonly Notice[];
	/** Alerts whose cause lasts. */
	readonly lasting: readonly AlertKind[];
}

const FILE = "notices";
const MOST_WAITING = 24;
const MOST_LINES = 12;
const NOTHING: Kept = Object.freeze({ last: 0, waiting: Object.freeze([]), lasting: Object.freeze([]) });

interface NoticePorts extends SealedStorage {
	readonly clock: Pick<Clock, "now">;
	readonly log: Log;
}

/**
 * What waits for the line to the bank: alerts, the assessments of days, the results of self-checks. It survives a restart;
 * when it is full the oldest report goes, and when there are only alerts the oldest of them.
 */
export class Notices {
	/** Called when there is something new to tell. */
	onNew: (() => void) | undefined;
	readonly #ports: NoticePorts;
	readonly #file: SealedFile<Kept>;
	readonly #newestEntry: () => { readonly number: number; readonly hash: string };
	#kept: Kept;

	/** @param newestEntry of the incident log @param isExpected this terminal has had notices before */
	constructor(
		ports: NoticePorts,
		newestEntry: () => { readonly number: number; readonly hash: string },
		isExpected: boolean,
	) {
		this.#ports = ports;
		this.#newestEntry = newestEntry;
		this.#file = new SealedFile(ports, FILE);
		const kept = this.#file.read();
		this.#kept = kept === "damaged" || !kept ? NOTHING : kept;
		if (this.#kept !== NOTHING) return;
		// From the first start on there is a file, so that one that was removed is missed. The bank takes each number once:
		// those after a loss are higher than any before.
		this.#keep(isExpected ? { last: Math.floor(ports.clock.now() / 1_000) } : {});
		if (isExpected) this.alert("noticesLost", "what waited to be told to the bank was damaged or removed");
	}

	/** Oldest first. */
	get waiting(): readonly Notice[] {
		return this.#kept.waiting;
	}

	/** The next one to be told: alerts before reports. */
	get next(): Notice | undefined {
		return this.waiting.find(({ kind }) => kind === "alert") ?? this.waiting[0];
	}

	alert(alert: AlertKind, text: string, lines: readonly string[] = []): void {
		const { number: entry, hash } = this.#newestEntry();
		const said: Said<AlertBody> = { alert, text, lines: lines.slice(0, MOST_LINES), entry, hash };
		this.#add(numbered => ({ kind: "alert", body: { ...numbered, ...said } }));
	}

	/** An alert for as long as its cause lasts: told when it begins. @param text undefined when all is well */
	lasting(alert: AlertKind, text: string | undefined): void {
		const { lasting } = this.#kept;
		if (lasting.includes(alert) === (text !== undefined)) return;
		this.#keep({ lasting: text === undefined ? lasting.filter(each => each !== alert) : [...lasting, alert] });
		if (text !== undefined) this.alert(alert, text);
	}

	dayReport(report: Said<DayReportBody>): void {
		this.#add(numbered => ({ kind: "dayReport", body: { ...numbered, ...report } }));
	}

	checkReport(report: Said<CheckReportBody>): void {
		this.#add(numbered => ({ kind: "checkReport", body: { ...numbered, ...report } }));
	}

	/** The bank has it. */
	delivered(number: number): void {
		this.#keep({ waiting: this.waiting.filter(({ body }) => body.number !== number) });
	}

	/** What tells of a merchant who has left is told to nobody. */
	forgetMerchant(): void {
		const isOfMerchant = ({ kind, body }: Notice) =>
			kind === "dayReport" || (kind === "alert" && body.alert === "rule");
		this.#keep({ waiting: this.waiting.filter(each => !isOfMerchant(each)) });
	}

	#add(make: (numbered: Numbered) => Notice): void {
		const last = this.#kept.last + 1;
		const all = [...this.waiting, make({ number: last, at: this.#ports.clock.now() })];
		const report = all.findIndex(({ kind }) => kind !== "alert");
		if (all.length > MOST_WAITING) all.splice(Math.max(0, report), 1);
		this.#keep({ last, waiting: all });
		this.onNew?.();
	}

	/** What cannot be written is told from memory: a full storage must not keep quiet about itself, nor end a sale. */
	#keep(change: Partial<Kept>): void {
		this.#kept = { ...this.#kept, ...change };
		try {
			this.#file.write(this.#kept);
		} catch (error) {
			this.#ports.log.line(
				"terminal",
				`notices to the bank: ${error instanceof Error ? error.message : "unknown fault"}`,
			);
		}
	}
}
