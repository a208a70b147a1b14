import { encodeCbor } from "../bytes/cbor.js";
import { holdsPan, maskPan } from "../bytes/pan.js";
import type { JournalEntry } from "../journal/entries.js";

/** Byte strings that open nothing and name no card but by a token; every other one stays in the terminal. */
const PUBLIC_BYTES: readonly string[] = Object.freeze([
	"cardLink",
	"scriptResults",
	"aid",
	"tvr",
	"tsi",
	"cvmResults",
	"applicationCryptogram",
	"cryptogramInformation",
	"atc",
]);

/** A journal record as it may leave the terminal: CBOR of its entries without sealed values, card numbers masked. */
export function encodePublicRecord(entries: readonly JournalEntry[]): Uint8Array {
	return encodeCbor(entries.map(publicValue));
}

function publicValue(value: unknown): unknown {
	if (typeof value === "string") return withoutPan(value);
	if (Array.isArray(value)) return value.map(publicValue);
	if (typeof value !== "object" || value === null || value instanceof Uint8Array) return value;
	const result: Record<string, unknown> = {};
	for (const [name, member] of Object.entries(value as Readonly<Record<string, unknown>>)) {
		if (member === undefined || (member instanceof Uint8Array && !PUBLIC_BYTES.includes(name))) continue;
		result[name] = publicValue(member);
	}
	return result;
}

/** A cash register may have put anything into its request key. */
function withoutPan(text: string): string {
	return text.replace(/[0-9]{14,}/g, digits => (holdsPan(digits) ? maskPan(digits) : digits));
}
