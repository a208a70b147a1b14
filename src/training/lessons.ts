import { LESSON_IDS, type Lesson, type LessonId } from "./lesson.js";
import { INCIDENT_LESSONS } from "./lessons/incidents.js";
import { SALES_LESSONS } from "./lessons/sales.js";

/** All lessons, in the order in which a trainee takes them. */
export const LESSONS: readonly Lesson[] = Object.freeze([...SALES_LESSONS, ...INCIDENT_LESSONS]);

export function lessonOf(id: LessonId): Lesson {
	return LESSONS[LESSON_IDS.indexOf(id)]!;
}

export function isLessonId(text: string): text is LessonId {
	return (LESSON_IDS as readonly string[]).includes(text);
}
