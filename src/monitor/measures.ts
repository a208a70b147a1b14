import { RATIO_WORDS, RatioSums } from "./ratioSums.js";
import type { Measure, Rule } from "./rule.js";
import { CARDS_REMEMBERED, type RuleState, type Taken } from "./ruleState.js";

/** The functions that measure for one rule. Each costs what threshold and constants allow at most, whatever came before. */
export interface Measuring {
	/**
	 * Takes one event that matches the rule.
	 * @returns what was measured, when it reaches the threshold: how many, or percent; otherwise 0
	 */
	take(event: Taken): number;
	/** Takes note of one event that a ratio is held against. */
	against?(event: Taken): void;
}

interface MeasureKind {
	/** Words of 32 bits that it needs besides the ring. */
	readonly extraWords: number;
	readonly make: (rule: Rule, state: RuleState) => Measuring;
}

/** Events that are looked at for one card at most, newest first. */
const MOST_OF_A_CARD = 8;
/** A card's is its number modulo this. */
const BUCKETS = 32;

export const MEASURING: Readonly<Record<Measure, MeasureKind>> = Object.freeze({
	count: Object.freeze({ extraWords: 0, make: count }),
	distinctCards: Object.freeze({ extraWords: 0, make: distinctCards }),
	sameCard: Object.freeze({ extraWords: CARDS_REMEMBERED + BUCKETS + 1, make: sameCard }),
	ratio: Object.freeze({ extraWords: RATIO_WORDS, make: ratio }),
});

/** The ring holds as many as the threshold: it is reached when the oldest of them is inside the window. */
function count({ threshold, windowSeconds }: Rule, state: RuleState): Measuring {
	const { numbers, times } = state;
	return {
		take(event) {
			const newest = state.push(event);
			const oldest = newest + 1 < threshold ? newest + 1 : 0;
			return numbers[oldest] !== 0 && event.at - times[oldest]! < windowSeconds ? threshold : 0;
		},
	};
}

/** One row for each of the latest cards, as many as the threshold. */
function distinctCards({ threshold, windowSeconds }: Rule, state: RuleState): Measuring {
	const { numbers, times, cards } = state;
	return {
		take(event) {
			const { at, card } = event;
			if (card === 0) return 0;
			let own = cards.indexOf(card);
			if (own < 0) {
				own = 0;
				for (let row = 1; row < threshold; row++) if (numbers[row]! < numbers[own]!) own = row;
			}
			state.put(own, event);
			for (let row = 0; row < threshold; row++) if (numbers[row] === 0 || at - times[row]! >= windowSeconds) return 0;
			return threshold;
		},
	};
}

/**
 * Finds the events of one card without looking at those of others: each row knows the one before it in its bucket, by how
 * many events had been taken then, so that a row that was used again since is known.
 */
function sameCard({ threshold, windowSeconds, sumAtLeastMinor = 0 }: Rule, state: RuleState): Measuring {
	const { cards, times, amounts, rows, extra } = state;
	const before = extra.subarray(0, rows);
	const newest = extra.subarray(rows, rows + BUCKETS);
	const taken = extra.subarray(rows + BUCKETS);
	return {
		take(event) {
			const { at, card } = event;
			if (card === 0) return 0;
			const row = state.push(event);
			const bucket = card % BUCKETS;
			const now = taken[0]! + 1;
			let earlier = newest[bucket]!;
			taken[0] = now;
			before[row] = earlier;
			newest[bucket] = now;
			let found = 1;
			let sumMinor = event.amountMinor;
			for (let steps = 1; steps < MOST_OF_A_CARD && (found < threshold || sumMinor < sumAtLeastMinor); steps++) {
				if (earlier === 0 || now - earlier >= rows) break;
				const other = (earlier - 1) % rows;
				earlier = before[other]!;
				if (cards[other] !== card) continue;
				if (at - times[other]! >= windowSeconds) break;
				found++;
				sumMinor += amounts[other]!;
			}
			return found >= threshold && sumMinor >= sumAtLeastMinor ? found : 0;
		},
	};
}

/** Of nothing, and above. */
const MOST_PERCENT = 9999;

function ratio({ threshold, percent = 100, of, windowSeconds }: Rule, state: RuleState): Measuring {
	const sums = new RatioSums(state.extra, windowSeconds);
	const isOfAmounts = of === "amount";
	return {
		take(event) {
			state.push(event);
			sums.add(event.at, true, event.amountMinor);
			if (sums.matchedCount < threshold) return 0;
			const matched = isOfAmounts ? sums.matchedMinor : sums.matchedCount;
			const against = isOfAmounts ? sums.againstMinor : sums.againstCount;
			if (matched * 100 < percent * against) return 0;
			return against === 0 ? MOST_PERCENT : Math.min(MOST_PERCENT, Math.floor((matched * 100) / against));
		},
		against: event => sums.add(event.at, false, event.amountMinor),
	};
}
