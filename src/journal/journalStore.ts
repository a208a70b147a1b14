import type { Storage } from "../ports.js";
import { type Checkpoint, CheckpointFile } from "./checkpoint.js";
import { asJournalEntry, type JournalEntry, type SettlingEntry, type TransactionName } from "./entries.js";
import { JournalError } from "./journalError.js";
import { JournalIndex } from "./journalIndex.js";
import { JournalState } from "./journalState.js";
import { type Position, positionOf, segmentOf } from "./position.js";
import { RecordCodec, type RecordSeal } from "./recordCodec.js";
import { Reserve } from "./reserve.js";
import { type InspectedFrame, type JournalRecord, Segments, segmentNumber } from "./segments.js";
import { IndexDamage } from "./sortedRun.js";
import { restoreState, storeState } from "./storedState.js";

/** Records behind the checkpoint after which `tidy` writes the next one: what boot has to read at most, if `tidy` runs. */
const RECORDS_TO_CHECKPOINT = 32;
/** Records behind the checkpoint after which the next transaction does not begin without one. */
const MOST_BEHIND_CHECKPOINT = 4 * RECORDS_TO_CHECKPOINT;

export interface JournalPorts {
	readonly storage: Storage;
	readonly seal: RecordSeal;
}

/** What one write has written. */
export interface NumberedRecord {
	readonly number: number;
	readonly entries: readonly JournalEntry[];
}

/** The entries on the medium, and the state that is their sum. */
export class JournalStore {
	readonly state = new JournalState();
	readonly #storage: Storage;
	readonly #codec: RecordCodec;
	readonly #segments: Segments<readonly JournalEntry[]>;
	readonly #index: JournalIndex;
	readonly #checkpoint: CheckpointFile;
	readonly #reserve: Reserve;
	readonly #onRepair: (sentence: string) => void;
	#firstSegment = 1;
	#behindCheckpoint = 0;

	private constructor({ storage, seal }: JournalPorts, onRepair: (sentence: string) => void) {
		this.#storage = storage;
		this.#codec = new RecordCodec(seal);
		this.#segments = new Segments({ storage, open: (sequence, payload) => this.#decode(sequence, payload), onRepair });
		this.#index = new JournalIndex(storage);
		this.#checkpoint = new CheckpointFile(storage, this.#codec);
		this.#reserve = new Reserve(storage);
		this.#onRepair = onRepair;
	}

	/** Reads what boot needs: the checkpoint and the records behind it. @throws {JournalError} on damage in both copies */
	static open(ports: JournalPorts, onRepair: (sentence: string) => void): JournalStore {
		const store = new JournalStore(ports, onRepair);
		const checkpoint = store.#checkpoint.read();
		if (checkpoint) store.#openFrom(checkpoint);
		else store.#openWithoutCheckpoint();
		return store;
	}

	/** An empty store; what is there of an older one is removed. */
	static makeAnew(ports: JournalPorts, onRepair: (sentence: string) => void): JournalStore {
		const store = new JournalStore(ports, onRepair);
		store.#remove(ports.storage.list().filter(name => /^(?:(?:journal|mirror|index)\.)/.test(name)));
		return store;
	}

