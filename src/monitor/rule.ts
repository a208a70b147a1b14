import { choice, integer, list, object, type Shape, text } from "../bytes/shape.js";
import { OPERATIONS, type Operation } from "../operation.js";
import { EVENT_KINDS, type EventKind, FIELDS, type Field } from "./event.js";

/** What a rule has the terminal do, mildest first; "alertBank" goes with any of them. */
export const ACTIONS = Object.freeze([
	/** Kept for the daily assessment. */
	"note",
	/** The display says so; nothing waits. */
	"warn",
	/** The next transaction needs a second factor: the merchant's card and PIN, or the supervisor's passcode. */
	"secondFactor",
	/** Nothing is sold until a supervisor has looked at it. */
	"hold",
	/** The operations in `locks` are refused until a supervisor releases them. */
	"lockFunction",
	/** The terminal is locked until bank and merchant release it. */
	"lockTerminal",
	"alertBank",
] as const);
export type Action = (typeof ACTIONS)[number];

/**
 * What a rule measures over its window, among the events that it is about.
 * "count": how many. "distinctCards": of how many cards. "sameCard": how many of the card of this event.
 * "ratio": how much or how many, in percent of the events in `against`.
 */
const MEASURES = Object.freeze(["count", "distinctCards", "sameCard", "ratio"] as const);
export type Measure = (typeof MEASURES)[number];

export interface Condition {
	readonly field: Field;
	readonly atLeast?: number;
	readonly atMost?: number;
}

/** One rule, as JSON has it (docs/monitoring.md). */
export interface Rule {
	readonly name: string;
	/** One sentence for who has to act, in both languages. */
	readonly says: Readonly<Record<"en" | "zh", string>>;
	readonly on: readonly EventKind[];
	/** All must hold; empty: every event of the kinds in `on`. */
	readonly where: readonly Condition[];
	readonly measure: Measure;
	/** Least number of events, of cards, or of events that a ratio is taken of. */
	readonly threshold: number;
	readonly windowSeconds: number;
	/** With "sameCard": the amounts must come to this, too. */
	readonly sumAtLeastMinor?: number;
	/** With "ratio". */
	readonly against?: readonly EventKind[];
	readonly percent?: number;
	readonly of?: "amount" | "count";
	readonly actions: readonly Action[];
	/** With "lockFunction". */
	readonly locks?: readonly Operation[];
	/** After an alarm the rule is silent for so long; with "sameCard" about that card. */
	readonly quietSeconds: number;
}

/** Rules, and what they measure against. */
export interface RuleSet {
	/** What needs less below than above: a PIN, a question to the bank, a supervisor. Rising. */
	readonly limitsMinor: readonly number[];
	/** Of the local day; closing at an earlier minute than opening means the next day. Absent: open day and night. */
	readonly businessHours?: { readonly opensMinute: number; readonly closesMinute: number };
	readonly rules: readonly Rule[];
}

export const MOST_RULES = 32;
/** Bounds what a rule keeps and what an event costs. */
const MOST_THRESHOLD = 16;
const DAY_SECONDS = 86_400;
const LAST_MINUTE = 1439;
const MOST_MINOR = 999_999_999_999;

const AMOUNT = integer(0, MOST_MINOR);
const SENTENCE = text(".{1,80}", "a sentence of 1 to 80 characters");
const KINDS = list(choice(...EVENT_KINDS), 1);
const BOUND = integer(-MOST_MINOR, MOST_MINOR);

/** A rule set in JSON; docs/monitoring-rules.schema.json is written from it. */
export const RULE_SET_SHAPE: Shape = object(
	{
		limitsMinor: list(integer(1, MOST_MINOR)),
		rules: list(
			object(
				{
					name: text("[a-z][A-Za-z0-9]{0,31}", "a name of up to 32 letters and digits that begins with a small one"),
					says: object({ en: SENTENCE, zh: SENTENCE }),
					on: KINDS,
					where: list(object({ field: choice(...FIELDS) }, { atLeast: BOUND, atMost: BOUND })),
					measure: choice(...MEASURES),
					threshold: integer(1, MOST_THRESHOLD),
					windowSeconds: integer(1, 7 * DAY_SECONDS),
					actions: list(choice(...ACTIONS), 1),
					quietSeconds: integer(0, 7 * DAY_SECONDS),
				},
				{
					sumAtLeastMinor: AMOUNT,
					against: KINDS,
					percent: integer(1, 1000),
					of: choice("amount", "count"),
					locks: list(choice(...OPERATIONS), 1),
				},
			),
			1,
		),
	},
	{ businessHours: object({ opensMinute: integer(0, LAST_MINUTE), closesMinute: integer(0, LAST_MINUTE) }) },
);
