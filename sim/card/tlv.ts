import { concat } from "../../src/bytes/bytes.js";
import { formatHex, parseHex } from "../../src/bytes/hex.js";

/**
 * BER-TLV as the card writes it (EMV 4.4 Book 3, Annex B). The card shares no codec with the terminal, so that a mistake
 * in one of them shows.
 * @param tag hexadecimal, as printed in the Books
 * @param parts the value, or the data objects of a template
 * @throws {RangeError} above 255 bytes, more than a card's response holds
 */
export function tlv(tag: string, ...parts: readonly Uint8Array[]): Uint8Array {
	const value = concat(...parts);
	if (value.length > 255) throw new RangeError(`tag ${tag} is longer than 255 bytes`);
	const length = value.length < 128 ? [value.length] : [0x81, value.length];
	return concat(parseHex(tag), Uint8Array.from(length), value);
}

export interface DataObject {
	/** Upper-case hexadecimal. */
	readonly tag: string;
	readonly value: Uint8Array;
}

/** Takes apart what `tlv` writes, templates unopened. @returns undefined when the objects do not fill `bytes` exactly */
export function decodeTlv(bytes: Uint8Array): DataObject[] | undefined {
	const objects: DataObject[] = [];
	let at = 0;
	while (at < bytes.length) {
		const start = at++;
		if ((bytes[start]! & 0x1f) === 0x1f) while (bytes[at++]! & 0x80);
		const tag = formatHex(bytes.subarray(start, at));
		const long = bytes[at] === 0x81;
		const length = bytes[long ? at + 1 : at];
		at += long ? 2 : 1;
		if (length === undefined || (!long && length > 127) || at + length > bytes.length) return undefined;
		objects.push({ tag, value: bytes.slice(at, at + length) });
		at += length;
	}
	return objects;
}
