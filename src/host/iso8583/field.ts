import { asciiBytes, latin1Text, readUint, uintBytes } from "../../bytes/bytes.js";
import { formatHex, parseHex } from "../../bytes/hex.js";
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
	checkLength(number, spec, value.length);
	const content = encodeContent(number, spec, value);
	if (!spec.prefix) return content;
	const prefix = encodeLength(number, spec.prefix, value.length);
	const whole = new Uint8Array(prefix.length + content.length);
	whole.set(prefix);
	whole.set(content, prefix.length);
	return whole;
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
		length = decodeLength(number, spec.prefix, bytes.subarray(at, start));
		checkLength(number, spec, length);
	}
	const packed = spec.encoding === "bcd" || spec.encoding === "nibbles";
	const end = start + (packed ? (length + 1) >> 1 : length);
	if (end > bytes.length) throw refusal(number, "the message ends inside the field");
	return { value: decodeContent(number, spec, bytes.slice(start, end), length), end };
}

function encodeContent(number: number, spec: FieldSpec, value: FieldValue): Uint8Array {
	switch (spec.encoding) {
		case "binary":
			if (typeof value === "string") throw refusal(number, "wants bytes");
			return value;
		case "ascii": {
			const text = textOf(number, value);
			if (!isAscii(text)) throw refusal(number, "is not ASCII");
			return asciiBytes(text);
		}
		case "ebcdic": {
			const bytes = ebcdicBytes(textOf(number, value));
			if (!bytes) throw refusal(number, "has a character that EBCDIC lacks");
			return bytes;
		}
		case "bcd":
		case "nibbles": {
			const digits = textOf(number, value);
			checkDigits(number, spec.encoding, digits);
			return parseHex(digits.length & 1 ? padded(digits, spec.padding) : digits);
		}
	}
}

function decodeContent(number: number, spec: FieldSpec, content: Uint8Array, length: number): FieldValue {
	switch (spec.encoding) {
		case "binary":
			return content;
		case "ascii": {
			const text = latin1Text(content);
			if (!isAscii(text)) throw refusal(number, "is not ASCII");
			return text;
		}
		case "ebcdic":
			return ebcdicText(content);
		case "bcd":
		case "nibbles": {
			const nibbles = formatHex(content);
			const right = spec.padding?.startsWith("right");
			const text = length & 1 ? (right ? nibbles.slice(0, -1) : nibbles.slice(1)) : nibbles;
			checkDigits(number, spec.encoding, text);
			if (length & 1 && padded(text, spec.padding) !== nibbles) throw refusal(number, "has a wrong fill nibble");
			return text;
		}
	}
}

function encodeLength(number: number, prefix: LengthPrefix, length: number): Uint8Array {
	if (prefix.encoding === "binary") return uintBytes(length, prefix.bytes);
	const packed = prefix.encoding === "bcd";
	const digits = String(length).padStart(packed ? 2 * prefix.bytes : prefix.bytes, "0");
	const bytes = packed ? parseHex(digits) : prefix.encoding === "ascii" ? asciiBytes(digits) : ebcdicBytes(digits)!;
	if (bytes.length !== prefix.bytes) throw refusal(number, "is too long for its length prefix");
	return bytes;
}

function decodeLength(number: number, prefix: LengthPrefix, bytes: Uint8Array): number {
	if (prefix.encoding === "binary") return readUint(bytes);
	const digits =
		prefix.encoding === "bcd" ? formatHex(bytes) : prefix.encoding === "ascii" ? latin1Text(bytes) : ebcdicText(bytes);
	if (!/^[0-9]+$/.test(digits)) throw refusal(number, "its length is not a number");
	return Number(digits);
}

function textOf(number: number, value: FieldValue): string {
	if (typeof value !== "string") throw refusal(number, "wants text");
	return value;
}

function checkLength(number: number, spec: FieldSpec, length: number): void {
	if (spec.prefix ? length > spec.length : length !== spec.length)
		throw refusal(
			number,
			`has length ${length}, the specification says ${spec.prefix ? "at most " : ""}${spec.length}`,
		);
}

function checkDigits(number: number, encoding: "bcd" | "nibbles", text: string): void {
	if (encoding === "bcd" ? /[^0-9]/.test(text) : /[^0-9A-F]/.test(text))
		throw refusal(number, encoding === "bcd" ? "is not decimal" : "is not upper-case hexadecimal");
}

function padded(digits: string, padding: Padding = "left 0"): string {
	return padding === "left 0" ? `0${digits}` : digits + padding.slice(-1);
}

function isAscii(text: string): boolean {
	for (let i = 0; i < text.length; i++) if (text.charCodeAt(i) > 127) return false;
	return true;
}

function refusal(number: number, what: string): Iso8583Error {
	return new Iso8583Error(`field ${number}: ${what}`);
}
