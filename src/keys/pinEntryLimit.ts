import type { Clock } from "../ports.js";

/**
 * How many PINs the terminal takes in a time, so that nobody finds a PIN out by having the terminal encipher all of them
 * (PCI PTS POI, requirement on exhaustive PIN determination: on average one PIN block in 30 seconds, counted over 120).
 * One for a terminal; a restart begins anew, which takes longer than it gains.
 */
export class PinEntryLimit {
	readonly #clock: Pick<Clock, "now">;
	#left = MOST_AT_ONCE;
	#countedAt: number;

	constructor(clock: Pick<Clock, "now">) {
		this.#clock = clock;
		this.#countedAt = clock.now();
	}

	/** @returns whether one more may be taken now; it is counted */
	take(): boolean {
		const now = this.#clock.now();
		// A clock that was set back gives nothing and takes nothing.
		const earned = Math.max(0, Math.floor((now - this.#countedAt) / ONE_IN_MS));
		this.#left = Math.min(MOST_AT_ONCE, this.#left + earned);
		this.#countedAt = now < this.#countedAt ? now : this.#countedAt + earned * ONE_IN_MS;
		if (this.#left === 0) return false;
		this.#left--;
		return true;
	}
}

const ONE_IN_MS = 30_000;
const MOST_AT_ONCE = 120;
