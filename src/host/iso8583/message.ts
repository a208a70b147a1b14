import { asciiBytes, concat, latin1Text } from "../../bytes/bytes.js";
import { formatHex, parseHex } from "../../bytes/hex.js";
import { decodeField, encodeField, type FieldSpec, type FieldValue } from "./field.js";
import { Iso8583Error } from "./iso8583Error.js";
import type { MessageSpec } from "./spec.js";

/** Values by field number, 2 to 128. An undefined value is an absent field. */
export type Fields = { readonly [number: number]: FieldValue | undefined };

export interface IsoMessage {
	/** Message type identifier, 4 digits: version, class, function, origin. */
	readonly messageType: string;
	readonly fields: Fields;
}

const BITMAP_BYTES = 8;
const SECONDARY_BITMAP = 1;

/** @throws {Iso8583Error} when a field is unknown to the specification or its value does not fit */
export function encodeMessage(spec: MessageSpec, message: IsoMessage): Uint8Array {
	const numbers = Object.keys(message.fields)
		.map(Number)
		.filter(number => message.fields[number] !== undefined);
	const bitmap = new Uint8Array(numbers.some(number => number > 64) ? 2 * BITMAP_BYTES : BITMAP_BYTES);
	if (bitmap.length > BITMAP_BYTES) setBit(bitmap, SECONDARY_BITMAP);
	const parts: Uint8Array[] = [];
	for (const number of numbers.sort((a, b) => a - b)) {
		parts.push(encodeField(number, fieldSpec(spec, number), message.fields[number]!));
		setBit(bitmap, number);
	}
	checkMessageType(message.messageType);
	return concat(encodeField(0, messageTypeSpec(spec), message.messageType), bitmapBytes(spec, bitmap), ...parts);
}

/**
 * Strict: every accepted message encodes back to the same bytes.
 * @throws {Iso8583Error} naming the first field that is not as specified, or left-over bytes
 */
export function decodeMessage(spec: MessageSpec, bytes: Uint8Array): IsoMessage {
	const type = decodeField(0, messageTypeSpec(spec), bytes, 0);
	checkMessageType(type.value as string);
	let { bitmap, end } = decodeBitmap(spec, bytes, type.end);
	if (bit(bitmap, SECONDARY_BITMAP)) {
		const secondary = decodeBitmap(spec, bytes, end);
		if (secondary.bitmap.every(byte => byte === 0)) throw new Iso8583Error("field 1: the secondary bitmap is empty");
		bitmap = concat(bitmap, secondary.bitmap);
		end = secondary.end;
	}
	const fields: Record<number, FieldValue> = {};
	for (let number = 2; number <= 8 * bitmap.length; number++) {
		if (!bit(bitmap, number)) continue;
		const field = decodeField(number, fieldSpec(spec, number), bytes, end);
		fields[number] = field.value;
		end = field.end;
	}
	if (end !== bytes.length) throw new Iso8583Error(`${bytes.length - end} bytes left over after the last field`);
	return { messageType: type.value as string, fields };
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

function messageTypeSpec(spec: MessageSpec): FieldSpec {
	return { name: "message type", encoding: spec.messageType, length: 4 };
}

function checkMessageType(text: string): void {
	if (!/^[0-9]{4}$/.test(text)) throw new Iso8583Error("field 0: the message type is not 4 digits");
}

function bitmapBytes(spec: MessageSpec, bitmap: Uint8Array): Uint8Array {
	return spec.bitmap === "binary" ? bitmap : asciiBytes(formatHex(bitmap));
}

function decodeBitmap(spec: MessageSpec, bytes: Uint8Array, at: number): { bitmap: Uint8Array; end: number } {
	const end = at + (spec.bitmap === "binary" ? BITMAP_BYTES : 2 * BITMAP_BYTES);
	if (end > bytes.length) throw new Iso8583Error("field 1: the message ends inside a bitmap");
	const raw = bytes.subarray(at, end);
	if (spec.bitmap === "binary") return { bitmap: raw, end };
	const text = latin1Text(raw);
	if (/[^0-9A-F]/.test(text)) throw new Iso8583Error("field 1: the bitmap is not upper-case hexadecimal");
	return { bitmap: parseHex(text), end };
}

/** Bits are numbered from 1, the most significant bit of the first byte. */
function bit(bitmap: Uint8Array, number: number): boolean {
	return (bitmap[(number - 1) >> 3]! & (0x80 >> ((number - 1) & 7))) !== 0;
}

function setBit(bitmap: Uint8Array, number: number): void {
	const at = (number - 1) >> 3;
	bitmap[at] = bitmap[at]! | (0x80 >> ((number - 1) & 7));
}
