import { readUint } from "../../bytes/bytes.js";
import { ebcdicBytes, ebcdicText } from "./ebcdic.js";
import { Iso8583Error } from "./iso8583Error.js";

/** Text fields are strings, binary fields are bytes. */
export type FieldValue = string | Uint8Array;

/**
 * How the content travels. `bcd` packs decimal digits two a byte, `nibbles` packs any upper-case hexadecimal digits
 * (track 2 with its separator D); `binary` is bytes as they are.
 */
export type Encoding = "ascii" | "ebcdic" | "bcd" | "nibbles" | "binary";

/**
 * The length in front of a variable field, `bytes` long on the wire: LL is 2 bytes of ASCII or 1 of BCD, LLL is 3 or 2.
 * It counts what `FieldSpec.length` counts.
 */
export interface LengthPrefix {
	readonly encoding: "ascii" | "ebcdic" | "bcd" | "binary";
	readonly bytes: number;
}

/** Where the fill nibble of an odd number of packed digits stands, and what it is. Hosts differ in this. */
export type Padding = "left 0" | "right 0" | "right F";

export interface FieldSpec {
	readonly name: string;
	readonly encoding: Encoding;
	/** Exact length of a fixed field, maximum of a variable one: characters or digits, but bytes when `binary`. */
	readonly length: number;
	/** Absent: the field is fixed. */
	readonly prefix?: LengthPrefix;
	/** For an odd number of packed digits; "left 0" when absent. */
	readonly padding?: Padding;
	/** How the content is made up of parts, by the name of the arrangement. Absent: the field is one value. */
	readonly layouts?: Readonly<Record<string, Layout>>;
}

/** The parts of a field in order, which fill it. A message may stop after any of them. */
export type Layout = readonly Part[];

/**
 * A named part of `length` (counted as the field's), the rest of the field when it has none; a fixed text (hexadecimal in a binary
 * field); or a count of `countLength` digits and then that many groups of named parts.
 */
export type Part =
	| { readonly name: string; readonly length?: number }
	| { readonly fixed: string }
	| { readonly name: string; readonly countLength: number; readonly each: readonly NamedPart[] };

export interface NamedPart {
	readonly name: string;
	readonly length: number;
}

/** @throws {Iso8583Error} when the value is not of the field's kind, length or alphabet */
export function encodeField(number: number, spec: FieldSpec, value: FieldValue): Uint8Array {
	const bytes = new Uint8Array(encodedLength(number, spec, value));
	writeField(number, spec, value, bytes, 0);
	return bytes;
}

/** How many bytes `writeField` writes. @throws {Iso8583Error} when the value has a length that the field does not allow */
export function encodedLength(number: number, spec: FieldSpec, value: FieldValue): number {
	const { length } = value;
	checkLength(number, spec, length);
	return (spec.prefix ? spec.prefix.bytes : 0) + contentBytes(spec, length);
}

/**
 * Writes the field at `at`, where there must be room for it (`encodedLength`).
 * @returns the position after the field
 * @throws {Iso8583Error} when the value is not of the field's kind or alphabet
 */
export function writeField(number: number, spec: FieldSpec, value: FieldValue, out: Uint8Array, at: number): number {
	const start = spec.prefix ? writeLength(number, spec.prefix, value.length, out, at) : at;
	if (typeof value !== "string") {
		if (spec.encoding !== "binary") throw refusal(number, "wants text");
		out.set(value, start);
		return start + value.length;
	}
	switch (spec.encoding) {
		case "binary":
			throw refusal(number, "wants bytes");
		case "ascii":
			return writeAscii(number, value, out, start);
		case "ebcdic": {
			const bytes = ebcdicBytes(value);
			if (!bytes) throw refusal(number, "has a character that EBCDIC lacks");
			out.set(bytes, start);
			return start + bytes.length;
		}
		case "bcd":
		case "nibbles":
			return writeNibbles(number, spec, value, out, start);
	}
}

/**
 * Reads the field that begins at `at`. Strict: what is accepted encodes back to the same bytes.
 * @returns the value and the position after the field
 * @throws {Iso8583Error} when the bytes end early or the content is not of the field's alphabet
 */
export function decodeField(
	number: number,
	spec: FieldSpec,
	bytes: Uint8Array,
	at: number,
): { value: FieldValue; end: number } {
	let start = at;
	let length = spec.length;
	if (spec.prefix) {
		start += spec.prefix.bytes;
		if (start > bytes.length) throw refusal(number, "the message ends inside its length");
		length = readLength(number, spec.prefix, bytes, at);
		checkLength(number, spec, length);
	}
	const end = start + contentBytes(spec, length);
	if (end > bytes.length) throw refusal(number, "the message ends inside the field");
	switch (spec.encoding) {
		case "binary":
			return { value: bytes.slice(start, end), end };
		case "ascii":
			return { value: readAscii(number, bytes, start, end), end };
		case "ebcdic":
			return { value: ebcdicText(bytes.subarray(start, end)), end };
		case "bcd":
		case "nibbles":
			return { value: readNibbles(number, spec, bytes, start, end, length), end };
	}
}

function contentBytes({ encoding }: FieldSpec, length: number): number {
	return encoding === "bcd" || encoding === "nibbles" ? (length + 1) >> 1 : length;
}

function writeAscii(number: number, text: string, out: Uint8Array, at: number): number {
	for (let i = 0; i < text.length; i++) {
		const code = text.charCodeAt(i);
		if (code > 127) throw refusal(number, "is not ASCII");
		out[at + i] = code;
	}
	return at + text.length;
}

