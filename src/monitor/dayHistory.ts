import { SealedFile, type SealedStorage } from "../journal/sealedFile.js";
import type { Cause, DayReport, RiskLevel } from "./dayReport.js";
import { EVENT_KINDS, type EventKind } from "./event.js";

const FILE = "days";
const VERSION = 1;
/** Five weeks. */
export const MOST_DAYS = 35;

/** Numbers and rule names, no names of members: 35 of them stay below 8 KiB. */
type Row = readonly [
	day: string,
	score: number,
	level: RiskLevel,
	isLearning: boolean,
	soldMinor: number,
	refundedMinor: number,
	counts: readonly number[],
	causes: readonly CauseRow[],
];
/** The last two of a metric are its value and what is usual; of the others the second is how often. */
type CauseRow = readonly [kind: Cause["kind"], name: string, points: number, value: number, usual: number];

/** Reports of the days that have ended, sealed in a file of their own that is written once a day. Of more than 35 the oldest go. */
export class DayHistory {
	readonly #file: SealedFile<readonly [version: number, rows: readonly Row[]]>;

	constructor(ports: SealedStorage) {
		this.#file = new SealedFile(ports, FILE);
	}

	/** Oldest first; none when the file is damaged, as nothing depends on it. */
	days(): readonly DayReport[] {
		const kept = this.#file.read();
		if (!kept || kept === "damaged") return [];
		const [version, rows] = kept;
		return version === VERSION ? rows.map(reportOf) : [];
	}

	/** A day that is there already is put in its own place. */
	add(report: DayReport): void {
		const others = this.days().filter(({ day }) => day !== report.day);
		const rows = [...others, report].slice(-MOST_DAYS).map(rowOf);
		this.#file.write([VERSION, rows]);
	}

	forget(): void {
		this.#file.remove();
	}
}

function rowOf({ day, score, level, isLearning, counts, causes }: DayReport): Row {
	const kinds = EVENT_KINDS.map(kind => counts.of[kind]);
	return [day, score, level, isLearning, counts.soldMinor, counts.refundedMinor, kinds, causes.map(causeRowOf)];
}

function causeRowOf(cause: Cause): CauseRow {
	const { kind, name, points } = cause;
	switch (cause.kind) {
		case "metric":
			return [kind, name, points, cause.value, cause.usual];
		case "rule":
			return [kind, name, points, cause.alarms, 0];
		case "event":
			return [kind, name, points, cause.count, 0];
	}
}

function reportOf([day, score, level, isLearning, soldMinor, refundedMinor, kinds, causes]: Row): DayReport {
	const of = Object.fromEntries(EVENT_KINDS.map((kind, i) => [kind, kinds[i] ?? 0])) as Record<EventKind, number>;
	return { day, score, level, isLearning, counts: { of, soldMinor, refundedMinor }, causes: causes.map(causeOf) };
}

function causeOf([kind, name, points, value, usual]: CauseRow): Cause {
	const members = {
		metric: { kind, name, points, value, usual },
		rule: { kind, name, points, alarms: value },
		event: { kind, name, points, count: value },
	};
	return members[kind] as Cause;
}
