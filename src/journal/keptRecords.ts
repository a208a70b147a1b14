import type { JournalEntry, SettlingEntry, TransactionName } from "./entries.js";
import type { JournalIndex } from "./journalIndex.js";
import type { JournalState } from "./journalState.js";
import { type Position, positionOf, segmentOf } from "./position.js";
import type { InspectedFrame, Segments } from "./segments.js";
import { IndexDamage } from "./sortedRun.js";

/** Records after which an index that is made anew is written out. */
const RECORDS_TO_FLUSH = 32;

/** What one write has written. */
export interface NumberedRecord {
	readonly number: number;
	readonly entries: readonly JournalEntry[];
}

/** The records that are kept, read one by one or found by the index, which is made again of them where it is damaged. */
export class KeptRecords {
	/** Where what is kept begins. */
	firstSegment = 1;
	readonly segments: Segments<readonly JournalEntry[]>;
	readonly index: JournalIndex;
	readonly #state: JournalState;
	readonly #on: { repair(sentence: string): void; rebuilt(): void };

	/** @param on told when the index had to be made again */
	constructor(
		segments: Segments<readonly JournalEntry[]>,
		index: JournalIndex,
		state: JournalState,
		on: { repair(sentence: string): void; rebuilt(): void },
	) {
		this.segments = segments;
		this.index = index;
		this.#state = state;
		this.#on = on;
	}

	/** Entries of all records that tell of a transaction or of one that refers to it, oldest first. */
	aboutTransaction(name: TransactionName): JournalEntry[] {
		return this.#entriesAt(() => this.index.ofTransaction(name));
	}

	/** Entries of all records that open a transaction of this invoice number, oldest first. */
	aboutInvoice(invoice: number): JournalEntry[] {
		return this.#entriesAt(() => this.index.ofInvoice(invoice));
	}

	/** Entries of all records that may hold one with this request key, oldest first. */
	aboutRequestKey(requestKey: string): JournalEntry[] {
		return this.#entriesAt(() => this.index.ofRequestKey(requestKey));
	}

	/** What the bank was told of a batch; undefined where it was not settled, or long ago. */
	settlementOf(batch: number): SettlingEntry | undefined {
		const told = this.#entriesAt(() => this.index.ofBatch(batch));
		return told.find(entry => entry.type === "settling" && entry.batch === batch) as SettlingEntry | undefined;
	}

	/** The record of the first transaction of a batch. */
	beginningOf(batch: number): Position | undefined {
		const known = this.#state.batchState(batch)?.first;
		if (known !== undefined) return segmentOf(known) < this.firstSegment ? undefined : known;
		return this.positionsOfBatch(batch, "opened")[0];
	}

	entriesAt(position: Position): readonly JournalEntry[] {
		return this.segments.read(position).value;
	}

	/** All entries from this place on, oldest first; from the beginning of what is kept without one. */
	*entriesFrom(position = positionOf(this.firstSegment, 0)): IterableIterator<JournalEntry> {
		for (const { value } of this.segments.scan(position)) yield* value;
	}

	get lastRecord(): number {
		return this.segments.nextSequence - 1;
	}

	get firstRecord(): number {
		const first = positionOf(this.firstSegment, 0);
		return first < this.segments.end ? this.segments.read(first).sequence : this.segments.nextSequence;
	}

	/** Records from this number on, oldest first. */
	*records(from: number): IterableIterator<NumberedRecord> {
		// The last segment that begins at or before it: a search, not a walk, because it is asked for again and again.
		let low = this.firstSegment;
		for (let high = segmentOf(this.segments.end); low < high; ) {
			const middle = Math.ceil((low + high) / 2);
			const begin = positionOf(middle, 0);
			if (begin < this.segments.end && this.segments.read(begin).sequence <= from) low = middle;
			else high = middle - 1;
		}
		for (const { sequence, value } of this.segments.scan(positionOf(low, 0)))
			if (sequence >= from) yield { number: sequence, entries: value };
	}

	/** Every frame that is kept, with the copies that do not have it. */
	*inspect(): IterableIterator<InspectedFrame> {
		for (let segment = this.firstSegment; segment <= segmentOf(this.segments.end); segment++)
			for (const frame of this.segments.inspect(segment)) if (frame.position < this.segments.end) yield frame;
	}

	/** Records of a batch that hold an entry of this type. */
	positionsOfBatch(batch: number, type: JournalEntry["type"]): Position[] {
		const isIt = (entry: JournalEntry) => entry.type === type && "batch" in entry && entry.batch === batch;
		return this.#kept(() => this.index.ofBatch(batch)).filter(position => this.entriesAt(position).some(isIt));
	}

	#entriesAt(find: () => Position[]): JournalEntry[] {
		return this.#kept(find).flatMap(position => this.entriesAt(position));
	}

	#kept(find: () => Position[]): Position[] {
		return this.orRebuilt(find).filter(position => segmentOf(position) >= this.firstSegment);
	}

	/** The index is made of the records: where it is damaged it is made again. */
	orRebuilt<T>(use: () => T): T {
		try {
			return use();
		} catch (error) {
			if (!(error instanceof IndexDamage)) throw error;
			this.#on.repair(`the journal's index was damaged and is made anew: ${error.message}`);
			this.#rebuildIndex();
			return use();
		}
	}

	#rebuildIndex(): void {
		this.index.clear();
		const originals = new Map<string, TransactionName>();
		let count = 0;
		for (const { value, position } of this.segments.scan(positionOf(this.firstSegment, 0))) {
			for (const entry of value) {
				const key = "stan" in entry ? `${entry.batch}/${entry.stan}` : "";
				if (entry.type === "opened" && entry.original) originals.set(key, entry.original);
				this.index.note(entry, position, originals.get(key));
				if (entry.type === "closed") originals.delete(key);
			}
			if (++count % RECORDS_TO_FLUSH === 0) this.index.flush(0);
		}
		this.#on.rebuilt();
	}

	/** Makes a segment of which one copy is damaged whole again. */
	repair(position: Position): void {
		this.segments.repair(segmentOf(position));
	}
}
