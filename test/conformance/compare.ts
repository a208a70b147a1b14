import { formatHex } from "../../src/bytes/hex.js";

/**
 * What an adapter got out of Kassa, by the names of the case format. Bytes compare as upper-case hexadecimal, undefined as
 * null; the classes below are for what a case may state in part.
 */
export type Got = Readonly<Record<string, unknown>>;

/** A case may state only the leftmost bytes: a key check value, a PIN block with random filler. */
export class Leftmost {
	readonly bytes: Uint8Array;

	constructor(bytes: Uint8Array) {
		this.bytes = bytes;
	}
}

/** What is known of a thing; a case states some of it, or only its `name`. */
export class Facts {
	readonly facts: Got;
	readonly fullName: string;

	constructor(facts: Got, fullName: string) {
		this.facts = facts;
		this.fullName = fullName;
	}
}

/** Data objects by tag, of which a case states some. */
export class DataObjectsOf {
	readonly lookUp: (tag: number) => Uint8Array | undefined;

	constructor(lookUp: (tag: number) => Uint8Array | undefined) {
		this.lookUp = lookUp;
	}
}

/** An outcome in words; the case may add an explanation behind one of them: "card_blocked_or_…". */
export class Words {
	readonly alternatives: readonly string[];

	constructor(...alternatives: readonly string[]) {
		this.alternatives = alternatives;
	}
}

/** Compares exactly the keys that `expected` has; what is inside them compares whole. */
export function holds(expected: Got, got: Got): boolean {
	return Object.keys(expected).every(key => same(expected[key], got[key]));
}

function same(expected: unknown, got: unknown): boolean {
	if (got instanceof Uint8Array) return expected === formatHex(got);
	if (got instanceof Leftmost)
		return typeof expected === "string" && expected.length > 0 && formatHex(got.bytes).startsWith(expected);
	if (got instanceof Words)
		return got.alternatives.some(
			words => expected === words || (typeof expected === "string" && expected.startsWith(`${words}_`)),
		);
	if (got instanceof Facts) return isObject(expected) ? holds(expected, got.facts) : expected === got.fullName;
	if (got instanceof DataObjectsOf)
		return (
			isObject(expected) &&
			Object.keys(expected).every(tag => same(expected[tag], got.lookUp(Number.parseInt(tag, 16))))
		);
	if (Array.isArray(expected))
		return Array.isArray(got) && got.length === expected.length && expected.every((value, i) => same(value, got[i]));
	if (isObject(expected)) {
		if (!isObject(got)) return false;
		const names = Object.keys(got).filter(name => got[name] !== undefined);
		return names.length === Object.keys(expected).length && holds(expected, got);
	}
	return (expected ?? null) === (got ?? null);
}

/** One line, as the case would state it. */
export function format(expected: Got, got: Got): string {
	const stated = Object.fromEntries(Object.keys(expected).map(key => [key, plain(got[key])]));
	return JSON.stringify(stated);
}

function plain(value: unknown): unknown {
	if (value === undefined) return null;
	if (value instanceof Uint8Array) return formatHex(value);
	if (value instanceof Leftmost) return formatHex(value.bytes);
	if (value instanceof Words) return value.alternatives.join("|");
	if (value instanceof Facts) return plain(value.facts);
	if (value instanceof DataObjectsOf) return "data objects";
	if (Array.isArray(value)) return value.map(plain);
	if (isObject(value)) return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, plain(inner)]));
	return value;
}

function isObject(value: unknown): value is Got {
	return typeof value === "object" && value !== null && !Array.isArray(value);
}
