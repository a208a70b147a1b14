import { asciiBytes, latin1Text } from "../bytes/bytes.js";
import { decodeCbor, encodeCbor } from "../bytes/cbor.js";
import type { Crypto, Storage } from "../ports.js";
import {
	BEFORE_FIRST,
	type ChainEntry,
	type ChainHead,
	type ChainKind,
	type ChainPlace,
	HashChain,
	makeEntry,
	placeBefore,
} from "./hashChain.js";
import type { RecordSeal } from "./recordCodec.js";

const LINE_FEED = 10;
const READ_LENGTH = 4096;

/** How a log lies on the medium: `FILE.head`, and `FILE` or, of a log that forgets its oldest entries, `FILE.NNNNNN`. */
export interface LogKind<E, S> extends ChainKind<E, S> {
	readonly file: string;
	/** Absent: nothing is ever forgotten. */
	readonly segments?: { readonly bytes: number; readonly most: number };
	/** Of a terminal without keys, whose head nobody could seal. */
	isKeyless(state: S): boolean;
}

/** What the log must hold, kept apart from it: a line that was taken off its end is missed. */
interface Head<S> extends ChainHead<S> {
	/** Bytes of the newest segment. */
	readonly length: number;
	readonly segment?: number;
	/** Where the oldest segment that is kept begins. */
	readonly base?: { readonly segment: number; readonly number: number; readonly hash: string };
}

export interface LogPorts {
	readonly storage: Storage;
	readonly crypto: Crypto;
	/** Absent while the terminal has no keys. */
	readonly seal?: RecordSeal | undefined;
}

/** What a reading of the whole log has found. */
export interface LogReport {
	/** Number of the newest. */
	readonly entries: number;
	/** One sentence each; empty when all is whole. */
	readonly problems: readonly string[];
}

/**
 * Events of one kind, one line of JSON each, every line with the hash of the one before it. Lines are only ever appended.
 * Number and hash of the newest, and what all of them come to, lie under the journal key beside it, so that neither a changed
 * nor a missing line goes unnoticed as long as the terminal has its keys.
 */
export class ChainedLog<E, S> {
	readonly #kind: LogKind<E, S>;
	readonly #ports: LogPorts;
	#head: Head<S>;
	/** What was wrong when it was opened; a reading of the whole log may find more. */
	readonly found: readonly string[];
	/** Nothing of it was on the medium. */
	readonly isNew: boolean;

