import { concat } from "../bytes/bytes.js";
import type { Storage } from "../ports.js";
import type { Position } from "./position.js";
import { encodePage, type IndexRow, ROWS_IN_PAGE, type RunDescription, SortedRun } from "./sortedRun.js";

/** As many runs of a level become one of the next. */
const RUNS_IN_LEVEL = 8;
/** Pages that a merge gathers before it writes. */
const PAGES_AT_ONCE = 16;

type RunRow = readonly [level: number, number: number, count: number, least: number, most: number];

/** Rows instead of objects, so that a checkpoint stays short. */
export interface RunsDescription {
	readonly runs: readonly RunRow[];
	readonly nextNumber: number;
}

/**
 * Keys and the places where they were met, in sorted files that are written once: a log-structured merge tree. However many
 * rows there are, few runs have to be asked, and adding costs little.
 */
export class SortedRuns {
	readonly #storage: Storage;
	readonly #name: string;
	#runs: RunDescription[] = [];
	#nextNumber = 1;
	/** Files that no run names any more; to be removed once what is described is on the medium. */
	obsolete: string[] = [];

	constructor(storage: Storage, name: string) {
		this.#storage = storage;
		this.#name = name;
	}

	describe(): RunsDescription {
		const rows = this.#runs.map(
			({ level, number, count, least, most }) => [level, number, count, least, most] as const,
		);
		return { runs: rows, nextNumber: this.#nextNumber };
	}

	take({ runs, nextNumber }: RunsDescription): void {
		this.#runs = runs.map(([level, number, count, least, most]) => ({ level, number, count, least, most }));
		this.#nextNumber = nextNumber;
	}

	/** Forgets all rows; numbers go on, so that no file is written over that a checkpoint names. */
	clear(): void {
		this.obsolete.push(...this.#runs.map(run => this.#fileName(run.number)));
		this.#runs = [];
	}

	/** Places of a key, in rising order. @throws {IndexDamage} */
	find(key: number): Position[] {
		const positions = this.#runs.flatMap(run => this.#open(run).find(key));
		return positions.sort((a, b) => a - b);
	}

	/**
	 * Adds rows for good and merges where a level is full. On the medium when it returns; it counts when its description does.
	 * @param keepFrom rows of places before this one may be forgotten
	 */
	add(rows: readonly IndexRow[], keepFrom: Position): void {
		if (rows.length === 0) return;
		this.#write(0, [...rows].sort(byKeyThenPosition));
		for (let level = 0; ; level++) {
			const full = this.#runs.filter(run => run.level === level);
			if (full.length < RUNS_IN_LEVEL) return;
			this.#write(
				level + 1,
				merged(
					full.map(run => this.#open(run).rows()),
					keepFrom,
				),
			);
			this.#runs = this.#runs.filter(run => run.level !== level);
			this.obsolete.push(...full.map(run => this.#fileName(run.number)));
		}
	}

	#write(level: number, rows: Iterable<IndexRow>): void {
		const number = this.#nextNumber++;
		const name = this.#fileName(number);
		this.obsolete.push(name); // until it is whole
		this.#storage.replace(name, new Uint8Array(0)); // one of this name may be left of a write that was cut
		let [count, least, most] = [0, 0, 0];
		let page: IndexRow[] = [];
		let pages: Uint8Array[] = [];
		const put = () => {
			this.#storage.append(name, concat(...pages));
			pages = [];
		};
		for (const row of rows) {
			if (count === 0) least = row[0];
			most = row[0];
			count++;
			page.push(row);
			if (page.length < ROWS_IN_PAGE) continue;
			pages.push(encodePage(page));
			page = [];
			if (pages.length === PAGES_AT_ONCE) put();
		}
		if (page.length) pages.push(encodePage(page));
		if (pages.length) put();
		this.#storage.flush(name);
		if (count === 0) return;
		this.obsolete = this.obsolete.filter(each => each !== name);
		this.#runs.push({ level, number, count, least, most });
	}

	#open(run: RunDescription): SortedRun {
		return new SortedRun(this.#storage, this.#fileName(run.number), run);
	}

	#fileName(number: number): string {
		return `${this.#name}.${String(number).padStart(6, "0")}`;
	}
}

/** The rows of all sources in rising order. */
function* merged(sources: readonly IterableIterator<IndexRow>[], keepFrom: Position): IterableIterator<IndexRow> {
	const heads = sources.map(source => source.next());
	for (;;) {
		let least = -1;
		for (let i = 0; i < heads.length; i++) {
			if (heads[i]!.done) continue;
			if (least < 0 || byKeyThenPosition(heads[i]!.value, heads[least]!.value) < 0) least = i;
		}
		if (least < 0) return;
		const row = heads[least]!.value as IndexRow;
		if (row[1] >= keepFrom) yield row;
		heads[least] = sources[least]!.next();
	}
}

function byKeyThenPosition(a: IndexRow, b: IndexRow): number {
	return a[0] - b[0] || a[1] - b[1];
}
