import { readUint } from "../bytes/bytes.js";
import { formatHex } from "../bytes/hex.js";
import { maskPan } from "../bytes/pan.js";
import { Iso8583Error } from "./iso8583/iso8583Error.js";

/**
 * Field 55 as a flat list of BER-TLV data objects (ISO/IEC 8825-1): tag in hexadecimal, value. What the objects mean is
 * not the host link's business; templates are not opened.
 * @throws {Iso8583Error} when the objects do not fill the field exactly
 */
export function decodeIccData(bytes: Uint8Array): ReadonlyMap<string, Uint8Array> {
	const objects = new Map<string, Uint8Array>();
	for (let at = 0; at < bytes.length; ) {
		const tagEnd = endOfTag(bytes, at);
		const first = bytes[tagEnd];
		if (first === undefined) throw new Iso8583Error("field 55: a data object has no length");
		const lengthBytes = first < 0x80 ? 0 : first - 0x80;
		const start = tagEnd + 1 + lengthBytes;
		if (first === 0x80 || lengthBytes > 2 || start > bytes.length)
			throw new Iso8583Error("field 55: a data object has a malformed length");
		const end = start + (lengthBytes ? readUint(bytes, tagEnd + 1, lengthBytes) : first);
		if (end > bytes.length) throw new Iso8583Error("field 55: it ends inside a data object");
		const tag = formatHex(bytes.subarray(at, tagEnd));
		if (objects.has(tag)) throw new Iso8583Error(`field 55: tag ${tag} occurs twice`);
		objects.set(tag, bytes.slice(start, end));
		at = end;
	}
	return objects;
}

/** For logs: every data object, those that identify the cardholder masked. */
export function formatIccData(bytes: Uint8Array): string {
	let objects: ReadonlyMap<string, Uint8Array>;
	try {
		objects = decodeIccData(bytes);
	} catch {
		return `[${bytes.length} bytes that are not data objects]`;
	}
	let text = "";
	for (const [tag, value] of objects) text += `${text && " "}${tag}=${formatObject(tag, value)}`;
	return text;
}

// Track 1 and 2 equivalents, names and discretionary data; a template may hold any of them.
const HIDDEN_TAGS = Object.freeze(["56", "57", "5F20", "9F0B", "9F1F", "9F20", "9F6B"]);
const TAG_5A_PAN = "5A";

function formatObject(tag: string, value: Uint8Array): string {
	const constructed = (Number.parseInt(tag.slice(0, 2), 16) & 0x20) !== 0;
	if (constructed || HIDDEN_TAGS.includes(tag)) return `[${value.length} bytes]`;
	return tag === TAG_5A_PAN ? maskPan(formatHex(value).replace(/F+$/, "")) : formatHex(value);
}

function endOfTag(bytes: Uint8Array, at: number): number {
	let end = at + 1;
	if ((bytes[at]! & 0x1f) !== 0x1f) return end;
	while (bytes[end]! & 0x80) end++;
	return end + 1;
}
