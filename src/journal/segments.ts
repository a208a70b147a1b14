import { concat } from "../bytes/bytes.js";
import type { Storage } from "../ports.js";
import { encodeFrame, type Frame, holdsFrame, readFrame } from "./frame.js";
import { JournalError } from "./journalError.js";
import { offsetOf, type Position, positionOf, segmentOf } from "./position.js";

/** Small enough for a repair, which holds a whole segment, to fit into a board's memory. */
const SEGMENT_BYTES = 16_384;
const LONGEST_PAYLOAD = SEGMENT_BYTES / 2;

export type Copy = "journal" | "mirror";
const COPIES: readonly Copy[] = Object.freeze(["journal", "mirror"]);

function segmentName(copy: Copy, segment: number): string {
	return `${copy}.${String(segment).padStart(6, "0")}`;
}

/** @returns undefined when it is the name of something else */
export function segmentNumber(name: string): number | undefined {
	const digits = /^(?:journal|mirror)\.([0-9]{6})$/.exec(name)?.[1];
	return digits === undefined ? undefined : Number(digits);
}

/** A frame that was read and opened. */
export interface JournalRecord<T> {
	readonly position: Position;
	readonly next: Position;
	readonly sequence: number;
	readonly value: T;
}

export interface InspectedFrame {
	readonly position: Position;
	readonly sequence: number | undefined;
	/** Undefined when it is damaged in both copies. */
	readonly frame: Uint8Array | undefined;
	/** The second copy need not have what it was not brought up to. */
	readonly damaged: readonly Copy[];
}

export interface SegmentsOptions<T> {
	readonly storage: Storage;
	/** @returns undefined when the payload does not open */
	readonly open: (sequence: number, payload: Uint8Array) => { readonly value: T } | undefined;
	/** One sentence for people: damage was found in one copy and repaired from the other. */
	readonly onRepair: (sentence: string) => void;
}

/**
 * The records of the journal in files of bounded size, each in two copies.
 *
 * - A frame is written behind all others and flushed in the first copy; only then it counts, and only then it may go into
 *   the second. So the second copy never holds a frame that the first had not held.
 * - A frame that the first copy has damaged or lost is taken from the second, and the first is made whole from it.
 * - A bad frame that neither copy has, with no whole frame behind it, is what a power cut has left of a write that never
 *   returned: it is set aside. With a whole frame behind it, it is damage, and damage in both copies is never repaired.
 */
export class Segments<T> {
	readonly #storage: Storage;
	readonly #open: SegmentsOptions<T>["open"];
	readonly #onRepair: SegmentsOptions<T>["onRepair"];
	/** Behind the last frame. */
	end: Position = positionOf(1, 0);
	/** Up to here the second copy is on the medium. */
	mirrored: Position = positionOf(1, 0);
	nextSequence = 1;

	constructor({ storage, open, onRepair }: SegmentsOptions<T>) {
		this.#storage = storage;
		this.#open = open;
		this.#onRepair = onRepair;
	}

