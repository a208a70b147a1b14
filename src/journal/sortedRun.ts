import { concat, readUint, uintBytes } from "../bytes/bytes.js";
import { crc32 } from "../bytes/crc32.js";
import type { Storage } from "../ports.js";
import type { Position } from "./position.js";

/** A key of up to 48 bits and the place where it was met. */
export type IndexRow = readonly [key: number, position: Position];

/** A run was written wrongly or damaged since: the index must be made anew. */
export class IndexDamage extends Error {
	override readonly name = "IndexDamage";
}

const ROW_LENGTH = 12;
export const ROWS_IN_PAGE = 10;
const PAGE_LENGTH = ROWS_IN_PAGE * ROW_LENGTH + 4;

/** What has to be remembered of a run to use it. */
export interface RunDescription {
	readonly level: number;
	readonly number: number;
	readonly count: number;
	/** Its first and last key. */
	readonly least: number;
	readonly most: number;
}

/** A page of up to 10 rows: `key (6) | position (6)` each, then CRC-32 of all before (4). */
export function encodePage(rows: readonly IndexRow[]): Uint8Array {
	const body = concat(...rows.flatMap(([key, position]) => [uintBytes(key, 6), uintBytes(position, 6)]));
	return concat(body, uintBytes(crc32(body), 4));
}

/** A file of rows in rising order, read page by page. */
export class SortedRun {
	readonly #storage: Storage;
	readonly #name: string;
	readonly #run: RunDescription;

	constructor(storage: Storage, name: string, run: RunDescription) {
		this.#storage = storage;
		this.#name = name;
		this.#run = run;
	}

	/** @throws {IndexDamage} */
	*rows(fromPage = 0): IterableIterator<IndexRow> {
		for (let page = fromPage; page < this.#pages; page++) yield* this.#page(page);
	}

	/** Places of a key, in rising order. @throws {IndexDamage} */
	find(key: number): Position[] {
		if (key < this.#run.least || key > this.#run.most) return [];
		const positions: Position[] = [];
		for (const [each, position] of this.rows(this.#firstPageOf(key))) {
			if (each > key) break;
			if (each === key) positions.push(position);
		}
		return positions;
	}

	/** The first page whose last key is not less: found where the key should lie, every other step in the middle. */
	#firstPageOf(key: number): number {
		let [low, high] = [0, this.#pages - 1];
		let [least, most] = [this.#run.least, this.#run.most];
		for (let step = 0; low < high; step++) {
			const share = step & 1 ? 0.5 : (key - least) / (most - least + 1);
			const guess = Math.min(high - 1, low + Math.floor((high - low) * share));
			const rows = this.#page(guess);
			const [first] = rows[0]!;
			const [last] = rows[rows.length - 1]!;
			if (last < key) [low, least] = [guess + 1, last];
			else if (first < key) return guess;
			else [high, most] = [guess, first];
		}
		return low;
	}

	get #pages(): number {
		return Math.ceil(this.#run.count / ROWS_IN_PAGE);
	}

	#page(page: number): IndexRow[] {
		const at = page * PAGE_LENGTH;
		const count = Math.min(ROWS_IN_PAGE, this.#run.count - page * ROWS_IN_PAGE);
		const length = count * ROW_LENGTH;
		const isThere = (this.#storage.size(this.#name) ?? 0) >= at + length + 4;
		const bytes = isThere ? this.#storage.read(this.#name, at, length + 4) : new Uint8Array(0);
		const isRight = isThere && crc32(bytes.subarray(0, length)) === readUint(bytes, length, 4);
		if (!isRight) throw new IndexDamage(`page ${page} of ${this.#name} is damaged`);
		const rows: IndexRow[] = [];
		for (let i = 0; i < length; i += ROW_LENGTH) rows.push([readUint(bytes, i, 6), readUint(bytes, i + 6, 6)]);
		return rows;
	}
}
