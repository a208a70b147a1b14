import { type Language, message } from "../display/messages.js";
import { type LessonId, type Words, words } from "./lesson.js";
import { LESSONS } from "./lessons.js";
import { dueAt, type LessonRecord } from "./progress.js";

/** "notTaken", "notPassed"; passed, and due again or not. */
export type LessonState = "notTaken" | "notPassed" | "passed" | "due";

export interface ReportedLesson {
	readonly lesson: LessonId;
	readonly state: LessonState;
	readonly attempts: number;
	/** Of the last attempt, in percent. */
	readonly score?: number;
	/** YYYY-MM-DD, local. */
	readonly passedOn?: string;
	readonly dueOn?: string;
}

/** For the merchant: what each operator has learnt, and what is due. */
export interface TrainingReport {
	/** YYYY-MM-DD, local. */
	readonly day: string;
	readonly operators: readonly {
		readonly operator: string;
		/** Of all lessons, those that are passed and not due again. */
		readonly upToDate: number;
		readonly lessons: readonly ReportedLesson[];
	}[];
}

/** @param operators who is there, besides those who have taken a lesson */
export function trainingReport(
	records: readonly LessonRecord[],
	operators: readonly string[],
	{ now, utcOffsetMinutes }: { readonly now: number; readonly utcOffsetMinutes: number },
): TrainingReport {
	const dayOf = (at: number) => new Date(at + utcOffsetMinutes * 60_000).toISOString().slice(0, 10);
	const everybody = [...new Set([...operators, ...records.map(({ operator }) => operator)])].sort();
	return {
		day: dayOf(now),
		operators: everybody.map(operator => {
			const lessons = LESSONS.map(({ id }): ReportedLesson => {
				const record = records.find(each => each.operator === operator && each.lesson === id);
				if (!record) return { lesson: id, state: "notTaken", attempts: 0 };
				const { attempts, score, passedAt } = record;
				if (!passedAt) return { lesson: id, state: "notPassed", attempts, score };
				const due = dueAt(record);
				const state = due <= now ? "due" : "passed";
				return { lesson: id, state, attempts, score, passedOn: dayOf(passedAt), dueOn: dayOf(due) };
			});
			return { operator, upToDate: lessons.filter(({ state }) => state === "passed").length, lessons };
		}),
	};
}

const STATES: Readonly<Record<LessonState, Words>> = Object.freeze({
	notTaken: words("not taken", "未学习"),
	notPassed: words("not passed", "未通过"),
	passed: words("passed", "已通过"),
	due: words("due again", "需复训"),
});
const DUE = words("due", "复训日");

/** A line for each operator and each lesson, as display and command line show them. */
export function formatTrainingReport({ operators }: TrainingReport, language: Language): string[] {
	return operators.flatMap(({ operator, upToDate, lessons }) => [
		`${message("operator", language)} ${operator}: ${upToDate}/${lessons.length}`,
		...lessons.map(({ lesson, state, score, dueOn }) => {
			const title = message(LESSONS.find(({ id }) => id === lesson)!.title, language);
			const points = score === undefined ? "" : ` ${score}%`;
			return `${title}: ${STATES[state][language]}${points}${dueOn ? `, ${DUE[language]} ${dueOn}` : ""}`;
		}),
	]);
}
