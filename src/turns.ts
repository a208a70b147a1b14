interface Around {
	/** @throws {Error} when nothing can be done now */
	before(): void;
	after(): void;
	/** What an error is because of. */
	explain(error: unknown): unknown;
}

/** One thing at a time: the card, the display and the line to the bank are one each. */
export class Turns {
	readonly #around: Around;
	#busy = false;
	/** Settles when what is under way has ended. */
	#free: Promise<unknown> = Promise.resolve();
	/** Settles when what the management link does has ended. */
	#managed: Promise<unknown> | undefined;

	/** @param around called at each turn */
	constructor(around: Around) {
		this.#around = around;
	}

	get isBusy(): boolean {
		return this.#busy;
	}

	/** @throws {BusyError} while something else is under way */
	alone<T>(work: () => Promise<T>): Promise<T> {
		// The link's own work takes a moment: whoever comes meanwhile waits instead of being refused.
		if (this.#managed) return this.#managed.then(() => this.alone(work));
		if (this.#busy) return Promise.reject(new BusyError("the terminal is busy: wait for the end of what is under way"));
		const ended = this.#undisturbed(work);
		this.#free = ended;
		ended.catch(() => {}); // whoever asked for it hears of it
		return ended;
	}

	/** What the management link asks for, once nothing else is under way: never in the middle of a transaction. */
	async whenFree<T>(work: () => T | Promise<T>): Promise<T> {
		await this.untilFree();
		const done = this.alone(async () => work());
		this.#managed = done
			.catch(() => {}) // whoever asked for it hears of it
			.finally(() => {
				this.#managed = undefined;
			});
		return done;
	}

	async untilFree(): Promise<void> {
		while (this.#busy) await this.#free.catch(() => {});
	}

	/** The end of what was ordered from outside. @throws {Error} on its fault; an order that was none is not one */
	async ended(): Promise<void> {
		try {
			await this.#free;
		} catch (error) {
			if (!(error instanceof RangeError)) throw error;
		}
	}

	async #undisturbed<T>(work: () => Promise<T>): Promise<T> {
		this.#busy = true;
		try {
			this.#around.before();
			return await work();
		} catch (error) {
			throw this.#around.explain(error);
		} finally {
			this.#around.after();
			this.#busy = false;
		}
	}
}

/** The terminal is doing something else. */
export class BusyError extends Error {
	override readonly name = "BusyError";
}