	/**
	 * Writes a frame behind the last one.
	 * @param flush false when `flushEnd` follows
	 * @returns its position
	 */
	append(payload: Uint8Array, flush = true): Position {
		if (payload.length > LONGEST_PAYLOAD)
			throw new JournalError(`journal: a record must not exceed ${LONGEST_PAYLOAD} bytes`);
		const frame = encodeFrame(this.nextSequence, payload);
		const isFull = offsetOf(this.end) + frame.length > SEGMENT_BYTES && offsetOf(this.end) > 0;
		if (isFull && !flush) this.flushEnd();
		const position = isFull ? positionOf(segmentOf(this.end) + 1, 0) : this.end;
		const name = segmentName("journal", segmentOf(position));
		// What a write that failed has left, on a full medium perhaps, must not stand before this frame.
		if ((this.#storage.size(name) ?? 0) > offsetOf(position)) this.#storage.truncate(name, offsetOf(position));
		this.#storage.append(name, frame);
		if (flush) this.#storage.flush(name);
		this.end = position + frame.length;
		this.nextSequence++;
		return position;
	}

	/** What follows stands in a segment of its own, so that what stands before can go without it. What stands there is flushed. */
	beginSegment(): void {
		if (offsetOf(this.end) === 0) return;
		this.end = positionOf(segmentOf(this.end) + 1, 0);
	}

	flushEnd(): void {
		this.#storage.flush(segmentName("journal", segmentOf(this.end)));
	}

	/** @throws {JournalError} when there is no record at this place that one of the copies has undamaged */
	read(position: Position): JournalRecord<T> {
		const record = this.#take("journal", position);
		if (record) return record;
		const copy = this.#take("mirror", position);
		if (!copy) throw damagedInBoth(`the record at ${describe(position)}`);
		this.repair(segmentOf(position));
		return copy;
	}

	/** Records from `from` to the end, oldest first. */
	*scan(from: Position): IterableIterator<JournalRecord<T>> {
		for (let at = this.#skip(from); at < this.end; ) {
			const record = this.read(at);
			yield record;
			at = this.#skip(record.next);
		}
	}

	/**
	 * Reads what follows `from`, a place that was the end once, and finds the end.
	 * @param nextSequence undefined for whatever the first record has
	 * @throws {JournalError} on damage in both copies
	 */
	recover(from: Position, nextSequence: number | undefined, onRecord: (record: JournalRecord<T>) => void): void {
		this.end = from;
		this.mirrored = from;
		this.nextSequence = nextSequence ?? 1;
		this.#demandUpTo(from);
		for (let at = from; ; ) {
			const segment = segmentOf(at);
			const own = this.#take("journal", at);
			const record = own ?? this.#take("mirror", at);
			if (record && nextSequence === undefined && at === from) this.nextSequence = record.sequence;
			if (record && record.sequence === this.nextSequence) {
				if (!own) this.repair(segment);
				onRecord(record);
				at = record.next;
				this.end = at;
				this.nextSequence++;
			} else if (record) throw damagedInBoth(`record ${this.nextSequence}`);
			else if (!this.#reaches(at) && offsetOf(at) > 0 && this.#reaches(positionOf(segment + 1, 0)))
				at = positionOf(segment + 1, 0);
			else {
				this.#setTornAside(at);
				return;
			}
		}
	}

	/** Brings the second copy up to the end of the first. @throws {JournalError} when a new record is damaged already */
	catchUpMirror(): void {
		while (this.mirrored < this.end) {
			const segment = segmentOf(this.mirrored);
			const begin = this.mirrored;
			let at = begin;
			while (at < this.end && this.#reaches(at)) {
				const frame = this.#frame("journal", at);
				if (!frame) throw damagedInBoth(`the record at ${describe(at)}`);
				at += frame.length;
			}
			if (at > begin) this.#copy(segment, offsetOf(begin), offsetOf(at));
			this.mirrored = at < this.end ? positionOf(segment + 1, 0) : at;
		}
	}

	/** Removes both copies of all segments before this one, oldest first: after a power cut the rest is found by this very walk. */
	removeBefore(segment: number): void {
		const files = (each: number) =>
			COPIES.map(copy => segmentName(copy, each)).filter(name => this.#storage.size(name) !== undefined);
		let oldest = segment;
		while (oldest > 1 && files(oldest - 1).length > 0) oldest--;
		for (let each = oldest; each < segment; each++) for (const name of files(each)) this.#storage.remove(name);
	}

	/** Makes both copies of a segment of what is undamaged in either. @throws {JournalError} when a frame is damaged in both */
	repair(segment: number): void {
		let whole: Uint8Array = new Uint8Array(0);
		const bad = new Set<Copy>();
		for (const { position, frame, damaged } of this.inspect(segment)) {
			if (!frame && this.#isFollowed(position)) throw damagedInBoth(`the record at ${describe(position)}`);
			if (!frame) break;
			for (const copy of damaged) bad.add(copy);
			whole = concat(whole, frame);
		}
		for (const copy of bad) {
			this.#storage.replace(segmentName(copy, segment), whole);
			this.#onRepair(`segment ${segment} of the ${copy} was damaged and has been repaired from its other copy`);
		}
	}

	/** Each frame of a segment with the copies that do not have it; the last one is undefined where both are damaged. */
	*inspect(segment: number): IterableIterator<InspectedFrame> {
		for (let position = positionOf(segment, 0); this.#reaches(position); ) {
			const found = COPIES.map(copy => this.#take(copy, position));
			const good = COPIES.find((_, i) => found[i]);
			const damaged = COPIES.filter((copy, i) => !found[i] && (copy === "journal" || position < this.mirrored));
			if (!good) {
				yield { position, sequence: undefined, frame: undefined, damaged };
				return;
			}
			const { next, sequence } = found.find(each => each)!;
			const frame = this.#storage.read(segmentName(good, segment), offsetOf(position), next - position);
			yield { position, sequence, frame, damaged };
			position = next;
		}
	}

	/** What lies before this place was on the medium in both copies once. */
	#demandUpTo(position: Position): void {
		const [first, second] = COPIES.map(copy => this.#storage.size(segmentName(copy, segmentOf(position))) ?? 0);
		if (first! >= offsetOf(position)) return;
		if (second! < offsetOf(position)) throw damagedInBoth(`segment ${segmentOf(position)}`);
		this.repair(segmentOf(position));
	}

	/** The place itself, or the beginning of the next segment when its own ends there. */
	#skip(position: Position): Position {
		if (position >= this.end || this.#reaches(position)) return position;
		return positionOf(segmentOf(position) + 1, 0);
	}

	/** Whether a copy has bytes behind this place. */
	#reaches(position: Position): boolean {
		return COPIES.some(copy => (this.#storage.size(segmentName(copy, segmentOf(position))) ?? 0) > offsetOf(position));
	}

	#take(copy: Copy, position: Position): JournalRecord<T> | undefined {
		const frame = this.#frame(copy, position);
		const opened = frame && this.#open(frame.sequence, frame.payload);
		return opened && { position, next: position + frame.length, sequence: frame.sequence, value: opened.value };
	}

	#frame(copy: Copy, position: Position): Frame | undefined {
		const name = segmentName(copy, segmentOf(position));
		if ((this.#storage.size(name) ?? 0) <= offsetOf(position)) return undefined;
		return readFrame((at, length) => this.#storage.read(name, at, length), offsetOf(position));
	}

	#copy(segment: number, from: number, to: number): void {
		const [name, mirror] = [segmentName("journal", segment), segmentName("mirror", segment)];
		const size = this.#storage.size(mirror) ?? 0;
		if (size < from) {
			this.#storage.replace(mirror, this.#storage.read(name, 0, to));
			return;
		}
		if (size > from) this.#storage.truncate(mirror, from);
		this.#storage.append(mirror, this.#storage.read(name, from, to - from));
		this.#storage.flush(mirror);
	}

	#setTornAside(position: Position): void {
		if (COPIES.some(copy => this.#frame(copy, position)))
			throw new JournalError(
				`journal: record ${this.nextSequence} does not open: it was sealed by another device; restore this device's keys`,
			);
		if (this.#isFollowed(position)) throw damagedInBoth(`record ${this.nextSequence}`);
		for (const copy of COPIES) {
			const rest = this.#rest(copy, position);
			if (rest.length === 0) continue;
			this.#storage.replace(`${copy}.torn`, rest);
			this.#storage.truncate(segmentName(copy, segmentOf(position)), offsetOf(position));
		}
	}

	/** Whether a whole frame lies anywhere behind this place, so that what lies here cannot be the last. */
	#isFollowed(position: Position): boolean {
		const next = positionOf(segmentOf(position) + 1, 0);
		return COPIES.some(copy => holdsFrame(this.#rest(copy, position)) || holdsFrame(this.#rest(copy, next)));
	}

	#rest(copy: Copy, position: Position): Uint8Array {
		const name = segmentName(copy, segmentOf(position));
		const length = (this.#storage.size(name) ?? 0) - offsetOf(position);
		return length > 0 ? this.#storage.read(name, offsetOf(position), length) : new Uint8Array(0);
	}
}

function describe(position: Position): string {
	return `segment ${segmentOf(position)}, byte ${offsetOf(position)}`;
}

function damagedInBoth(what: string): JournalError {
	return new JournalError(
		`journal: ${what} is damaged in both copies; put the files back from a copy, or move them away and tell the bank`,
	);
}
