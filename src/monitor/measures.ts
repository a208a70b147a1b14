import type { Measure, Rule } from "./rule.js";
import { RatioSums, type RuleState } from "./ruleState.js";

/** An event as the measures take it: numbers only. */
export interface Taken {
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

/**
 * Takes one event that matches the rule.
 * @returns what was measured, when it reaches the threshold: how many, or percent; otherwise 0
 */
export type Take = (event: Taken) => number;

/** Takes note of one event that a ratio is held against. */
export type TakeAgainst = (event: Taken) => void;

/** Events of one card that a sum is taken of at most, newest first. */
const MOST_OF_A_CARD = 8;

const MEASURES: Readonly<Record<Measure, (rule: Rule, state: RuleState) => { take: Take; against?: TakeAgainst }>> =
	Object.freeze({ count, distinctCards, sameCard, ratio });

/** The functions that measure for a rule. Each costs no more than its threshold and constants allow, whatever came before. */
export function measureOf(rule: Rule, state: RuleState): { readonly take: Take; readonly against?: TakeAgainst } {
	return MEASURES[rule.measure](rule, state);
}

/** The ring holds as many as the threshold: it is reached when the oldest of them is inside the window. */
function count({ threshold, windowSeconds }: Rule, state: RuleState) {
	return {
		take({ number, at, kind, card, amountMinor }: Taken): number {
			state.push(number, at, kind, card, amountMinor);
			const oldest = state.next;
			return state.numbers[oldest] !== 0 && at - state.times[oldest]! < windowSeconds ? threshold : 0;
		},
	};
}

/** One row for each of the latest cards, as many as the threshold. */
function distinctCards({ threshold, windowSeconds }: Rule, state: RuleState) {
	const { numbers, times, cards } = state;
	return {
		take({ number, at, kind, card, amountMinor }: Taken): number {
			if (card === 0) return 0;
			let own = cards.indexOf(card);
			if (own < 0) {
				own = 0;
				for (let row = 1; row < threshold; row++) if (numbers[row]! < numbers[own]!) own = row;
			}
			state.put(own, number, at, kind, card, amountMinor);
			for (let row = 0; row < threshold; row++) if (numbers[row] === 0 || at - times[row]! >= windowSeconds) return 0;
			return threshold;
		},
	};
}

/** Looks for the card among the latest events, from the newest back. */
function sameCard({ threshold, windowSeconds, sumAtLeastMinor = 0 }: Rule, state: RuleState) {
	const { cards, times, amounts, rows } = state;
	return {
		take({ number, at, kind, card, amountMinor }: Taken): number {
			if (card === 0) return 0;
			const newest = state.next;
			state.push(number, at, kind, card, amountMinor);
			let found = 1;
			let sumMinor = amountMinor;
			let row = newest;
			let isWrapped = false;
			while (found < MOST_OF_A_CARD && (found < threshold || sumMinor < sumAtLeastMinor)) {
				row = row === 0 ? -1 : cards.lastIndexOf(card, row - 1);
				if (row < 0) {
					if (isWrapped) break;
					isWrapped = true;
					row = cards.lastIndexOf(card, rows - 1);
				}
				if ((isWrapped && row <= newest) || at - times[row]! >= windowSeconds) break;
				found++;
				sumMinor += amounts[row]!;
			}
			return found >= threshold && sumMinor >= sumAtLeastMinor ? found : 0;
		},
	};
}

function ratio({ threshold, percent = 100, of, windowSeconds }: Rule, state: RuleState) {
	const sums = new RatioSums(state.parts, windowSeconds);
	const isOfAmounts = of === "amount";
	return {
		take({ number, at, kind, card, amountMinor }: Taken): number {
			state.push(number, at, kind, card, amountMinor);
			sums.add(at, true, amountMinor);
			if (sums.matchedCount < threshold) return 0;
			const matched = isOfAmounts ? sums.matchedMinor : sums.matchedCount;
			const against = isOfAmounts ? sums.againstMinor : sums.againstCount;
			if (matched * 100 < percent * against) return 0;
			return against === 0 ? MOST_PERCENT : Math.min(MOST_PERCENT, Math.floor((matched * 100) / against));
		},
		against({ at, amountMinor }: Taken): void {
			sums.add(at, false, amountMinor);
		},
	};
}

/** Of nothing, and above. */
const MOST_PERCENT = 9999;