function readAscii(number: number, bytes: Uint8Array, start: number, end: number): string {
	for (let i = start; i < end; i++) if (bytes[i]! > 127) throw refusal(number, "is not ASCII");
	return textOfCodes(bytes, start, end);
}

/** Eight characters at a time: neither a view of the bytes nor a string for each character. */
function textOfCodes(bytes: Uint8Array, start: number, end: number): string {
	let text = "";
	let at = start;
	for (; at + 8 <= end; at += 8)
		text += String.fromCharCode(
			bytes[at]!,
			bytes[at + 1]!,
			bytes[at + 2]!,
			bytes[at + 3]!,
			bytes[at + 4]!,
			bytes[at + 5]!,
			bytes[at + 6]!,
			bytes[at + 7]!,
		);
	for (; at < end; at++) text += String.fromCharCode(bytes[at]!);
	return text;
}

/** The digits with the fill nibble that makes their number even, packed two a byte. */
function writeNibbles(number: number, spec: FieldSpec, digits: string, out: Uint8Array, at: number): number {
	const largest = spec.encoding === "bcd" ? 9 : 15;
	const isOdd = (digits.length & 1) !== 0;
	const isFilledLeft = isOdd && fillsLeft(spec);
	// The position of the first digit, in nibbles from `at`.
	const first = isFilledLeft ? 1 : 0;
	let pending = 0;
	for (let i = 0; i < digits.length; i++) {
		const nibble = nibbleOf(digits.charCodeAt(i));
		if (nibble > largest) throw wrongDigits(number, spec);
		const place = first + i;
		if (place & 1) out[at + (place >> 1)] = pending | nibble;
		else pending = nibble << 4;
	}
	if (isOdd && !isFilledLeft) out[at + (digits.length >> 1)] = pending | fillNibble(spec);
	return at + ((digits.length + 1) >> 1);
}

function readNibbles(
	number: number,
	spec: FieldSpec,
	bytes: Uint8Array,
	start: number,
	end: number,
	length: number,
): string {
	let text = "";
	for (let i = start; i < end; i++) {
		const byte = bytes[i]!;
		if (spec.encoding === "bcd" && (byte >> 4 > 9 || (byte & 15) > 9)) {
			const isFill = (length & 1) !== 0 && !fillsLeft(spec) && i === end - 1 && byte >> 4 <= 9;
			if (!isFill) throw wrongDigits(number, spec);
		}
		text += PAIRS[byte]!;
	}
	if ((length & 1) === 0) return text;
	const isLeft = fillsLeft(spec);
	const filler = isLeft ? bytes[start]! >> 4 : bytes[end - 1]! & 15;
	if (filler !== fillNibble(spec)) throw refusal(number, "has a wrong fill nibble");
	return isLeft ? text.slice(1) : text.slice(0, -1);
}

/** Two hexadecimal digits for each byte. */
const PAIRS: readonly string[] = Object.freeze(
	Array.from({ length: 256 }, (_, byte) => byte.toString(16).toUpperCase().padStart(2, "0")),
);

function nibbleOf(code: number): number {
	if (code >= 48 && code <= 57) return code - 48;
	return code >= 65 && code <= 70 ? code - 55 : 16;
}

function fillsLeft({ padding }: FieldSpec): boolean {
	return padding === undefined || padding === "left 0";
}

function fillNibble({ padding }: FieldSpec): number {
	return padding === "right F" ? 15 : 0;
}

function wrongDigits(number: number, { encoding }: FieldSpec): Iso8583Error {
	return refusal(number, encoding === "bcd" ? "is not decimal" : "is not upper-case hexadecimal");
}

function writeLength(number: number, prefix: LengthPrefix, length: number, out: Uint8Array, at: number): number {
	let rest = length;
	for (let i = at + prefix.bytes - 1; i >= at; i--) {
		if (prefix.encoding === "binary") {
			out[i] = rest & 255;
			rest >>= 8;
		} else if (prefix.encoding === "bcd") {
			out[i] = (Math.floor((rest % 100) / 10) << 4) | (rest % 10);
			rest = Math.floor(rest / 100);
		} else {
			out[i] = (prefix.encoding === "ascii" ? ASCII_ZERO : EBCDIC_ZERO) + (rest % 10);
			rest = Math.floor(rest / 10);
		}
	}
	if (rest !== 0) throw refusal(number, "is too long for its length prefix");
	return at + prefix.bytes;
}

const ASCII_ZERO = 0x30;
const EBCDIC_ZERO = 0xf0;

function readLength(number: number, prefix: LengthPrefix, bytes: Uint8Array, at: number): number {
	if (prefix.encoding === "binary") return readUint(bytes, at, prefix.bytes);
	let length = 0;
	for (let i = at; i < at + prefix.bytes; i++) {
		const byte = bytes[i]!;
		if (prefix.encoding === "bcd") {
			if (byte >> 4 > 9 || (byte & 15) > 9) throw refusal(number, "its length is not a number");
			length = 100 * length + 10 * (byte >> 4) + (byte & 15);
		} else {
			const digit = byte - (prefix.encoding === "ascii" ? ASCII_ZERO : EBCDIC_ZERO);
			if (digit < 0 || digit > 9) throw refusal(number, "its length is not a number");
			length = 10 * length + digit;
		}
	}
	return length;
}

function checkLength(number: number, spec: FieldSpec, length: number): void {
	if (spec.prefix ? length > spec.length : length !== spec.length)
		throw refusal(
			number,
			`has length ${length}, the specification says ${spec.prefix ? "at most " : ""}${spec.length}`,
		);
}

function refusal(number: number, what: string): Iso8583Error {
	return new Iso8583Error(`field ${number}: ${what}`);
}
