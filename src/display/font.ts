export { FONTS } from "./font.generated.js";

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

/** Pixels that the pen moves over the whole text. */
export function measureText(font: Font, text: string): number {
	let width = 0;
	for (const character of text) width += font.records[findGlyph(font, character.codePointAt(0)!) + 9]!;
	return width;
}
