import { readUint, uintBytes } from "../bytes/bytes.js";
import type { Storage } from "../ports.js";

const FILE = "batch";
const MOST_BATCH = 999_999;

/**
 * The number of the open batch. With it a STAN names one transaction at the bank for good: it is raised whenever the STAN
 * begins anew, that is with a new journal and after STAN 999999.
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
		this.#storage.replace(FILE, uintBytes((this.value % MOST_BATCH) + 1, 4));
	}
}
