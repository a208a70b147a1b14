/**
 * The health tests of NIST SP 800-90B, 4.4 on an entropy source whose samples are bytes. Cutoffs are for 4 bits of
 * min-entropy in a byte and a false alarm in 2^30 samples: a source that gives less than half of what it should is found.
 */

/** 4.4.1: 1 + 30/4, rounded up. */
const REPETITION_CUTOFF = 9;
/** 4.4.2 */
const PROPORTION_WINDOW = 512;
/** 4.4.2: 1 + the number of samples out of 512 that a value of probability 2^-4 exceeds with probability 2^-30. */
const PROPORTION_CUTOFF = 71;

/** Follows a source from its first sample on. */
export class EntropyHealth {
	#last = -1;
	#repetitions = 0;
	#candidate = -1;
	#occurrences = 0;
	#windowLeft = 0;

	/** Takes the next samples. @returns false when one of the two tests fails */
	take(samples: Uint8Array): boolean {
		let isHealthy = true;
		for (const sample of samples) {
			this.#repetitions = sample === this.#last ? this.#repetitions + 1 : 1;
			this.#last = sample;
			if (this.#windowLeft === 0) {
				this.#candidate = sample;
				this.#occurrences = 0;
				this.#windowLeft = PROPORTION_WINDOW;
			}
			this.#windowLeft--;
			if (sample === this.#candidate) this.#occurrences++;
			if (this.#repetitions >= REPETITION_CUTOFF || this.#occurrences >= PROPORTION_CUTOFF) isHealthy = false;
		}
		return isHealthy;
	}
}
