import { concat } from "../../src/bytes/bytes.js";
import { formatHex } from "../../src/bytes/hex.js";
import { encodeLength, envelopeLength, FrameError, FrameReader, lengthOfFrame } from "../../src/host/frame.js";
import { decodeField, type FieldSpec } from "../../src/host/iso8583/field.js";
import { Iso8583Error } from "../../src/host/iso8583/iso8583Error.js";
import { decodeMessage } from "../../src/host/iso8583/message.js";
import { isoFieldNode } from "./isoField.js";
import { byteCount, type DecodeContext, type DecodedNode, notDecoded } from "./node.js";
import { MESSAGE_CLASSES, MESSAGE_FUNCTIONS } from "./tables/isoFields.js";

/** ISO 8583 messages by the profile; the frames around them, with or without their length, are taken off. */
export function isoNodes(bytes: Uint8Array, offset: number, context: DecodeContext): readonly DecodedNode[] {
	const frame = findFrame(bytes, context);
	if (!frame) return messageNodes(bytes, offset, context);
	const { envelopeAt, end } = frame;
	const spec = context.profile.frame;
	const messageAt = envelopeAt + envelopeLength(spec);
	const headerAt = messageAt - (spec.header?.length ?? 0) / 2;
	const hex = (from: number, to: number) => formatHex(bytes.subarray(from, to));
	const addresses = `to ${hex(envelopeAt + 1, envelopeAt + 3)}, from ${hex(envelopeAt + 3, envelopeAt + 5)}`;
	const tpdu = {
		label: "",
		name: "TPDU",
		value: hex(envelopeAt, headerAt),
		meaning: addresses,
		offset: offset + envelopeAt,
	};
	const nodes = [
		...(envelopeAt ? [{ label: "", name: "length", value: hex(0, envelopeAt), offset }] : []),
		...(spec.tpdu ? [tpdu] : []),
		...(spec.header ? [{ label: "", name: "header", value: hex(headerAt, messageAt), offset: offset + headerAt }] : []),
		...messageNodes(bytes.subarray(messageAt, end), offset + messageAt, context),
	];
	if (end > bytes.length) {
		const sentence = `the frame ends ${byteCount(end - bytes.length)} early`;
		context.problems.push({ offset: offset + bytes.length, sentence });
	}
	return end < bytes.length ? [...nodes, ...isoNodes(bytes.subarray(end), offset + end, context)] : nodes;
}

/** Whether the bytes begin with a whole message of the profile. */
export function isIsoMessage(bytes: Uint8Array, context: DecodeContext): boolean {
	const frame = findFrame(bytes, context);
	const message = frame ? bytes.subarray(frame.envelopeAt + envelopeLength(context.profile.frame), frame.end) : bytes;
	return isWholeMessage(message, context);
}

interface FoundFrame {
	/** Where TPDU, header or message begin: behind the length, or at 0 without one. */
	readonly envelopeAt: number;
	/** Where the frame ends by its length; beyond the bytes when they are cut. */
	readonly end: number;
}

function findFrame(bytes: Uint8Array, context: DecodeContext): FoundFrame | undefined {
	const spec = context.profile.frame;
	const lengthBytes = spec.length.bytes;
	// A message may happen to begin like a frame, but then it is a message to its last byte.
	if (bytes.length < lengthBytes + envelopeLength(spec) || isWholeMessage(bytes, context)) return undefined;
	if (isFrame(bytes, context)) return { envelopeAt: lengthBytes, end: lengthBytes + lengthOfFrame(spec, bytes) };
	const canLackLength = envelopeLength(spec) > 0 && bytes.length <= spec.maximumLength;
	const withoutLength = canLackLength && isFrame(concat(encodeLength(spec, bytes.length), bytes), context);
	return withoutLength ? { envelopeAt: 0, end: bytes.length } : undefined;
}

