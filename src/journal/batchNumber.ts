import { readUint, uintBytes } from "../bytes/bytes.js";
import type { Storage } from "../ports.js";
import { nextNumber } from "./journalState.js";

const FILE = "batch";

/**
 * The number of the newest batch, in a file of its own: a terminal that has lost its journal begins a new batch, so that
 * no STAN of an old one is taken for a new one.
 */
export class BatchNumber {
	readonly #storage: Storage;

	constructor(storage: Storage) {
		this.#storage = storage;
	}

	/** 1 to 999999; 0 before the first journal. */
	get value(): number {
		const size = this.#storage.size(FILE);
		return size === 4 ? readUint(this.#storage.read(FILE, 0, 4)) : 0;
	}

	/** On the medium when this returns. */
	raise(): void {
		this.keep(nextNumber(this.value));
	}

	/** On the medium when this returns. */
	keep(batch: number): void {
		if (batch !== this.value) this.#storage.replace(FILE, uintBytes(batch, 4));
	}
}
