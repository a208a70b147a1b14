/**
 * The transaction counters of DUKPT (X9.24-1 Annex A, X9.24-3 6.5.2): those with at most so many ones that a receiver can
 * derive every key in that many steps. Counters are unsigned numbers of at most 32 bits.
 */
export interface DukptCounterRange {
	readonly bits: number;
	readonly mostOnes: number;
}

/** @returns undefined after the last one */
export function nextCounter({ bits, mostOnes }: DukptCounterRange, counter: number): number | undefined {
	let next = counter + 1;
	// Adding the lowest one leaps over all counters that differ only below it and have at least as many ones.
	while (onesOf(next) > mostOnes) next += lowestOne(next);
	return next < 2 ** bits ? next : undefined;
}

/** A counter that a terminal may use: not 0, which belongs to the initial key. */
export function isUsableCounter({ bits, mostOnes }: DukptCounterRange, counter: number): boolean {
	return counter > 0 && counter < 2 ** bits && onesOf(counter) <= mostOnes;
}

/** How many transactions one initial key serves: the sum of the binomial coefficients. */
export function countCounters({ bits, mostOnes }: DukptCounterRange): number {
	let total = 0;
	for (let ones = 1, choices = 1; ones <= mostOnes; ones++) {
		choices = (choices * (bits - ones + 1)) / ones;
		total += choices;
	}
	return total;
}

/** The ones of a counter, each as a number of its own, highest first: the steps of a derivation. */
export function onesDescending({ bits }: DukptCounterRange, counter: number): number[] {
	const ones: number[] = [];
	for (let bit = 2 ** (bits - 1); bit >= 1; bit /= 2) if (Math.floor(counter / bit) % 2) ones.push(bit);
	return ones;
}

export function onesOf(value: number): number {
	let count = 0;
	for (let rest = value; rest > 0; rest = Math.floor(rest / 2)) count += rest % 2;
	return count;
}

export function lowestOne(value: number): number {
	let bit = 1;
	while (value % (2 * bit) === 0) bit *= 2;
	return bit;
}