	/** Reads what boot needs. What a power cut left of a line is removed; what was changed stays, and `verify` tells of it. */
	constructor(kind: LogKind<E, S>, ports: LogPorts) {
		this.#kind = kind;
		this.#ports = ports;
		const { storage, seal } = ports;
		const kept = this.#readHead();
		const isShorter = kept !== undefined && (storage.size(this.#file(kept.segment)) ?? 0) < kept.length;
		const { head, problems } = this.#walk(kept && !isShorter ? kept : this.#beginning(kept));
		this.#cutTornLine(head);
		// What was removed has happened all the same.
		this.#head = isShorter ? { ...head, number: kept.number, hash: kept.hash, state: kept.state } : head;
		if (isShorter) problems.push(`the log ended before entry ${kept.number}: lines were removed`);
		// A terminal that has its keys sealed the head before the first line was written.
		if (!kept && head.number > 0 && seal && !kind.isKeyless(head.state))
			problems.push("what the log must hold was removed: the log may have been exchanged");
		this.found = problems;
		this.isNew = !kept && head.number === 0;
		if (head.length !== kept?.length || head.segment !== kept?.segment) this.#writeHead();
		this.#removeForgotten();
	}

	get state(): S {
		return this.#head.state;
	}

	/** Number and hash of the newest entry, for an alert to the bank: it can tell later whether the log still holds it. */
	get newest(): { readonly number: number; readonly hash: string } {
		return { number: this.#head.number, hash: this.#head.hash };
	}

	/** The newest entry that was forgotten; number 0 when none was. */
	get base(): ChainPlace {
		const { number, hash } = this.#head.base ?? BEFORE_FIRST;
		return { number, hash };
	}

	/** On the medium when this returns. @param at milliseconds since 1970 */
	append(at: number, event: E): ChainEntry<E> {
		const { storage, crypto } = this.#ports;
		const { entry, line } = makeEntry(crypto, this.#head, at, event);
		const bytes = asciiBytes(`${line}\n`);
		const place = this.#nextPlace();
		this.#cutTornLine(place); // part of a line for which the storage had no room
		const file = this.#file(place.segment);
		storage.append(file, bytes);
		storage.flush(file);
		this.#head = {
			...place,
			number: entry.number,
			hash: entry.hash,
			length: place.length + bytes.length,
			state: this.#kind.after(this.#head.state, event, entry),
		};
		this.#writeHead();
		this.#removeForgotten();
		return entry;
	}

	/** All lines that are kept, oldest first, read one by one. */
	*lines(): IterableIterator<string> {
		for (const { line } of this.#linesFrom(this.#head.base?.segment, 0)) yield line;
	}

	/** Reads every line. */
	verify(): LogReport {
		const { head, problems } = this.#walk(this.#beginning(this.#head));
		const { number, hash } = this.#head;
		if (head.number !== number || head.hash !== hash)
			problems.push(`the log ends with entry ${head.number}, and not with entry ${number} as it was written`);
		return { entries: head.number, problems: [...new Set([...this.found, ...problems])] };
	}

	/** Before the oldest line that is kept. @param kept what is known of it */
	#beginning(kept: Head<S> | undefined): Head<S> {
		const { start, segments } = this.#kind;
		if (!segments) return { ...BEFORE_FIRST, length: 0, state: start };
		const base = kept?.base ?? this.#claimedBase();
		return { number: base.number, hash: base.hash, segment: base.segment, base, length: 0, state: start };
	}

	/** Without a head nobody knows what was forgotten: the oldest line that is there says what it follows on. */
	#claimedBase(): NonNullable<Head<S>["base"]> {
		const segment = this.#oldestSegment();
		if (segment > 0)
			for (const { line } of linesOf(this.#ports.storage, this.#file(segment), 0))
				return { ...placeBefore(line), segment };
		return { ...BEFORE_FIRST, segment };
	}

	/** From a known place to the end. */
	#walk(from: Head<S>): { head: Head<S>; problems: string[] } {
		const chain = new HashChain(this.#kind, from);
		let { length, segment } = from;
		for (const { line, end, at } of this.#linesFrom(from.segment, from.length)) {
			chain.take(this.#ports.crypto, line);
			[length, segment] = [end, at];
		}
		const place = segment === undefined ? {} : { segment, base: from.base! };
		return { head: { ...place, ...chain.head, length }, problems: chain.problems };
	}

	*#linesFrom(
		first: number | undefined,
		from: number,
	): IterableIterator<{ line: string; end: number; at: number | undefined }> {
		const { storage } = this.#ports;
		for (let at = first, begin = from; ; at = at! + 1, begin = 0) {
			const file = this.#file(at);
			if (at !== first && storage.size(file) === undefined) return;
			for (const { line, end } of linesOf(storage, file, begin)) yield { line, end, at };
			if (at === undefined) return;
		}
	}

	/** Where the next line goes; when a segment is full, a new one, and the oldest is forgotten. */
	#nextPlace(): Pick<Head<S>, "segment" | "base" | "length"> {
		const { segments } = this.#kind;
		const { segment, base, length } = this.#head;
		if (!segments || segment === undefined || !base) return { length };
		if (length < segments.bytes) return { segment, base, length };
		const next = segment + 1;
		let oldest = base;
		while (next - oldest.segment >= segments.most) oldest = this.#behind(oldest);
		return { segment: next, base: oldest, length: 0 };
	}

	/** Where the segment after this one begins. */
	#behind({ segment, number, hash }: NonNullable<Head<S>["base"]>): NonNullable<Head<S>["base"]> {
		const chain = new HashChain(this.#kind, { number, hash, state: this.#kind.start });
		for (const { line } of linesOf(this.#ports.storage, this.#file(segment), 0)) chain.take(this.#ports.crypto, line);
		return { segment: segment + 1, number: chain.head.number, hash: chain.head.hash };
	}

	/** A line without its end: its write never returned. */
	#cutTornLine({ segment, length }: Pick<Head<S>, "segment" | "length">): void {
		const { storage } = this.#ports;
		const file = this.#file(segment);
		if ((storage.size(file) ?? 0) > length) storage.truncate(file, length);
	}

	#removeForgotten(): void {
		const { base } = this.#head;
		if (!base) return;
		for (let segment = base.segment - 1; ; segment--) {
			const file = this.#file(segment);
			if (segment < 0 || this.#ports.storage.size(file) === undefined) return;
			this.#ports.storage.remove(file);
		}
	}

	#oldestSegment(): number {
		const { file } = this.#kind;
		const numbers = this.#ports.storage
			.list()
			.filter(name => name.startsWith(`${file}.`) && /^[0-9]{6}$/.test(name.slice(file.length + 1)))
			.map(name => Number(name.slice(file.length + 1)));
		return numbers.length ? Math.min(...numbers) : 0;
	}

	#file(segment: number | undefined): string {
		const { file } = this.#kind;
		return segment === undefined ? file : `${file}.${String(segment).padStart(6, "0")}`;
	}

	get #headFile(): string {
		return `${this.#kind.file}.head`;
	}

	/** Without keys the head is in the clear: it still finds a torn line, but proves nothing. */
	#writeHead(): void {
		const { storage, seal } = this.#ports;
		const plain = encodeCbor(this.#head);
		storage.replace(this.#headFile, seal ? seal.close(plain) : plain);
	}

	#readHead(): Head<S> | undefined {
		const { storage, seal } = this.#ports;
		const size = storage.size(this.#headFile);
		if (size === undefined) return undefined;
		const bytes = storage.read(this.#headFile, 0, size);
		const opened = seal?.open(bytes);
		if (opened) return decodeCbor(opened) as Head<S>;
		try {
			const head = decodeCbor(bytes) as Head<S>;
			// In the clear only where there were no keys to seal it.
			return typeof head.number === "number" && this.#kind.isKeyless(head.state) ? head : undefined;
		} catch {
			return undefined;
		}
	}
}

/** Whole lines of a file, each with the offset behind it. */
function* linesOf(storage: Storage, file: string, from: number): IterableIterator<{ line: string; end: number }> {
	const size = storage.size(file) ?? 0;
	let text = "";
	for (let at = from; at < size; at += READ_LENGTH) {
		const bytes = storage.read(file, at, Math.min(READ_LENGTH, size - at));
		let begin = 0;
		for (let feed = bytes.indexOf(LINE_FEED); feed >= 0; feed = bytes.indexOf(LINE_FEED, begin)) {
			yield { line: text + latin1Text(bytes.subarray(begin, feed)), end: at + feed + 1 };
			text = "";
			begin = feed + 1;
		}
		text += latin1Text(bytes.subarray(begin));
	}
}
