import type { Encoding, FieldSpec, Layout, LengthPrefix, NamedPart, Padding, Part } from "./field.js";

/**
 * A whole message format of ISO 8583:1987: message type, bitmaps, and the fields 2 to 192 that it knows. Unless field 65 is one
 * of them it is the place of the third bitmap, which fields from 129 on need.
 */
export interface MessageSpec {
	readonly messageType: "ascii" | "ebcdic" | "bcd";
	/** 8 bytes, or 16 upper-case hexadecimal characters in ASCII, per bitmap. */
	readonly bitmap: "binary" | "hexText";
	readonly fields: Readonly<Partial<Record<number, FieldSpec>>>;
}

export const LL_ASCII: LengthPrefix = Object.freeze({ encoding: "ascii", bytes: 2 });
export const LLL_ASCII: LengthPrefix = Object.freeze({ encoding: "ascii", bytes: 3 });
export const LL_BCD: LengthPrefix = Object.freeze({ encoding: "bcd", bytes: 1 });
export const LLL_BCD: LengthPrefix = Object.freeze({ encoding: "bcd", bytes: 2 });

/** One row of a table: a field of exactly `length`. */
export function fixed(name: string, encoding: Encoding, length: number, padding?: Padding): FieldSpec {
	return Object.freeze({ name, encoding, length, ...(padding && { padding }) });
}

/** One row of a table: a field of at most `maximum` behind its length. */
export function variable(
	name: string,
	encoding: Encoding,
	maximum: number,
	prefix: LengthPrefix,
	padding?: Padding,
): FieldSpec {
	return Object.freeze({ name, encoding, length: maximum, prefix, ...(padding && { padding }) });
}

/** The row of a field that is made up of parts. */
export function withLayouts(field: FieldSpec, layouts: Readonly<Record<string, Layout>>): FieldSpec {
	return Object.freeze({ ...field, layouts: Object.freeze(layouts) });
}

export function layout(...parts: readonly Part[]): Layout {
	return Object.freeze(parts.map(each => Object.freeze(each)));
}

export function part(name: string, length: number): NamedPart {
	return Object.freeze({ name, length });
}
