import { asciiBytes, latin1Text } from "../bytes/bytes.js";
import { decodeCbor, encodeCbor } from "../bytes/cbor.js";
import type { RecordSeal } from "../journal/recordCodec.js";
import type { Crypto, Storage } from "../ports.js";
import { afterEvent, type IncidentEvent, type IncidentState, terminalState } from "./incident.js";
import { type ChainHead, IncidentChain, type IncidentEntry, makeEntry, NO_ENTRIES } from "./incidentEntry.js";

const LOG_FILE = "incidents";
const HEAD_FILE = "incidents.head";
const LINE_FEED = 10;
const READ_LENGTH = 4096;

/** What the log must hold, kept apart from it: a line that was taken off its end is missed. */
interface Head extends ChainHead {
	/** Bytes of the log. */
	readonly length: number;
}

const EMPTY: Head = Object.freeze({ ...NO_ENTRIES, length: 0 });

interface LogPorts {
	readonly storage: Storage;
	readonly crypto: Crypto;
	/** Absent while the terminal has no keys. */
	readonly seal?: RecordSeal | undefined;
}

/** What a reading of the whole log has found. */
export interface LogReport {
	readonly entries: number;
	/** One sentence each; empty when all is whole. */
	readonly problems: readonly string[];
}

/**
 * What happened to this terminal, one line of JSON each, every line with the hash of the one before it. Lines are only ever
 * appended. The newest number and hash lie under the journal key beside it, so that neither a changed nor a missing line
 * goes unnoticed as long as the terminal has its keys (docs/incidents.md).
 */
export class IncidentLog {
	readonly #ports: LogPorts;
	#head: Head;
	/** What was wrong when it was opened; a reading of the whole log may find more. */
	readonly found: readonly string[];

	/** Reads what boot needs. What a power cut left of a line is removed; what was changed stays, and `verify` tells of it. */
	constructor(ports: LogPorts) {
		this.#ports = ports;
		const { storage, seal } = ports;
		const kept = this.#readHead();
		const size = storage.size(LOG_FILE) ?? 0;
		const isShorter = kept !== undefined && size < kept.length;
		const { head, problems } = this.#walk(kept && !isShorter ? kept : EMPTY);
		if (size > head.length) storage.truncate(LOG_FILE, head.length); // a line without its end: its write never returned
		this.#head = head;
		if (isShorter) problems.push(`the log ended before entry ${kept.number}: lines were removed`);
		// A terminal that has its keys sealed the head before the first line was written.
		if (!kept && head.number > 0 && seal && terminalState(head.state) !== "zeroised")
			problems.push("what the log must hold was removed: the log may have been exchanged");
		this.found = problems;
		if (head.length !== kept?.length) this.#writeHead();
	}

	get state(): IncidentState {
		return this.#head.state;
	}

	/** Number and hash of the newest entry, for an alert to the bank: it can tell later whether the log still holds it. */
	get newest(): { readonly number: number; readonly hash: string } {
		return { number: this.#head.number, hash: this.#head.hash };
	}

	/** On the medium when this returns. @param at milliseconds since 1970 */
	append(at: number, event: IncidentEvent): IncidentEntry {
		const { storage, crypto } = this.#ports;
		const { entry, line } = makeEntry(crypto, this.#head, at, event);
		const bytes = asciiBytes(`${line}\n`);
		// Part of a line for which the storage had no room
		if ((storage.size(LOG_FILE) ?? 0) > this.#head.length) storage.truncate(LOG_FILE, this.#head.length);
		storage.append(LOG_FILE, bytes);
		storage.flush(LOG_FILE);
		this.#head = {
			number: entry.number,
			hash: entry.hash,
			length: this.#head.length + bytes.length,
			state: afterEvent(this.#head.state, event, entry.number),
		};
		this.#writeHead();
		return entry;
	}

	/** All lines, oldest first, read one by one: what `kassa incidents verify` takes. */
	*lines(): IterableIterator<string> {
		for (const { line } of this.#linesFrom(0)) yield line;
	}

	/** Reads every line. */
	verify(): LogReport {
		const { head, problems } = this.#walk(EMPTY);
		const { number, hash } = this.#head;
		if (head.number !== number || head.hash !== hash)
			problems.push(`the log ends with entry ${head.number}, and not with entry ${number} as it was written`);
		return { entries: head.number, problems: [...new Set([...this.found, ...problems])] };
	}

	/** From a known place to the end. */
	#walk(from: Head): { head: Head; problems: string[] } {
		const chain = new IncidentChain(from);
		let { length } = from;
		for (const { line, end } of this.#linesFrom(from.length)) {
			chain.take(this.#ports.crypto, line);
			length = end;
		}
		return { head: { ...chain.head, length }, problems: chain.problems };
	}

	*#linesFrom(from: number): IterableIterator<{ line: string; end: number }> {
		const { storage } = this.#ports;
		const size = storage.size(LOG_FILE) ?? 0;
		let text = "";
		for (let at = from; at < size; at += READ_LENGTH) {
			const bytes = storage.read(LOG_FILE, at, Math.min(READ_LENGTH, size - at));
			let begin = 0;
			for (let feed = bytes.indexOf(LINE_FEED); feed >= 0; feed = bytes.indexOf(LINE_FEED, begin)) {
				yield { line: text + latin1Text(bytes.subarray(begin, feed)), end: at + feed + 1 };
				text = "";
				begin = feed + 1;
			}
			text += latin1Text(bytes.subarray(begin));
		}
	}

	/** Without keys the head is in the clear: it still finds a torn line, but proves nothing. */
	#writeHead(): void {
		const { storage, seal } = this.#ports;
		const plain = encodeCbor(this.#head);
		storage.replace(HEAD_FILE, seal ? seal.close(plain) : plain);
	}

	#readHead(): Head | undefined {
		const { storage, seal } = this.#ports;
		const size = storage.size(HEAD_FILE);
		if (size === undefined) return undefined;
		const bytes = storage.read(HEAD_FILE, 0, size);
		const opened = seal?.open(bytes);
		if (opened) return decodeCbor(opened) as Head;
		try {
			const head = decodeCbor(bytes) as Head;
			// In the clear only where there were no keys to seal it: of a terminal that was zeroised.
			return typeof head.number === "number" && terminalState(head.state) === "zeroised" ? head : undefined;
		} catch {
			return undefined;
		}
	}
}
