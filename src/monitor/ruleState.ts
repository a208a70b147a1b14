import type { Rule } from "./rule.js";

/** Events of other cards among which one of the same card is found again. */
export const CARDS_REMEMBERED = 32;
const COLUMNS = 5;
const HEADER = 3;

/** An event as the rules take it: numbers only. */
export interface Taken {
	/** Counts the events of this terminal from 1. */
	number: number;
	/** Seconds since 1970. */
	at: number;
	/** Its place in `EVENT_KINDS`. */
	kind: number;
	/** 0 when no card is known. */
	card: number;
	/** At most 4294967295. */
	amountMinor: number;
}

/** Rows that a rule remembers. */
function rowsOf({ measure, threshold }: Rule): number {
	return measure === "sameCard" ? CARDS_REMEMBERED : threshold;
}

/** What the state of a rule takes, in words of 32 bits. It never grows. @param extra for the measure's own */
export function stateWords(rule: Rule, extra: number): number {
	return HEADER + COLUMNS * rowsOf(rule) + extra;
}

const [NEXT, FIRED_AT, FIRED_CARD] = [0, 1, 2];

/**
 * What one rule remembers: the latest events that it is about, in a ring of columns, and when it last gave an alarm.
 * All of it lies in words that belong to the engine.
 */
export class RuleState {
	readonly rows: number;
	/** 0 in a row that holds no event yet. */
	readonly numbers: Uint32Array;
	readonly times: Uint32Array;
	readonly kinds: Uint32Array;
	readonly cards: Uint32Array;
	readonly amounts: Uint32Array;
	/** At its first place the row of the next event, where the oldest is now. */
	readonly header: Uint32Array;
	/** The measure's own. */
	readonly extra: Uint32Array;

	/** @param words `stateWords` of them */
	constructor(rule: Rule, words: Uint32Array) {
		const rows = rowsOf(rule);
		const column = (i: number) => words.subarray(HEADER + i * rows, HEADER + (i + 1) * rows);
		this.rows = rows;
		this.header = words.subarray(0, HEADER);
		this.numbers = column(0);
		this.times = column(1);
		this.kinds = column(2);
		this.cards = column(3);
		this.amounts = column(4);
		this.extra = words.subarray(HEADER + COLUMNS * rows);
	}

	/** Puts an event in the place of the oldest. @returns its row */
	push(taken: Taken): number {
		const { header } = this;
		const row = header[NEXT]!;
		this.put(row, taken);
		header[NEXT] = row + 1 < this.rows ? row + 1 : 0;
		return row;
	}

	put(row: number, taken: Taken): void {
		this.numbers[row] = taken.number;
		this.times[row] = taken.at;
		this.kinds[row] = taken.kind;
		this.cards[row] = taken.card;
		this.amounts[row] = taken.amountMinor;
	}

	/** @param card 0 when the alarm is about none in particular */
	fired(at: number, card: number): void {
		this.header[FIRED_AT] = at;
		this.header[FIRED_CARD] = card;
	}

	/** What is left of an event tells that it happened, and not with which card. @param before seconds since 1970 */
	forgetCards(before: number): void {
		for (let row = 0; row < this.rows; row++) if (this.times[row]! < before) this.cards[row] = 0;
		if (this.header[FIRED_AT]! < before) this.header[FIRED_CARD] = 0;
	}

	/** A clock that was set back does not make a rule silent. */
	isQuiet(at: number, card: number, quietSeconds: number): boolean {
		const since = at - this.header[FIRED_AT]!;
		return since >= 0 && since < quietSeconds && card === this.header[FIRED_CARD];
	}

	/** Whether what was kept can be such a state; anything else would lead out of the ring. */
	get isSound(): boolean {
		return this.header[NEXT]! < this.rows;
	}
}
