import { formatHex } from "../../src/bytes/hex.js";
import { isConstructed, tlvObjects } from "../../src/bytes/tlv.js";
import { decodeDol } from "../../src/emv/dol.js";
import {
	TAG_8C_CDOL1,
	TAG_8D_CDOL2,
	TAG_9F38_PDOL,
	TAG_9F49_DDOL,
	TAG_86_ISSUER_SCRIPT_COMMAND,
	TAG_97_TDOL,
} from "../../src/emv/tags.js";
import { commandNodes } from "./apduCommand.js";
import { interpret } from "./interpret.js";
import { byteCount, type DecodeContext, type DecodedNode, type Interpretation, notDecoded } from "./node.js";
import { DATA_ELEMENTS } from "./tables/dataElements.js";
import { wellFormed } from "./wellFormed.js";

/** A data object of one level, `at` its value's offset in the bytes. */
interface TlvObject {
	readonly tag: number;
	readonly at: number;
	readonly length: number;
}

// Book 3 and Book C nest four deep at most; a hostile input may nest once every two bytes.
const DEEPEST = 16;

/** BER-TLV data objects with what they say; templates opened. */
export function tlvNodes(bytes: Uint8Array, offset: number, context: DecodeContext, depth = 0): DecodedNode[] {
	const { accepted, stop } = wellFormed(bytes, objectsOf);
	const nodes = accepted.map(({ tag, at, length }) => {
		const value = bytes.subarray(at, at + length);
		if (!isConstructed(tag) || depth === DEEPEST) return elementNode(tag, value, offset + at, context);
		return { ...named(tag), offset: offset + at, children: tlvNodes(value, offset + at, context, depth + 1) };
	});
	if (!stop) return nodes;
	context.problems.push({ offset: offset + stop.at, sentence: stop.reason });
	return [...nodes, notDecoded(bytes.length - stop.at, offset + stop.at)];
}

/** A Data Object List: what the card asks for (EMV 4.4 Book 3, 5.4). */
export function dolNodes(bytes: Uint8Array, offset: number, context: DecodeContext): DecodedNode[] {
	const { accepted, stop } = wellFormed(bytes, dolEntries);
	const nodes: DecodedNode[] = accepted.map(([tag, length]) => ({ ...named(tag), value: byteCount(length) }));
	if (!stop) return nodes;
	context.problems.push({ offset: offset + stop.at, sentence: stop.reason });
	return [...nodes, notDecoded(bytes.length - stop.at, offset + stop.at)];
}

/** The values that a DOL asked for, taken apart; undefined when the DOL is not well-formed or asks for another length. */
export function dolDataNodes(
	dol: Uint8Array,
	data: Uint8Array,
	offset: number,
	context: DecodeContext,
): DecodedNode[] | undefined {
	const { accepted, stop } = wellFormed(dol, dolEntries);
	if (stop || accepted.reduce((sum, [, length]) => sum + length, 0) !== data.length) return undefined;
	let at = 0;
	return accepted.map(([tag, length]) => {
		const value = data.subarray(at, at + length);
		at += length;
		return elementNode(tag, value, offset + at - length, context);
	});
}

/** One data element that stands alone, its value interpreted by its tag. */
export function elementNode(tag: number, value: Uint8Array, offset: number, context: DecodeContext): DecodedNode {
	const { remark, ...said } = interpretNested(tag, value, offset, context) ?? interpret(tag, value, offset);
	const meaning = [said.meaning, remark ?? lengthRemark(tag, value.length)].filter(Boolean).join("; ");
	return { ...named(tag), value: formatHex(value), offset, ...said, ...(meaning && { meaning }) };
}

/** Elements whose value has a syntax of its own that may be broken. */
function interpretNested(
	tag: number,
	value: Uint8Array,
	offset: number,
	context: DecodeContext,
): Interpretation | undefined {
	if (DOL_TAGS.includes(tag)) return { children: dolNodes(value, offset, context) };
	if (tag === TAG_86_ISSUER_SCRIPT_COMMAND) return { children: commandNodes(value, offset, context) };
	return undefined;
}

// CDOL1, CDOL2, TDOL, PDOL, DDOL, Log Format.
const DOL_TAGS: readonly number[] = [TAG_8C_CDOL1, TAG_8D_CDOL2, TAG_97_TDOL, TAG_9F38_PDOL, TAG_9F49_DDOL, 0x9f4f];

/** As the Books print a tag. */
export function formatTag(tag: number): string {
	const digits = tag.toString(16).toUpperCase();
	return digits.length & 1 ? `0${digits}` : digits;
}

function named(tag: number): Pick<DecodedNode, "label" | "name"> {
	return { label: formatTag(tag), name: DATA_ELEMENTS.get(tag)?.name ?? "unknown" };
}

/** A card may send what it likes; a length that the Book rules out is worth a remark, and no reason to stop. */
function lengthRemark(tag: number, length: number): string | undefined {
	const { minimum, maximum } = DATA_ELEMENTS.get(tag) ?? {};
	if (minimum === undefined || maximum === undefined || (length >= minimum && length <= maximum)) return undefined;
	return `${byteCount(length)}, the Book says ${minimum === maximum ? minimum : `${minimum} to ${maximum}`}`;
}

function objectsOf(bytes: Uint8Array, from: number, to: number): TlvObject[] {
	const flat = tlvObjects(bytes, from, to);
	const objects: TlvObject[] = [];
	for (let i = 0; i < flat.length; i += 3) objects.push({ tag: flat[i]!, at: flat[i + 1]!, length: flat[i + 2]! });
	return objects;
}

function dolEntries(bytes: Uint8Array, from: number, to: number): [tag: number, length: number][] {
	const { tags, lengths } = decodeDol(bytes.subarray(from, to));
	return tags.map((tag, i) => [tag, lengths[i]!]);
}
