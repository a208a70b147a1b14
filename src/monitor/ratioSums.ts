/** Parts of the window: what is older goes away a part at a time. */
const PARTS = 12;
/** How many and how much, of what matches and of what it is held against. */
const PER_PART = 4;
const [NEWEST, SUMS, FIRST_PART] = [0, 1, 1 + PER_PART];
/** What is counted saturates: a sum that does not fit any more is as much as there can be. */
const MOST_SUM = 0xffff_ffff;

/** Words of 32 bits that the sums take. */
export const RATIO_WORDS = FIRST_PART + PARTS * PER_PART;

/**
 * The sums of a ratio over its window, for the events that match and for those they are held against, in parts of the
 * window that are let go one by one.
 */
export class RatioSums {
	readonly #words: Uint32Array;
	readonly #partSeconds: number;

	/** @param words `RATIO_WORDS` of them */
	constructor(words: Uint32Array, windowSeconds: number) {
		this.#words = words;
		this.#partSeconds = Math.max(1, Math.floor(windowSeconds / PARTS));
	}

	get matchedCount(): number {
		return this.#words[SUMS]!;
	}

	get matchedMinor(): number {
		return this.#words[SUMS + 1]!;
	}

	get againstCount(): number {
		return this.#words[SUMS + 2]!;
	}

	get againstMinor(): number {
		return this.#words[SUMS + 3]!;
	}

	/** @param at seconds since 1970 */
	add(at: number, isMatch: boolean, amountMinor: number): void {
		const words = this.#words;
		const part = Math.floor(at / this.#partSeconds);
		if (part !== words[NEWEST]) this.#moveTo(part);
		const column = isMatch ? 0 : 2;
		const place = FIRST_PART + (words[NEWEST]! % PARTS) * PER_PART + column;
		const total = SUMS + column;
		const fits = Math.min(amountMinor, MOST_SUM - words[total + 1]!);
		words[place]!++;
		words[place + 1]! += fits;
		words[total]!++;
		words[total + 1]! += fits;
	}

	/** Lets go what is older than the window. */
	#moveTo(newest: number): void {
		const words = this.#words;
		const steps = newest - words[NEWEST]!;
		if (steps >= PARTS || steps <= -PARTS) {
			words.fill(0);
			words[NEWEST] = newest;
			return;
		}
		// A clock that was set back, but not out of the window, goes on in the part that it was in.
		for (let part = words[NEWEST]! + 1; part <= newest; part++) {
			const place = FIRST_PART + (part % PARTS) * PER_PART;
			for (let i = 0; i < PER_PART; i++) words[SUMS + i]! -= words[place + i]!;
			words.fill(0, place, place + PER_PART);
		}
		if (steps > 0) words[NEWEST] = newest;
	}
}
