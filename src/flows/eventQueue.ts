import type { Clock } from "../ports.js";

/** Nobody who is served types further ahead. */
const MOST_WAITING = 64;

/** What persons do at the terminal, in order, for a flow that waits for the next thing. */
export class EventQueue<T> {
	readonly #clock: Clock;
	readonly #waiting: T[] = [];
	#take: ((event: T | undefined) => void) | undefined;

	constructor(clock: Clock) {
		this.#clock = clock;
	}

	push(event: T): void {
		if (this.#take) this.#take(event);
		else if (this.#waiting.length < MOST_WAITING) this.#waiting.push(event);
	}

	/** Forgets what nobody asked for, e.g. keys pressed while a card was being read. */
	clear(): void {
		this.#waiting.length = 0;
	}

	/** Ends a wait that is under way as its time-out would. */
	interrupt(): void {
		this.#take?.(undefined);
	}

	/** @returns the next event, undefined after `timeoutMs`; without a time-out it waits for ever */
	next(timeoutMs?: number): Promise<T | undefined> {
		if (this.#waiting.length) return Promise.resolve(this.#waiting.shift());
		return new Promise(resolve => {
			let cancelTimeout = () => {};
			const finish = (event: T | undefined) => {
				cancelTimeout();
				this.#take = undefined;
				resolve(event);
			};
			this.#take = finish;
			if (timeoutMs !== undefined) cancelTimeout = this.#clock.after(timeoutMs, () => finish(undefined));
		});
	}
}
