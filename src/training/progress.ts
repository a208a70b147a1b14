import { SealedFile, type SealedStorage } from "../journal/sealedFile.js";
import type { LessonId } from "./lesson.js";

/** What one operator has done of one lesson. */
export interface LessonRecord {
	/** Number of the operator. */
	readonly operator: string;
	readonly lesson: LessonId;
	/** How often it was taken to its end. */
	readonly attempts: number;
	/** Of the last one: percent of its checks that were right at once. */
	readonly score: number;
	/** When it was taken last, and last passed: milliseconds since 1970; 0 when never. */
	readonly takenAt: number;
	readonly passedAt: number;
}

/** Of a lesson, in percent. */
export const PASSING_SCORE = 80;

/** After how many months a lesson is due again. What seldom happens is forgotten sooner. */
export const REFRESHER_MONTHS: Readonly<Record<LessonId, number>> = Object.freeze({
	firstSale: 12,
	wrongPin: 12,
	refund: 12,
	settlement: 12,
	powerLoss: 12,
	suspiciousCard: 12,
	lock: 6,
	tamper: 6,
	phishingCall: 6,
});

const FILE = "lessons";
/** Of more the ones that were taken longest ago go. */
const MOST_RECORDS = 512;

/** Who has learnt what: one sealed file of the live terminal, written as a whole at the end of each lesson. */
export class Progress {
	readonly #file: SealedFile<readonly LessonRecord[]>;
	#records: readonly LessonRecord[];
	/** The file was there and was not this terminal's: everything begins anew. */
	readonly wasDamaged: boolean;

	/** @param ports of the live terminal */
	constructor(ports: SealedStorage) {
		this.#file = new SealedFile(ports, FILE);
		const kept = this.#file.read();
		this.wasDamaged = kept === "damaged";
		this.#records = kept === "damaged" || !kept ? [] : kept;
	}

	/** Newest last. */
	get records(): readonly LessonRecord[] {
		return this.#records;
	}

	of(operator: string, lesson: LessonId): LessonRecord | undefined {
		return this.#records.find(each => each.operator === operator && each.lesson === lesson);
	}

	/** A lesson was taken to its end. On the medium when this returns. @param score in percent @param at milliseconds since 1970 */
	note(operator: string, lesson: LessonId, score: number, at: number): LessonRecord {
		const before = this.of(operator, lesson);
		const record: LessonRecord = {
			...{ operator, lesson, score, takenAt: at },
			attempts: (before?.attempts ?? 0) + 1,
			passedAt: score >= PASSING_SCORE ? at : (before?.passedAt ?? 0),
		};
		const records = [...this.#records.filter(each => each !== before), record].slice(-MOST_RECORDS);
		this.#file.write(records);
		this.#records = records;
		return record;
	}
}

/** When a lesson that was passed is due again: milliseconds since 1970. A month's last day stands for the days that it lacks. */
export function dueAt({ lesson, passedAt }: Pick<LessonRecord, "lesson" | "passedAt">): number {
	const passed = new Date(passedAt);
	const day = passed.getUTCDate();
	const due = new Date(passedAt);
	due.setUTCMonth(passed.getUTCMonth() + REFRESHER_MONTHS[lesson]);
	if (due.getUTCDate() !== day) due.setUTCDate(0);
	return due.getTime();
}