	/** On the medium in the first copy when this returns; all of the entries or none. */
	write(entries: readonly JournalEntry[]): void {
		const begins = entries.some(entry => entry.type === "opened");
		if (begins) {
			const why = this.whyFull();
			if (why !== undefined) throw new JournalError(why);
			if (this.#behindCheckpoint >= MOST_BEHIND_CHECKPOINT) this.writeCheckpoint();
		}
		if (entries.some(endsBatch)) this.#segments.beginSegment();
		const payload = this.#codec.close(this.#segments.nextSequence, entries);
		const append = () => this.#segments.append(payload);
		this.#take(entries, begins ? append() : this.#withReserve(append));
	}

	/** Writes without waiting for the medium: `writeCheckpoint` follows. */
	writeLazily(entries: readonly JournalEntry[]): void {
		if (entries.some(endsBatch)) {
			this.#segments.flushEnd();
			this.#segments.beginSegment();
		}
		const payload = this.#codec.close(this.#segments.nextSequence, entries);
		this.#take(entries, this.#segments.append(payload, false));
		if (this.#behindCheckpoint % RECORDS_TO_CHECKPOINT === 0) this.#index.flush(0);
	}

	/** One sentence when there is no room to begin a transaction and be sure to end it. */
	whyFull(): string | undefined {
		if (this.#reserve.take()) return undefined;
		return "journal: the storage is full; settle, then have room made; until then nothing new begins";
	}

	/**
	 * What can wait until nobody waits: the second copy, the checkpoint, the removal of what need not be kept.
	 * @param settledBefore batches that were settled before this time (ms) need not be kept
	 */
	tidy(settledBefore: number): void {
		const isExpired = this.#expire(settledBefore) || segmentOf(this.#keepFrom()) > this.#firstSegment;
		this.#withReserve(() => {
			if (isExpired || this.#behindCheckpoint >= RECORDS_TO_CHECKPOINT) this.writeCheckpoint();
			else this.#segments.catchUpMirror();
		});
		this.#reserve.take();
	}

	writeCheckpoint(): void {
		const segments = this.#segments;
		segments.catchUpMirror();
		const keepFrom = this.#keepFrom();
		this.#orRebuilt(() => this.#index.flush(keepFrom));
		this.#firstSegment = segmentOf(keepFrom);
		const obsolete = this.#index.takeObsolete();
		this.#checkpoint.write({
			firstSegment: this.#firstSegment,
			end: segments.end,
			nextSequence: segments.nextSequence,
			state: storeState(this.state),
			index: this.#index.describe(),
			obsolete,
		});
		this.#behindCheckpoint = 0;
		this.#remove(obsolete);
		segments.removeBefore(this.#firstSegment);
	}

	/** Entries of all records that tell of a transaction or of one that refers to it, oldest first. */
	aboutTransaction(name: TransactionName): JournalEntry[] {
		return this.#entriesAt(() => this.#index.ofTransaction(name));
	}

	/** Entries of all records that open a transaction of this invoice number, oldest first. */
	aboutInvoice(invoice: number): JournalEntry[] {
		return this.#entriesAt(() => this.#index.ofInvoice(invoice));
	}

	/** Entries of all records that may hold one with this request key, oldest first. */
	aboutRequestKey(requestKey: string): JournalEntry[] {
		return this.#entriesAt(() => this.#index.ofRequestKey(requestKey));
	}

	/** What the bank was told of a batch; undefined where it was not settled, or long ago. */
	settlementOf(batch: number): SettlingEntry | undefined {
		const told = this.#entriesAt(() => this.#index.ofBatch(batch));
		return told.find(entry => entry.type === "settling" && entry.batch === batch) as SettlingEntry | undefined;
	}

	/** The record of the first transaction of a batch. */
	beginningOf(batch: number): Position | undefined {
		const known = this.state.batchState(batch)?.first;
		if (known !== undefined) return segmentOf(known) < this.#firstSegment ? undefined : known;
		return this.#positionsOfBatch(batch, "opened")[0];
	}

	entriesAt(position: Position): readonly JournalEntry[] {
		return this.#segments.read(position).value;
	}

	/** All entries from this place on, oldest first; from the beginning of what is kept without one. */
	*entriesFrom(position = positionOf(this.#firstSegment, 0)): IterableIterator<JournalEntry> {
		for (const { value } of this.#segments.scan(position)) yield* value;
	}

	get lastRecord(): number {
		return this.#segments.nextSequence - 1;
	}

	get firstRecord(): number {
		const first = positionOf(this.#firstSegment, 0);
		return first < this.#segments.end ? this.#segments.read(first).sequence : this.#segments.nextSequence;
	}

	/** Records from this number on, oldest first. */
	*records(from: number): IterableIterator<NumberedRecord> {
		// The last segment that begins at or before it: a search, not a walk, because it is asked for again and again.
		let low = this.#firstSegment;
		for (let high = segmentOf(this.#segments.end); low < high; ) {
			const middle = Math.ceil((low + high) / 2);
			const begin = positionOf(middle, 0);
			if (begin < this.#segments.end && this.#segments.read(begin).sequence <= from) low = middle;
			else high = middle - 1;
		}
		for (const { sequence, value } of this.#segments.scan(positionOf(low, 0)))
			if (sequence >= from) yield { number: sequence, entries: value };
	}

	/** Every frame that is kept, with the copies that do not have it. */
	*inspect(): IterableIterator<InspectedFrame> {
		for (let segment = this.#firstSegment; segment <= segmentOf(this.#segments.end); segment++)
			for (const frame of this.#segments.inspect(segment)) if (frame.position < this.#segments.end) yield frame;
	}

	/** Makes a segment of which one copy is damaged whole again. */
	repair(position: Position): void {
		this.#segments.repair(segmentOf(position));
	}

	#openFrom({ firstSegment, end, nextSequence, state, index, obsolete }: Checkpoint): void {
		this.#firstSegment = firstSegment;
		restoreState(this.state, state);
		this.#index.take(index);
		this.#segments.recover(end, nextSequence, record => this.#takeRecord(record));
		this.#remove(obsolete);
		this.#segments.removeBefore(firstSegment);
	}

	#openWithoutCheckpoint(): void {
		const names = this.#storage.list();
		const numbers = names.flatMap(name => segmentNumber(name) ?? []);
		if (numbers.length === 0) return;
		this.#remove(names.filter(name => name.startsWith("index.")));
		this.#firstSegment = numbers.reduce((least, each) => Math.min(least, each));
		let count = 0;
		this.#segments.recover(positionOf(this.#firstSegment, 0), undefined, record => {
			this.#takeRecord(record);
			if (++count % RECORDS_TO_CHECKPOINT === 0) this.#index.flush(0);
		});
		if (this.#checkpoint.isThere || count > MOST_BEHIND_CHECKPOINT)
			this.#onRepair(`the journal's checkpoint was made anew of ${count} records`);
	}

	#decode(sequence: number, payload: Uint8Array): { readonly value: readonly JournalEntry[] } | undefined {
		const opened = this.#codec.open(sequence, payload);
		if (!opened) return undefined;
		try {
			return { value: (opened.value as unknown[]).map(asJournalEntry) };
		} catch {
			throw new JournalError(`journal: record ${sequence} cannot be understood; it was written by other firmware`);
		}
	}

	#takeRecord({ value, position }: JournalRecord<readonly JournalEntry[]>): void {
		this.#take(value, position);
	}

	#take(entries: readonly JournalEntry[], position: Position): void {
		for (const entry of entries) {
			const original = entry.type === "closed" ? this.state.openTransaction(entry)?.original : undefined;
			this.#index.note(entry, position, original);
			this.state.apply(entry, position);
		}
		this.#behindCheckpoint++;
	}

	/** Records before the settlement of a batch that was settled long ago may go. @returns whether anything has to be written anew */
	#expire(settledBefore: number): boolean {
		const { state } = this;
		const before = state.keptFrom;
		const recent = state.recent.length;
		state.recent = state.recent.filter(({ at }) => at >= settledBefore);
		while (state.expiring && state.expiring.at < settledBefore) {
			const { batch } = state.expiring;
			const [settling = positionOf(this.#firstSegment, 0)] = this.#positionsOfBatch(batch, "settling");
			state.keptFrom = Math.max(state.keptFrom, settling);
			state.expiring = undefined;
			for (const entry of this.entriesFrom(settling))
				if (entry.type === "settled" && entry.batch !== batch) {
					state.expiring = { batch: entry.batch, at: entry.at };
					break;
				}
		}
		return state.keptFrom > before || state.recent.length < recent;
	}

	#positionsOfBatch(batch: number, type: JournalEntry["type"]): Position[] {
		const isIt = (entry: JournalEntry) => entry.type === type && "batch" in entry && entry.batch === batch;
		return this.#kept(() => this.#index.ofBatch(batch)).filter(position => this.entriesAt(position).some(isIt));
	}

	/** What stands before this place is of settled batches that need not be kept, and nothing in it is owed. */
	#keepFrom(): Position {
		const { batches, open, owed, keptFrom } = this.state;
		const first = positionOf(this.#firstSegment, 0);
		if (segmentOf(keptFrom) <= this.#firstSegment) return first; // no whole segment could go
		const unsettled = batches.flatMap(({ phase, first }) => (phase === "settled" ? [] : (first ?? [])));
		const beginnings = [...open, ...owed].flatMap(
			name => this.#orRebuilt(() => this.#index.ofTransaction(name))[0] ?? [],
		);
		return Math.max(first, Math.min(keptFrom, ...unsettled, ...beginnings));
	}

	#entriesAt(find: () => Position[]): JournalEntry[] {
		return this.#kept(find).flatMap(position => this.entriesAt(position));
	}

	#kept(find: () => Position[]): Position[] {
		return this.#orRebuilt(find).filter(position => segmentOf(position) >= this.#firstSegment);
	}

	/** The index is made of the records: where it is damaged it is made again. */
	#orRebuilt<T>(use: () => T): T {
		try {
			return use();
		} catch (error) {
			if (!(error instanceof IndexDamage)) throw error;
			this.#onRepair(`the journal's index was damaged and is made anew: ${error.message}`);
			this.#rebuildIndex();
			return use();
		}
	}

	#rebuildIndex(): void {
		this.#index.clear();
		const originals = new Map<string, TransactionName>();
		let count = 0;
		for (const { value, position } of this.#segments.scan(positionOf(this.#firstSegment, 0))) {
			for (const entry of value) {
				const key = "stan" in entry ? `${entry.batch}/${entry.stan}` : "";
				if (entry.type === "opened" && entry.original) originals.set(key, entry.original);
				this.#index.note(entry, position, originals.get(key));
				if (entry.type === "closed") originals.delete(key);
			}
			if (++count % RECORDS_TO_CHECKPOINT === 0) this.#index.flush(0);
		}
		this.#behindCheckpoint = MOST_BEHIND_CHECKPOINT;
	}

	#withReserve<T>(write: () => T): T {
		try {
			return write();
		} catch (error) {
			if (error instanceof JournalError || !this.#reserve.giveUp()) throw error;
			return write();
		}
	}

	#remove(names: readonly string[]): void {
		for (const name of names) if (this.#storage.size(name) !== undefined) this.#storage.remove(name);
	}
}

/** A batch ends where a segment begins: what was before goes whole when its time has come, and nothing of a later batch with it. */
function endsBatch({ type }: JournalEntry): boolean {
	return type === "settling";
}
