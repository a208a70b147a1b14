import type { Storage } from "../ports.js";

const FILE = "journal.reserve";
const BYTES = 32_768;

/**
 * Room that is kept for ending what is under way: a file of nothing, given up when the storage is full. While it does not
 * stand in its full size, no transaction may begin.
 */
export class Reserve {
	readonly #storage: Storage;

	constructor(storage: Storage) {
		this.#storage = storage;
	}

	/** Takes the room that is missing. @returns whether it stands */
	take(): boolean {
		const missing = BYTES - this.#size;
		if (missing <= 0) return true;
		try {
			// Not zeros, which a file system may leave out.
			this.#storage.append(FILE, new Uint8Array(missing).fill(0xa5));
			this.#storage.flush(FILE);
		} catch {
			// There is no room; the size tells how much.
		}
		return this.#size >= BYTES;
	}

	/** @returns false when there was nothing to give up */
	giveUp(): boolean {
		if (this.#size === 0) return false;
		this.#storage.remove(FILE);
		return true;
	}

	get #size(): number {
		return this.#storage.size(FILE) ?? 0;
	}
}
