import type { Language, MessageId } from "../display/messages.js";
import type { ScreenName } from "../display/screen.js";
import type { Operation } from "../operation.js";
import type { TrainingCardKind } from "./trainingCard.js";

/** In each language of the terminal. */
export type Words = Readonly<Record<Language, string>>;

/** Frozen in depth, so that the preloaded table needs no memory on the device. */
export const words = (en: string, zh: string): Words => Object.freeze({ en, zh });

/** In the order in which a trainee takes them. */
export const LESSON_IDS = Object.freeze([
	"firstSale",
	"wrongPin",
	"refund",
	"settlement",
	"powerLoss",
	"suspiciousCard",
	"lock",
	"tamper",
	"phishingCall",
] as const);
export type LessonId = (typeof LESSON_IDS)[number];

/** One after the other; each is right, or wrong and explained and done again. */
export interface Lesson {
	readonly id: LessonId;
	readonly title: MessageId;
	/** Of the response to an incident: the live incident log notes that it was held. */
	readonly isDrill: boolean;
	readonly steps: readonly Step[];
}

export type Step = ReadStep | DoStep | AskStep;

/** Something to know. */
export interface ReadStep {
	readonly kind: "read";
	readonly text: Words;
}

/** Something to do at the training terminal. */
export interface DoStep {
	readonly kind: "do";
	/** `{invoice}` stands for the number of the newest transaction. */
	readonly text: Words;
	/** Which card the customer gives; undefined: none. */
	readonly card?: TrainingCardKind;
	/** What becomes of the training terminal when the step begins. */
	readonly happens?: "lock" | "openCase" | "powerComesBack";
	/** The power goes when the bank has this request. */
	readonly cutsPowerAt?: Operation;
	/** What shows that it is done. */
	readonly awaits: Awaited;
	/** Screens of an end that come before it. */
	readonly onTheWay?: readonly ScreenName[];
	/** Said when it ended otherwise. */
	readonly hint: Words;
}

export type Awaited =
	/** A screen; with an operation only after one of that kind. */
	| { readonly screen: ScreenName; readonly operation?: Operation }
	/** Something that the trainee does not see; with a screen it is done when that has come, too. */
	| { readonly event: "powerCut" | "takenBack" | "settled"; readonly before?: ScreenName };

/** A short check. */
export interface AskStep {
	readonly kind: "ask";
	readonly question: Words;
	/** Keys 1, 2 and so on. */
	readonly choices: readonly Words[];
	/** Index of the right one. */
	readonly right: number;
	readonly why: Words;
}

/** Screens with which a transaction can end: another than the awaited one is a mistake. */
export const ENDS: readonly ScreenName[] = Object.freeze([
	"approved",
	"cancelled",
	"cardError",
	"declined",
	"notAccepted",
	"processingError",
	"reversalOwed",
	"timedOut",
]);

// A lesson is written with these.
export const read = (text: Words): ReadStep => Object.freeze({ kind: "read", text });
export const practise = (step: Omit<DoStep, "kind">): DoStep => Object.freeze({ kind: "do", ...step });
export const ask = (question: Words, choices: readonly Words[], right: number, why: Words): AskStep =>
	Object.freeze({ kind: "ask", question, choices: Object.freeze(choices), right, why });
export const lesson = (id: LessonId, title: MessageId, steps: readonly Step[], isDrill = false): Lesson =>
	Object.freeze({ id, title, steps: Object.freeze(steps), isDrill });
