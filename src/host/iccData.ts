import { formatHex } from "../bytes/hex.js";
import { holdsPan, maskPan } from "../bytes/pan.js";
import { TlvError, tlvObjects } from "../bytes/tlv.js";
import { Iso8583Error } from "./iso8583/iso8583Error.js";

/**
 * Field 55 as a flat list of BER-TLV data objects: tag in hexadecimal, value. What the objects mean is not the host link's
 * business; templates are not opened.
 * @throws {Iso8583Error} when the objects do not fill the field exactly
 */
export function decodeIccData(bytes: Uint8Array): ReadonlyMap<string, Uint8Array> {
	const found = new Map<string, Uint8Array>();
	try {
		const objects = tlvObjects(bytes);
		for (let i = 0; i < objects.length; i += 3) {
			const tag = objects[i]!.toString(16).toUpperCase().padStart(2, "0");
			if (found.has(tag)) throw new Iso8583Error(`field 55: tag ${tag} occurs twice`);
			found.set(tag, bytes.slice(objects[i + 1]!, objects[i + 1]! + objects[i + 2]!));
		}
	} catch (error) {
		if (error instanceof TlvError) throw new Iso8583Error(`field 55: ${error.message}`);
		throw error;
	}
	return found;
}

/** Tags as a profile writes them, "9F26", as numbers. */
export function iccTags(tags: readonly string[]): number[] {
	return tags.map(tag => Number.parseInt(tag, 16));
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
	const text = formatHex(value);
	if (tag === TAG_5A_PAN) return maskPan(text.replace(/F+$/, ""));
	return holdsPan(text) ? `[${value.length} bytes]` : text; // a card may put its number under any tag
}