/** Whether length, TPDU and header are as they should be; the end may be missing. */
function isFrame(bytes: Uint8Array, { profile }: DecodeContext): boolean {
	const reader = new FrameReader(profile.frame);
	reader.push(bytes);
	try {
		reader.next();
		return true;
	} catch (error) {
		if (error instanceof FrameError) return false;
		throw error;
	}
}

function isWholeMessage(bytes: Uint8Array, { profile }: DecodeContext): boolean {
	return refusal(() => decodeMessage(profile.message, bytes)) === undefined;
}

function messageNodes(bytes: Uint8Array, offset: number, context: DecodeContext): readonly DecodedNode[] {
	const { message: spec } = context.profile;
	const nodes: DecodedNode[] = [];
	let at = 0;
	const read = (number: number, field: FieldSpec) => {
		const { value, end } = decodeField(number, field, bytes, at);
		at = end;
		return value;
	};
	const reason = refusal(() => {
		const type = read(0, { name: "message type", encoding: spec.messageType, length: 4 }) as string;
		nodes.push({ label: "", name: "message type", value: type, ...typeMeaning(type), offset });
		const bitmapAt = at;
		const numbers = bitmapNumbers(read(1, bitmapField(spec.bitmap)), 0);
		if (numbers[0] === 1) numbers.push(...bitmapNumbers(read(1, bitmapField(spec.bitmap)), 64));
		const present = numbers.filter(number => number > 1);
		nodes.push({ label: "", name: "bitmap", value: present.join(" "), offset: offset + bitmapAt });
		for (const number of present) {
			const field = spec.fields[number];
			if (number === THIRD_BITMAP && !field) {
				const thirdAt = at;
				const further = bitmapNumbers(read(1, bitmapField(spec.bitmap)), 128);
				nodes.push({ label: "", name: "third bitmap", value: further.join(" "), offset: offset + thirdAt });
				present.push(...further); // the loop goes on with them
				continue;
			}
			if (!field) throw new Iso8583Error(`field ${number}: not in the specification`);
			const fieldAt = at;
			const value = read(number, field);
			const length = typeof value === "string" ? 0 : value.length;
			nodes.push(isoFieldNode(number, field, value, offset + (length ? at - length : fieldAt), context));
		}
		// What only the whole message can break: its type, an empty second bitmap, bytes left over.
		decodeMessage(spec, bytes);
	});
	if (reason === undefined) return nodes;
	context.problems.push({ offset: offset + at, sentence: reason });
	return at < bytes.length ? [...nodes, notDecoded(bytes.length - at, offset + at)] : nodes;
}

/** ISO 8583:1987: the place of the bitmap for fields 129 to 192. */
const THIRD_BITMAP = 65;

function bitmapField(encoding: "binary" | "hexText"): FieldSpec {
	return encoding === "binary"
		? { name: "bitmap", encoding: "binary", length: 8 }
		: { name: "bitmap", encoding: "ascii", length: 16 };
}

function bitmapNumbers(bitmap: string | Uint8Array, before: number): number[] {
	const hex = typeof bitmap === "string" ? bitmap : formatHex(bitmap);
	if (/[^0-9A-F]/.test(hex)) throw new Iso8583Error("field 1: the bitmap is not upper-case hexadecimal");
	const numbers: number[] = [];
	for (let bit = 0; bit < 64; bit++)
		if (Number.parseInt(hex[bit >> 2]!, 16) & (8 >> (bit & 3))) numbers.push(before + bit + 1);
	return numbers;
}

function typeMeaning(type: string): { meaning?: string } {
	const [, messageClass, messageFunction] = type;
	const known = [MESSAGE_CLASSES[messageClass ?? ""], MESSAGE_FUNCTIONS[messageFunction ?? ""]];
	return known[0] && known[1] ? { meaning: known.join(" ") } : {};
}

function refusal(read: () => unknown): string | undefined {
	try {
		read();
		return undefined;
	} catch (error) {
		if (error instanceof Iso8583Error) return error.message;
		throw error;
	}
}
