import { asciiBytes } from "../bytes/bytes.js";
import { formatHex } from "../bytes/hex.js";
import type { Crypto } from "../ports.js";
import { afterEvent, type IncidentEvent, type IncidentState, isIncidentEvent, NO_INCIDENTS } from "./incident.js";

/** One line of the log. Its hash covers everything before it in the line, the hash of the line before included. */
export interface IncidentEntry {
	/** From 1, without gaps. */
	readonly number: number;
	/** Milliseconds since 1970-01-01 00:00 UTC. */
	readonly at: number;
	readonly event: IncidentEvent;
	/** SHA-256 in hexadecimal; 64 zeros before the first. */
	readonly previous: string;
	readonly hash: string;
}

/** What all lines up to one come to. */
export interface ChainHead {
	readonly number: number;
	readonly hash: string;
	readonly state: IncidentState;
}

export const NO_ENTRIES: ChainHead = Object.freeze({ number: 0, hash: "0".repeat(64), state: NO_INCIDENTS });

const HASH_MEMBER = ',"hash":"';
/** `,"hash":"`, 64 digits, `"}`. */
const TAIL_LENGTH = HASH_MEMBER.length + 64 + 2;

/** The entry and its line, without a line feed. */
export function makeEntry(
	crypto: Crypto,
	before: ChainHead,
	at: number,
	event: IncidentEvent,
): { readonly entry: IncidentEntry; readonly line: string } {
	const body = { number: before.number + 1, at, event, previous: before.hash };
	const covered = JSON.stringify(body).slice(0, -1);
	const hash = formatHex(crypto.sha256(asciiBytes(covered)));
	return { entry: { ...body, hash }, line: `${covered}${HASH_MEMBER}${hash}"}` };
}

/** Follows a log line by line: what it holds so far, and everything that is wrong with it. */
export class IncidentChain {
	#number: number;
	#hash: string;
	#state: IncidentState;
	readonly problems: string[] = [];

	/** @param from what is known of the lines before the first that will be taken */
	constructor(from: ChainHead) {
		this.#number = from.number;
		this.#hash = from.hash;
		this.#state = from.state;
	}

	get head(): ChainHead {
		return { number: this.#number, hash: this.#hash, state: this.#state };
	}

	/** After a line that is wrong it goes on behind that one, so that the next wrong one is found, too. */
	take(crypto: Crypto, line: string): void {
		const behind = this.#number;
		const entry = parseEntry(line);
		const wrong = entry ? this.#whyWrong(crypto, entry, line) : "is no entry of an incident log";
		if (wrong) this.problems.push(`the line behind entry ${behind} ${wrong}`);
		if (!entry) return;
		this.#number = entry.number;
		this.#hash = entry.hash;
		this.#state = afterEvent(this.#state, entry.event, entry.number);
	}

	#whyWrong(crypto: Crypto, { number, previous, hash }: IncidentEntry, line: string): string | undefined {
		const covered = line.slice(0, -TAIL_LENGTH);
		if (formatHex(crypto.sha256(asciiBytes(covered))) !== hash) return "was changed";
		if (number !== this.#number + 1) return `has number ${number}`;
		return previous === this.#hash ? undefined : "does not belong there";
	}
}

/** @returns undefined when the line is none of an incident log */
export function parseEntry(line: string): IncidentEntry | undefined {
	// Only what this log writes: the hash is at the end, as it covers what is before it.
	if (!/^\{[ -~]*,"hash":"[0-9A-F]{64}"\}$/.test(line)) return undefined;
	let value: unknown;
	try {
		value = JSON.parse(line);
	} catch {
		return undefined;
	}
	const { number, at, event, previous, hash } = value as Partial<IncidentEntry>;
	const isEntry =
		Number.isSafeInteger(number) &&
		Number.isSafeInteger(at) &&
		/^[0-9A-F]{64}$/.test(String(previous)) &&
		isIncidentEvent(event);
	return isEntry ? { number: number!, at: at!, event, previous: previous!, hash: hash! } : undefined;
}
