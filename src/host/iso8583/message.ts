import { decodeField, encodedLength, type FieldSpec, type FieldValue, writeField } from "./field.js";
import { Iso8583Error } from "./iso8583Error.js";
import type { MessageSpec } from "./spec.js";

/** Values by field number, 2 to 192; bitmaps are not among them. An undefined value is an absent field. */
export type Fields = { readonly [number: number]: FieldValue | undefined };

export interface IsoMessage {
	/** Message type identifier, 4 digits: version, class, function, origin. */
	readonly messageType: string;
	readonly fields: Fields;
}

const BITMAP_BYTES = 8;
const SECONDARY_BITMAP = 1;
/** ISO 8583:1987, 4.2: the place of a third bitmap, for fields 129 to 192. */
const THIRD_BITMAP = 65;
const LAST_OF_PRIMARY = 64;
const LAST_OF_SECONDARY = 128;
const LAST_FIELD = 192;

/** @throws {Iso8583Error} when a field is unknown to the specification or its value does not fit */
export function encodeMessage(spec: MessageSpec, { messageType, fields }: IsoMessage): Uint8Array {
	checkMessageType(messageType);
	const bitmap = new Uint8Array(3 * BITMAP_BYTES);
	let length = 0;
	let last = 0;
	for (let number = 2; number <= LAST_FIELD; number++) {
		const value = fields[number];
		if (value === undefined) continue;
		length += encodedLength(number, fieldSpec(spec, number), value);
		setBit(bitmap, number);
		last = number;
	}
	const bitmaps = last > LAST_OF_SECONDARY ? 3 : last > LAST_OF_PRIMARY ? 2 : 1;
	if (bitmaps > 1) setBit(bitmap, SECONDARY_BITMAP);
	if (bitmaps > 2) {
		if (hasBit(bitmap, THIRD_BITMAP)) throw new Iso8583Error("field 65: is the place of the third bitmap");
		setBit(bitmap, THIRD_BITMAP);
	}
	const typeSpec = MESSAGE_TYPES[spec.messageType];
	const out = new Uint8Array(encodedLength(0, typeSpec, messageType) + bitmaps * bitmapLength(spec) + length);
	let at = writeField(0, typeSpec, messageType, out, 0);
	at = writeBitmap(spec, bitmap, 0, out, at);
	if (bitmaps > 1) at = writeBitmap(spec, bitmap, BITMAP_BYTES, out, at);
	for (let number = 2; number <= last; number++) {
		if (bitmaps > 2 && number === THIRD_BITMAP) at = writeBitmap(spec, bitmap, 2 * BITMAP_BYTES, out, at);
		else if (hasBit(bitmap, number)) at = writeField(number, fieldSpec(spec, number), fields[number]!, out, at);
	}
	return out;
}

/**
 * Strict: every accepted message encodes back to the same bytes.
 * @throws {Iso8583Error} naming the first field that is not as specified, or left-over bytes
 */
export function decodeMessage(spec: MessageSpec, bytes: Uint8Array): IsoMessage {
	const type = decodeField(0, MESSAGE_TYPES[spec.messageType], bytes, 0);
	const messageType = type.value as string;
	checkMessageType(messageType);
	// Bit n of the message is bit n - 1 of this, from the left.
	const bitmap = new Uint8Array(3 * BITMAP_BYTES);
	let end = readBitmap(spec, bytes, type.end, bitmap, 0);
	let last = LAST_OF_PRIMARY;
	if (hasBit(bitmap, SECONDARY_BITMAP)) {
		end = readBitmap(spec, bytes, end, bitmap, BITMAP_BYTES);
		last = LAST_OF_SECONDARY;
	}
	const fields: Record<number, FieldValue> = {};
	for (let number = 2; number <= last; number++) {
		// A byte of the bitmap without a bit stands for eight absent fields.
		if (((number - 1) & 7) === 0 && bitmap[(number - 1) >> 3] === 0) {
			number += 7;
			continue;
		}
		if (!hasBit(bitmap, number)) continue;
		if (number === THIRD_BITMAP && spec.fields[THIRD_BITMAP] === undefined) {
			end = readBitmap(spec, bytes, end, bitmap, 2 * BITMAP_BYTES);
			last = LAST_FIELD;
			continue;
		}
		const field = decodeField(number, fieldSpec(spec, number), bytes, end);
		fields[number] = field.value;
		end = field.end;
	}
	if (end !== bytes.length) throw new Iso8583Error(`${bytes.length - end} bytes left over after the last field`);
	return { messageType, fields };
}

