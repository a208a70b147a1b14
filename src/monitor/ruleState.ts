import { EVENT_KINDS, type EventKind } from "./event.js";
import type { Rule } from "./rule.js";

/** Events of other cards among which one of the same card is found again. */
const CARDS_REMEMBERED = 32;
/** Parts of the window of a ratio: what is older goes away a part at a time. */
const RATIO_PARTS = 12;

const COLUMNS = 5;
const HEADER = 3;
const PER_PART = 2;

/** An event as a rule remembers it. */
export interface PastEvent {
	/** Counts the events of this terminal from 1. */
	readonly number: number;
	/** Seconds since 1970. */
	readonly at: number;
	readonly kind: EventKind;
	/** 0 when no card was known. */
	readonly card: number;
	/** Minor units; at most 4294967295. */
	readonly amountMinor: number;
}

/** Rows that a rule remembers. */
function rowsOf({ measure, threshold }: Rule): number {
	return measure === "sameCard" ? CARDS_REMEMBERED : threshold;
}

/** What the state of a rule takes, in words of 32 bits. It never grows. */
export function stateWords(rule: Rule): number {
	const parts = rule.measure === "ratio" ? 1 + 2 * PER_PART + RATIO_PARTS * 2 * PER_PART : 0;
	return HEADER + COLUMNS * rowsOf(rule) + parts;
}

const [PUSHED, FIRED_AT, FIRED_CARD] = [0, 1, 2];

/**
 * What one rule remembers: the latest events that it is about, in a ring of columns, and when it last gave an alarm.
 * All of it lies in words that belong to the engine.
 */
export class RuleState {
	readonly rows: number;
	readonly numbers: Uint32Array;
	readonly times: Uint32Array;
	readonly kinds: Uint32Array;
	readonly cards: Uint32Array;
	readonly amounts: Uint32Array;
	readonly #header: Uint32Array;
	/** Of a ratio: the part of time that is newest, sums over all parts (matched, against), then each part's. */
	readonly parts: Uint32Array;

	/** @param words `stateWords` of them */
	constructor(rule: Rule, words: Uint32Array) {
		const rows = rowsOf(rule);
		const column = (i: number) => words.subarray(HEADER + i * rows, HEADER + (i + 1) * rows);
		this.rows = rows;
		this.#header = words.subarray(0, HEADER);
		this.numbers = column(0);
		this.times = column(1);
		this.kinds = column(2);
		this.cards = column(3);
		this.amounts = column(4);
		this.parts = words.subarray(HEADER + COLUMNS * rows);
	}

	/** Row of the next event; the oldest is there now. */
	get next(): number {
		return this.#header[PUSHED]! % this.rows;
	}

	/** Puts an event in the place of the oldest. */
	push(number: number, at: number, kind: number, card: number, amountMinor: number): void {
		this.put(this.next, number, at, kind, card, amountMinor);
		this.#header[PUSHED] = (this.next + 1) % this.rows;
	}

	put(row: number, number: number, at: number, kind: number, card: number, amountMinor: number): void {
		this.numbers[row] = number;
		this.times[row] = at;
		this.kinds[row] = kind;
		this.cards[row] = card;
		this.amounts[row] = amountMinor;
	}

	/** @param card 0 when the alarm is about none in particular */
	fired(at: number, card: number): void {
		this.#header[FIRED_AT] = at;
		this.#header[FIRED_CARD] = card;
	}

	/** A clock that was set back does not make a rule silent. */
	isQuiet(at: number, card: number, quietSeconds: number): boolean {
		const since = at - this.#header[FIRED_AT]!;
		return since >= 0 && since < quietSeconds && card === this.#header[FIRED_CARD];
	}

	/** The events behind an alarm, oldest first. @param card only of this one, unless 0 */
	events(from: number, card: number): PastEvent[] {
		const found: PastEvent[] = [];
		for (let row = 0; row < this.rows; row++)
			if (this.numbers[row] && this.times[row]! >= from && (card === 0 || this.cards[row] === card))
				found.push({
					number: this.numbers[row]!,
					at: this.times[row]!,
					kind: EVENT_KINDS[this.kinds[row]!]!,
					card: this.cards[row]!,
					amountMinor: this.amounts[row]!,
				});
		return found.sort((a, b) => a.number - b.number);
	}
}

/** What is counted, saturating: a sum that does not fit any more is as much as there can be. */
const MOST_SUM = 0xffff_ffff;
const [NEWEST, MATCHED, AGAINST] = [0, 1, 3];
const FIRST_PART = 5;

/**
 * The sums of a ratio over its window: two numbers (how many, how much) for the events that match and two for those they
 * are held against, in parts of the window that are let go one by one.
 */
export class RatioSums {
	readonly #words: Uint32Array;
	readonly #partSeconds: number;

	constructor(words: Uint32Array, windowSeconds: number) {
		this.#words = words;
		this.#partSeconds = Math.max(1, Math.floor(windowSeconds / RATIO_PARTS));
	}

	get matchedCount(): number {
		return this.#words[MATCHED]!;
	}

	get matchedMinor(): number {
		return this.#words[MATCHED + 1]!;
	}

	get againstCount(): number {
		return this.#words[AGAINST]!;
	}

	get againstMinor(): number {
		return this.#words[AGAINST + 1]!;
	}

	/** @param at seconds since 1970 */
	add(at: number, isMatch: boolean, amountMinor: number): void {
		const words = this.#words;
		const part = this.#moveTo(Math.floor(at / this.#partSeconds));
		const column = isMatch ? 0 : PER_PART;
		const place = FIRST_PART + part * 2 * PER_PART + column;
		const total = MATCHED + column;
		const fits = Math.min(amountMinor, MOST_SUM - words[total + 1]!);
		words[place]!++;
		words[place + 1]! += fits;
		words[total]!++;
		words[total + 1]! += fits;
	}

	/** Lets go what is older than the window. @returns the place of the newest part */
	#moveTo(newest: number): number {
		const words = this.#words;
		const steps = newest - words[NEWEST]!;
		// A clock that was set back goes on in the part that it is in, unless it is out of the window: then all begins anew.
		if (steps >= RATIO_PARTS || steps <= -RATIO_PARTS) words.fill(0);
		else
			for (let part = words[NEWEST]! + 1; part <= newest; part++) {
				const place = FIRST_PART + (part % RATIO_PARTS) * 2 * PER_PART;
				for (let i = 0; i < 2 * PER_PART; i++) {
					words[MATCHED + i]! -= words[place + i]!;
					words[place + i] = 0;
				}
			}
		if (steps > 0 || steps <= -RATIO_PARTS) words[NEWEST] = newest;
		return words[NEWEST]! % RATIO_PARTS;
	}
}
