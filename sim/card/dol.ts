import { formatHex } from "../../src/bytes/hex.js";

/** One entry of a data object list: what the terminal must send, in this many bytes (EMV 4.4 Book 3, 5.4). */
export interface DolEntry {
	/** Upper-case hexadecimal. */
	readonly tag: string;
	/** In bytes. */
	readonly length: number;
}

/** @throws {RangeError} when a tag or a length is cut off, or a length has more than one byte */
export function decodeDol(dol: Uint8Array): DolEntry[] {
	const entries: DolEntry[] = [];
	let at = 0;
	while (at < dol.length) {
		const start = at++;
		// EMV 4.4 Book 3, B1: five ones announce more tag bytes, the last of which has b8 clear.
		if ((dol[start]! & 0x1f) === 0x1f) while (dol[at++]! & 0x80);
		if (at >= dol.length) throw new RangeError("data object list is cut off");
		const length = dol[at]!;
		if (length > 127) throw new RangeError("data object list has a length of more than one byte");
		entries.push({ tag: formatHex(dol.subarray(start, at++)), length });
	}
	return entries;
}

/** Bytes that the terminal sends for the list. */
export function dolLength(entries: readonly DolEntry[]): number {
	return entries.reduce((sum, entry) => sum + entry.length, 0);
}

/**
 * Takes the concatenated values apart.
 * @param data exactly `dolLength(entries)` bytes
 * @returns value by tag; of a tag that is asked for twice, the last
 */
export function splitDolData(entries: readonly DolEntry[], data: Uint8Array): Map<string, Uint8Array> {
	const values = new Map<string, Uint8Array>();
	let at = 0;
	for (const { tag, length } of entries) {
		values.set(tag, data.slice(at, at + length));
		at += length;
	}
	return values;
}
