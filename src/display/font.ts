/** Small and text carry every message; large only amounts; icon only the pictures of icons.ts. */
export type FontName = "small" | "text" | "large" | "icon";

/** The length of one glyph's record; `tools/font.ts` writes it, the getters below read it. */
export const RECORD_LENGTH = 10;

/**
 * Anti-aliased glyphs, 4 bits of coverage a pixel, rows packed without gaps, high nibble first.
 * A record: code point (2 bytes), start in `coverage` (3, bytes), width, height, left and top of the picture from the
 * pen on the baseline (signed, top counts upwards), advance. Records stand in order of their code points.
 */
export interface Font {
	/** Greatest height above the baseline in pixels, 1 or more. */
	readonly ascent: number;
	/** Greatest depth below the baseline in pixels. */
	readonly descent: number;
	readonly records: Uint8Array;
	readonly coverage: Uint8Array;
}

/** A picture that stands for characters the font lacks: the font's own empty box. */
const MISSING_CODE_POINT = 0;

/** @returns where the glyph's record starts; that of the empty box when the font lacks the character */
export function findGlyph(font: Font, codePoint: number): number {
	const { records } = font;
	let low = 0;
	let high = records.length / RECORD_LENGTH - 1;
	while (low <= high) {
		const middle = (low + high) >> 1;
		const at = middle * RECORD_LENGTH;
		const found = (records[at]! << 8) | records[at + 1]!;
		if (found === codePoint) return at;
		if (found < codePoint) low = middle + 1;
		else high = middle - 1;
	}
	return 0;
}

export function hasGlyph(font: Font, codePoint: number): boolean {
	return codePoint !== MISSING_CODE_POINT && findGlyph(font, codePoint) !== 0;
}

/** One glyph's record, read. */
export interface Glyph {
	/** Where its picture starts in `coverage`, in bytes. */
	readonly start: number;
	readonly width: number;
	readonly height: number;
	/** Of the picture's upper left corner from the pen on the baseline; `top` counts upwards. */
	readonly left: number;
	readonly top: number;
	readonly advance: number;
}

/** The glyph of the character, the empty box when the font lacks it. */
export function glyphOf(font: Font, codePoint: number): Glyph {
	const { records } = font;
	const at = findGlyph(font, codePoint);
	return {
		start: (records[at + 2]! << 16) | (records[at + 3]! << 8) | records[at + 4]!,
		width: records[at + 5]!,
		height: records[at + 6]!,
		left: signed(records[at + 7]!),
		top: signed(records[at + 8]!),
		advance: records[at + 9]!,
	};
}

/** How much of a pixel of the glyph's picture is covered, 0 to 15. @param index row by row from the upper left */
export function coverageOf(font: Font, glyph: Glyph, index: number): number {
	const pair = font.coverage[glyph.start + (index >> 1)]!;
	return index & 1 ? pair & 15 : pair >> 4;
}

/** Pixels that the pen moves over the whole text. */
export function measureText(font: Font, text: string): number {
	let width = 0;
	for (const character of text) width += font.records[findGlyph(font, character.codePointAt(0)!) + 9]!;
	return width;
}

function signed(byte: number): number {
	return byte > 127 ? byte - 256 : byte;
}
