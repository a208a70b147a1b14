import type { Clock } from "../../src/ports.js";

interface Timer {
	readonly at: number;
	readonly callback: () => void;
}

/** Time that passes only when a test says so. */
export class ManualClock implements Clock {
	readonly utcOffsetMinutes = 480;
	/** Of the monotonic clock. */
	#now: number;
	/** What `now` says beyond that. */
	#offsetMs = 0;
	#timers: Timer[] = [];

	/** @param start milliseconds since 1970 */
	constructor(start: number) {
		this.#now = start;
	}

	now(): number {
		return this.#now + this.#offsetMs;
	}

	set(now: number): void {
		this.#offsetMs = now - this.#now;
	}

	monotonicMs(): number {
		return this.#now;
	}

	after(delayMs: number, callback: () => void): () => void {
		const timer = { at: this.#now + delayMs, callback };
		this.#timers.push(timer);
		return () => {
			this.#timers = this.#timers.filter(other => other !== timer);
		};
	}

	/** Lets time pass and calls what falls due, in order. */
	advance(ms: number): void {
		const end = this.#now + ms;
		for (;;) {
			const due = this.#timers.filter(timer => timer.at <= end).sort((a, b) => a.at - b.at)[0];
			if (!due) break;
			this.#timers = this.#timers.filter(timer => timer !== due);
			this.#now = Math.max(this.#now, due.at);
			due.callback();
		}
		this.#now = end;
	}
}
