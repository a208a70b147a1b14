import type { Storage } from "../ports.js";
import { type Checkpoint, CheckpointFile } from "./checkpoint.js";
import { asJournalEntry, type JournalEntry } from "./entries.js";
import { JournalError } from "./journalError.js";
import { JournalIndex } from "./journalIndex.js";
import { JournalState } from "./journalState.js";
import { KeptRecords } from "./keptRecords.js";
import { type Position, positionOf, segmentOf } from "./position.js";
import { RecordCodec, type RecordSeal } from "./recordCodec.js";
import { Reserve } from "./reserve.js";
import { type JournalRecord, Segments, segmentNumber } from "./segments.js";
import { restoreState, storeState } from "./storedState.js";

/** Records behind the checkpoint after which `tidy` writes the next one: what boot has to read at most, if `tidy` runs. */
const RECORDS_TO_CHECKPOINT = 32;
/** Records behind the checkpoint after which the next transaction does not begin without one. */
const MOST_BEHIND_CHECKPOINT = 4 * RECORDS_TO_CHECKPOINT;

export interface JournalPorts {
	readonly storage: Storage;
	readonly seal: RecordSeal;
}

/** The entries on the medium, and the state that is their sum. */
export class JournalStore {
	readonly state = new JournalState();
	/** What is kept, for whoever reads it. */
	readonly kept: KeptRecords;
	readonly #storage: Storage;
	readonly #codec: RecordCodec;
	readonly #segments: Segments<readonly JournalEntry[]>;
	readonly #index: JournalIndex;
	readonly #checkpoint: CheckpointFile;
	readonly #reserve: Reserve;
	readonly #onRepair: (sentence: string) => void;
	#behindCheckpoint = 0;

	private constructor({ storage, seal }: JournalPorts, onRepair: (sentence: string) => void) {
		this.#storage = storage;
		this.#codec = new RecordCodec(seal);
		this.#segments = new Segments({ storage, open: (sequence, payload) => this.#decode(sequence, payload), onRepair });
		this.#index = new JournalIndex(storage);
		this.#checkpoint = new CheckpointFile(storage, this.#codec);
		this.#reserve = new Reserve(storage);
		this.#onRepair = onRepair;
		this.kept = new KeptRecords(this.#segments, this.#index, this.state, {
			repair: onRepair,
			rebuilt: () => {
				this.#behindCheckpoint = MOST_BEHIND_CHECKPOINT;
			},
		});
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
		const isExpired = this.#expire(settledBefore) || segmentOf(this.#keepFrom()) > this.kept.firstSegment;
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
		this.kept.orRebuilt(() => this.#index.flush(keepFrom));
		this.kept.firstSegment = segmentOf(keepFrom);
		const obsolete = this.#index.takeObsolete();
		this.#checkpoint.write({
			firstSegment: this.kept.firstSegment,
			end: segments.end,
			nextSequence: segments.nextSequence,
			state: storeState(this.state),
			index: this.#index.describe(),
			obsolete,
		});
		this.#behindCheckpoint = 0;
		this.#remove(obsolete);
		segments.removeBefore(this.kept.firstSegment);
	}

	#openFrom({ firstSegment, end, nextSequence, state, index, obsolete }: Checkpoint): void {
		this.kept.firstSegment = firstSegment;
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
		this.kept.firstSegment = numbers.reduce((least, each) => Math.min(least, each));
		let count = 0;
		this.#segments.recover(positionOf(this.kept.firstSegment, 0), undefined, record => {
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
			const [settling = positionOf(this.kept.firstSegment, 0)] = this.kept.positionsOfBatch(batch, "settling");
			state.keptFrom = Math.max(state.keptFrom, settling);
			state.expiring = undefined;
			for (const entry of this.kept.entriesFrom(settling))
				if (entry.type === "settled" && entry.batch !== batch) {
					state.expiring = { batch: entry.batch, at: entry.at };
					break;
				}
		}
		return state.keptFrom > before || state.recent.length < recent;
	}

	/** What stands before this place is of settled batches that need not be kept, and nothing in it is owed. */
	#keepFrom(): Position {
		const { batches, open, owed, keptFrom } = this.state;
		const first = positionOf(this.kept.firstSegment, 0);
		if (segmentOf(keptFrom) <= this.kept.firstSegment) return first; // no whole segment could go
		const unsettled = batches.flatMap(({ phase, first }) => (phase === "settled" ? [] : (first ?? [])));
		const beginnings = [...open, ...owed].flatMap(
			name => this.kept.orRebuilt(() => this.#index.ofTransaction(name))[0] ?? [],
		);
		return Math.max(first, Math.min(keptFrom, ...unsettled, ...beginnings));
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