/** A text field's content, undefined when it is absent. */
export function textField(message: IsoMessage, number: number): string | undefined {
	const value = message.fields[number];
	return typeof value === "string" ? value : undefined;
}

/** A binary field's content, undefined when it is absent. */
export function binaryField(message: IsoMessage, number: number): Uint8Array | undefined {
	const value = message.fields[number];
	return typeof value === "string" ? undefined : value;
}

/** The type of the answer to a request: the function digit one up (ISO 8583:1987, 0200 to 0210). */
export function responseType(messageType: string): string {
	return messageType.slice(0, 2) + String(Number(messageType[2]) + 1) + messageType[3];
}

function fieldSpec(spec: MessageSpec, number: number): FieldSpec {
	const field = spec.fields[number];
	if (!field) throw new Iso8583Error(`field ${number}: not in the specification`);
	return field;
}

const MESSAGE_TYPES: Readonly<Record<MessageSpec["messageType"], FieldSpec>> = Object.freeze({
	ascii: Object.freeze({ name: "message type", encoding: "ascii", length: 4 }),
	ebcdic: Object.freeze({ name: "message type", encoding: "ebcdic", length: 4 }),
	bcd: Object.freeze({ name: "message type", encoding: "bcd", length: 4 }),
} as const);

function checkMessageType(text: string): void {
	let digits = 0;
	for (let i = 0; i < text.length; i++) {
		const code = text.charCodeAt(i);
		if (code >= 48 && code <= 57) digits++;
	}
	if (digits !== 4 || text.length !== 4) throw new Iso8583Error("field 0: the message type is not 4 digits");
}

function bitmapLength(spec: MessageSpec): number {
	return spec.bitmap === "binary" ? BITMAP_BYTES : 2 * BITMAP_BYTES;
}

function writeBitmap(spec: MessageSpec, bitmap: Uint8Array, from: number, out: Uint8Array, at: number): number {
	for (let i = 0; i < BITMAP_BYTES; i++) {
		const byte = bitmap[from + i]!;
		if (spec.bitmap === "binary") out[at + i] = byte;
		else {
			out[at + 2 * i] = hexDigit(byte >> 4);
			out[at + 2 * i + 1] = hexDigit(byte & 15);
		}
	}
	return at + bitmapLength(spec);
}

/** @returns the position after the bitmap @throws {Iso8583Error} when it is cut, or a further one is empty */
function readBitmap(spec: MessageSpec, bytes: Uint8Array, at: number, bitmap: Uint8Array, to: number): number {
	const end = at + bitmapLength(spec);
	if (end > bytes.length) throw new Iso8583Error("field 1: the message ends inside a bitmap");
	let any = 0;
	for (let i = 0; i < BITMAP_BYTES; i++) {
		const byte =
			spec.bitmap === "binary" ? bytes[at + i]! : (nibble(bytes[at + 2 * i]!) << 4) | nibble(bytes[at + 2 * i + 1]!);
		bitmap[to + i] = byte;
		any |= byte;
	}
	if (to > 0 && any === 0)
		throw new Iso8583Error(
			to > BITMAP_BYTES ? "field 65: the third bitmap is empty" : "field 1: the secondary bitmap is empty",
		);
	return end;
}

function hexDigit(nibble: number): number {
	return nibble < 10 ? 48 + nibble : 55 + nibble;
}

function nibble(code: number): number {
	if (code >= 48 && code <= 57) return code - 48;
	if (code >= 65 && code <= 70) return code - 55;
	throw new Iso8583Error("field 1: the bitmap is not upper-case hexadecimal");
}

/** Bits are numbered from 1, the most significant bit of the first byte. */
function hasBit(bitmap: Uint8Array, number: number): boolean {
	return (bitmap[(number - 1) >> 3]! & (0x80 >> ((number - 1) & 7))) !== 0;
}

function setBit(bitmap: Uint8Array, number: number): void {
	const at = (number - 1) >> 3;
	bitmap[at] = bitmap[at]! | (0x80 >> ((number - 1) & 7));
}
