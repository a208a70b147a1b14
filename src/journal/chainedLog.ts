import { asciiBytes, latin1Text } from "../bytes/bytes.js";
import {
	BEFORE_FIRST,
	type ChainEntry,
	type ChainKind,
	type ChainPlace,
	HashChain,
	makeEntry,
	placeBefore,
} from "./hashChain.js";
import { type LogBase, type LogHead, LogHeadFile, type LogPorts } from "./logHead.js";
import { linesOf } from "./logLines.js";

/** How a log lies on the medium: in `FILE.head` and the segments `FILE.NNNNNN`, of which the oldest goes when there are too many. */
export interface LogKind<E, S> extends ChainKind<E, S> {
	readonly file: string;
	readonly segments: { readonly bytes: number; readonly most: number };
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
 * The newest line, and what all of them come to, lie under the journal key beside it and are written first: a line is an
 * entry because the head has it, and whatever else lies behind the newest one is not.
 */
export class ChainedLog<E, S> {
	readonly #kind: LogKind<E, S>;
	readonly #ports: LogPorts;
	readonly #headFile: LogHeadFile<S>;
	#head: LogHead<S>;
	/** What is on the medium vouches for `#head`. */
	#isKept: boolean;
	/** The newest line is in the head alone: the storage had no room for it at the start. */
	#isOwed = false;
	/** What was wrong when it was opened; a reading of the whole log may find more. */
	readonly found: readonly string[];
	/** Nothing of it was on the medium. */
	readonly isNew: boolean;

	/**
	 * Reads what boot needs, and writes the newest line where a power cut has left it out. A head that was lost is not
	 * replaced before something is appended: whoever finds `found` not empty appends that first, and no power cut parts the two.
	 */
	constructor(kind: LogKind<E, S>, ports: LogPorts) {
		this.#kind = kind;
		this.#ports = ports;
		this.#headFile = new LogHeadFile(kind.file, ports);
		const kept = this.#headFile.read();
		this.#isKept = kept?.isSealed ?? false;
		this.isNew = !kept && this.#oldestSegment() === undefined;
		if (kept) {
			this.#head = kept.head;
			this.found = this.#restoreNewest();
			this.#removeForgotten();
			return;
		}
		const { head, problems } = this.#walk(this.#beginning(this.#claimedBase()));
		this.#head = head;
		// A terminal that has its keys sealed the head before the first line was written.
		if (ports.seal && !this.isNew) problems.push("what the log must hold was removed: the log may have been exchanged");
		this.found = problems;
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
		const { number, hash } = this.#head.base;
		return { number, hash };
	}

