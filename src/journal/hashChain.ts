import { asciiBytes } from "../bytes/bytes.js";
import { formatHex } from "../bytes/hex.js";
import { jsonText } from "../bytes/jsonText.js";
import type { Crypto } from "../ports.js";

/** One line of a log. Its hash covers everything before it in the line, the hash of the line before included. */
export interface ChainEntry<E> {
	/** From 1, without gaps. */
	readonly number: number;
	/** Milliseconds since 1970-01-01 00:00 UTC. */
	readonly at: number;
	readonly event: E;
	/** SHA-256 in hexadecimal; 64 zeros before the first. */
	readonly previous: string;
	readonly hash: string;
}

/** A place in a chain. */
export interface ChainPlace {
	/** Of the entry before it. */
	readonly number: number;
	readonly hash: string;
}

/** What all lines up to one come to. */
export interface ChainHead<S> extends ChainPlace {
	readonly state: S;
}

/** What a log is about. */
export interface ChainKind<E, S> {
	/** In a sentence: "an incident log". */
	readonly called: string;
	/** Before the first event. */
	readonly start: S;
	isEvent(value: unknown): value is E;
	after(state: S, event: E, entry: Pick<ChainEntry<E>, "number" | "at">): S;
}

export const BEFORE_FIRST: ChainPlace = Object.freeze({ number: 0, hash: "0".repeat(64) });

const HASH_MEMBER = ',"hash":"';
/** `,"hash":"`, 64 digits, `"}`. */
const TAIL_LENGTH = HASH_MEMBER.length + 64 + 2;

/** The entry and its line, without a line feed. */
export function makeEntry<E>(
	crypto: Crypto,
	before: ChainPlace,
	at: number,
	event: E,
): { readonly entry: ChainEntry<E>; readonly line: string } {
	const body = { number: before.number + 1, at, event, previous: before.hash };
	const covered = jsonText(body).slice(0, -1);
	const hash = formatHex(crypto.sha256(asciiBytes(covered)));
	return { entry: { ...body, hash }, line: `${covered}${HASH_MEMBER}${hash}"}` };
}

/** What a line says of itself that it follows on: to be believed by whoever can hold that against something else. */
export function placeBefore(line: string): ChainPlace {
	const [, number] = /^\{"number":([0-9]{1,15}),/.exec(line) ?? [];
	const [, hash] = /"previous":"([0-9A-F]{64})","hash"/.exec(line) ?? [];
	return number && hash ? { number: Number(number) - 1, hash } : BEFORE_FIRST;
}

/** Follows a log line by line: what it holds so far, and everything that is wrong with it. */
export class HashChain<E, S> {
	readonly #kind: ChainKind<E, S>;
	#number: number;
	#hash: string;
	#state: S;
	readonly problems: string[] = [];

	/** @param from what is known of the lines before the first that will be taken */
	constructor(kind: ChainKind<E, S>, from: ChainHead<S>) {
		this.#kind = kind;
		this.#number = from.number;
		this.#hash = from.hash;
		this.#state = from.state;
	}

	get head(): ChainHead<S> {
		return { number: this.#number, hash: this.#hash, state: this.#state };
	}

	/** After a line that is wrong it goes on behind that one, so that the next wrong one is found, too. */
	take(crypto: Crypto, line: string): ChainEntry<E> | undefined {
		const behind = this.#number;
		const entry = parseEntry(line, this.#kind);
		const wrong = entry ? this.#whyWrong(crypto, entry, line) : `is no entry of ${this.#kind.called}`;
		if (wrong) this.problems.push(`the line behind entry ${behind} ${wrong}`);
		if (!entry) return undefined;
		this.#number = entry.number;
		this.#hash = entry.hash;
		this.#state = this.#kind.after(this.#state, entry.event, entry);
		return entry;
	}

	#whyWrong(crypto: Crypto, { number, previous, hash }: ChainEntry<E>, line: string): string | undefined {
		const covered = line.slice(0, -TAIL_LENGTH);
		if (formatHex(crypto.sha256(asciiBytes(covered))) !== hash) return "was changed";
		if (number !== this.#number + 1) return `has number ${number}`;
		return previous === this.#hash ? undefined : "does not belong there";
	}
}

/** The entry of a line; undefined when it is none. Its hash has not been checked then. */
export function parseEntry<E>(line: string, kind: Pick<ChainKind<E, unknown>, "isEvent">): ChainEntry<E> | undefined {
	// Only what this log writes: the hash is at the end, as it covers what is before it.
	if (!/^\{[ -~]*,"hash":"[0-9A-F]{64}"\}$/.test(line)) return undefined;
	let value: unknown;
	try {
		value = JSON.parse(line);
	} catch {
		return undefined;
	}
	const { number, at, event, previous, hash } = value as Partial<ChainEntry<unknown>>;
	const isEntry = Number.isSafeInteger(number) && Number.isSafeInteger(at) && /^[0-9A-F]{64}$/.test(String(previous));
	if (!isEntry || !kind.isEvent(event)) return undefined;
	return { number: number!, at: at!, event, previous: previous!, hash: hash! };
}
