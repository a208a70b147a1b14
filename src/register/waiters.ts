/** Who waits for the end of something. */
export class Waiters {
	readonly #waiting: (() => void)[] = [];

	/** Calls `listener` once, at the end. @returns a function that ends it */
	add(listener: () => void): () => void {
		this.#waiting.push(listener);
		return () => {
			const at = this.#waiting.indexOf(listener);
			if (at >= 0) this.#waiting.splice(at, 1);
		};
	}

	tell(): void {
		for (const listener of this.#waiting.splice(0)) listener();
	}
}