	/** Has the medium vouch for the log from now on: one that is removed is missed. */
	keep(): void {
		if (this.#isKept) return;
		this.#headFile.write(this.#head);
		this.#isKept = true;
	}

	/** On the medium when this returns. @param at milliseconds since 1970 @throws {Error} without room: it has not happened then */
	append(at: number, event: E): ChainEntry<E> {
		const before = this.#head;
		if (this.#isOwed) this.#writeNewest(before);
		this.#isOwed = false;
		const { entry, line: text } = makeEntry(this.#ports.crypto, before, at, event);
		const line = `${text}\n`;
		const place = this.#nextPlace();
		const { number, hash } = entry;
		const state = this.#kind.after(before.state, event, entry);
		const head = {
			segment: place.segment,
			base: place.base,
			length: place.length + line.length,
			line,
			number,
			hash,
			state,
		};
		this.#headFile.write(head);
		try {
			this.#writeNewest(head);
		} catch (error) {
			this.#takeBack(head, before);
			throw error;
		}
		this.#head = head;
		this.#isKept = true;
		this.#removeForgotten();
		return entry;
	}

	/** All lines that are kept, oldest first, read one by one. */
	*lines(): IterableIterator<string> {
		for (const { line } of this.#linesFrom(this.#head.base.segment, this.#head)) yield line;
	}

	/** Reads every line. */
	verify(): LogReport {
		const { head, problems } = this.#walk(this.#beginning(this.#head.base), this.#head);
		const { number, hash } = this.#head;
		if (head.number !== number || head.hash !== hash)
			problems.push(`the log ends with entry ${head.number}, and not with entry ${number} as it was written`);
		if (this.#hasMore()) problems.push(addedBehind(number));
		return { entries: head.number, problems: [...new Set([...this.found, ...problems])] };
	}

	/** Before the oldest line that is kept. */
	#beginning(base: LogBase): LogHead<S> {
		const { number, hash, segment } = base;
		return { number, hash, segment, base, length: 0, line: "", state: this.#kind.start };
	}

	/** Without a head nobody knows what was forgotten: the oldest line that is there says what it follows on. */
	#claimedBase(): LogBase {
		const segment = this.#oldestSegment() ?? 0;
		if (segment > 0)
			for (const { line } of linesOf(this.#ports.storage, this.#file(segment)))
				return { ...placeBefore(line), segment };
		return { ...BEFORE_FIRST, segment };
	}

	/**
	 * What stands at the end of the log must be the newest line; nothing, or the part of it that a power cut has left, is
	 * completed. Anything else was put there by somebody: what was written takes its place.
	 */
	#restoreNewest(): readonly string[] {
		const head = this.#head;
		const { number, line, segment } = head;
		const begin = head.length - line.length;
		const size = this.#size(segment);
		if (size < begin) {
			const { head: found, problems } = this.#walk(this.#beginning(head.base));
			// What was removed has happened all the same.
			this.#head = { ...head, segment: found.segment, length: found.length, line: "" };
			return [...problems, `the log ended before entry ${number}: lines were removed`];
		}
		const isAdded = this.#hasMore();
		const there =
			size > begin
				? this.#ports.storage.read(this.#file(segment), begin, Math.min(size - begin, line.length))
				: NOTHING;
		const isWhole = latin1Text(there) === line;
		if (isWhole && !isAdded) return [];
		for (let next = segment + 1; this.#ports.storage.size(this.#file(next)) !== undefined; next++)
			this.#ports.storage.remove(this.#file(next));
		try {
			this.#writeNewest(head);
		} catch {
			this.#isOwed = true; // what makes room can be done all the same
		}
		if (isAdded) return [addedBehind(number)];
		return isTorn(there, line) ? [] : [`entry ${number} was changed`];
	}

	/** The line that the head has, at its place and with nothing behind it. */
	#writeNewest({ segment, length, line }: LogHead<S>): void {
		const { storage } = this.#ports;
		const file = this.#file(segment);
		this.#cut(segment, length - line.length);
		if (!line) return;
		storage.append(file, asciiBytes(line));
		storage.flush(file);
	}

	/** As far as the medium lets it: what it keeps is whole in any case, with the entry or without. */
	#takeBack({ segment, length, line }: LogHead<S>, before: LogHead<S>): void {
		try {
			this.#cut(segment, length - line.length);
			if (this.#isKept) this.#headFile.write(before);
		} catch {
			// The part of the line that is there goes with the head that is there.
		}
	}

	#cut(segment: number, length: number): void {
		if (this.#size(segment) > length) this.#ports.storage.truncate(this.#file(segment), length);
	}

	/** Something lies where the next line goes. */
	#hasMore(): boolean {
		const { segment, length } = this.#head;
		return this.#size(segment) > length || this.#size(segment + 1) > 0;
	}

	/** From a known place to the end. @param end absent: of all that is there */
	#walk(from: LogHead<S>, end?: LogHead<S>): { head: LogHead<S>; problems: string[] } {
		const chain = new HashChain(this.#kind, from);
		let { length, segment } = from;
		for (const { line, end: to, at } of this.#linesFrom(from.segment, end)) {
			chain.take(this.#ports.crypto, line);
			[length, segment] = [to, at];
		}
		return { head: { ...chain.head, segment, base: from.base, length, line: "" }, problems: chain.problems };
	}

	*#linesFrom(first: number, end?: LogHead<S>): IterableIterator<{ line: string; end: number; at: number }> {
		const { storage } = this.#ports;
		for (let at = first; end ? at <= end.segment : at === first || storage.size(this.#file(at)) !== undefined; at++) {
			const length = at === end?.segment ? end.length : undefined;
			for (const each of linesOf(storage, this.#file(at), length)) yield { ...each, at };
		}
	}

	/** Where the next line goes; when a segment is full, a new one, and the oldest is forgotten. */
	#nextPlace(): Pick<LogHead<S>, "segment" | "base" | "length"> {
		const { bytes, most } = this.#kind.segments;
		const { segment, base, length } = this.#head;
		if (length < bytes) return { segment, base, length };
		const next = segment + 1;
		let oldest = base;
		while (next - oldest.segment >= most) oldest = this.#behind(oldest);
		return { segment: next, base: oldest, length: 0 };
	}

	/** Where the segment after this one begins. */
	#behind({ segment, number, hash }: LogBase): LogBase {
		const chain = new HashChain(this.#kind, { number, hash, state: this.#kind.start });
		for (const { line } of linesOf(this.#ports.storage, this.#file(segment))) chain.take(this.#ports.crypto, line);
		return { segment: segment + 1, number: chain.head.number, hash: chain.head.hash };
	}

	#removeForgotten(): void {
		const { storage } = this.#ports;
		for (let segment = this.#head.base.segment - 1; segment >= 0; segment--) {
			const file = this.#file(segment);
			if (storage.size(file) === undefined) return;
			storage.remove(file);
		}
	}

	#oldestSegment(): number | undefined {
		const { file } = this.#kind;
		const numbers = this.#ports.storage
			.list()
			.filter(name => name.startsWith(`${file}.`) && /^[0-9]{6}$/.test(name.slice(file.length + 1)))
			.map(name => Number(name.slice(file.length + 1)));
		return numbers.length ? Math.min(...numbers) : undefined;
	}

	#size(segment: number): number {
		return this.#ports.storage.size(this.#file(segment)) ?? 0;
	}

	#file(segment: number): string {
		return `${this.#kind.file}.${String(segment).padStart(6, "0")}`;
	}
}

const NOTHING = new Uint8Array(0);

function addedBehind(number: number): string {
	return `something was added behind entry ${number}`;
}

/** The beginning of the line, and zeros where the medium had its length before its bytes. */
function isTorn(there: Uint8Array, line: string): boolean {
	let written = there.length;
	while (written > 0 && there[written - 1] === 0) written--;
	return line.startsWith(latin1Text(there.subarray(0, written)));
}
