import { FONTS } from "../display/font.generated.js";
import { coverageOf, type Font, glyphOf, measureText } from "../display/font.js";
import type { ReceiptLine } from "./receiptLine.js";

/** Black dots of a strip of paper: rows from the top, 8 dots a byte, the leftmost in the highest bit. */
export interface Raster {
	/** A multiple of 8. */
	readonly width: number;
	readonly height: number;
	readonly dots: Uint8Array;
}

/** Dots across a 58 mm printer: 48 mm at 8 dots a millimetre. */
export const RECEIPT_DOTS = 384;

const SPACE_HEIGHT = 24;
const RULE_HEIGHT = 9;
const LEADING = 4;
/** Of the 15 steps of coverage: from here on a dot is black. */
const BLACK_FROM = 7;

/** Draws one line with the display's fonts; what is wider than the paper is cut off at the edge. */
export function rasterLine(line: ReceiptLine, width: number = RECEIPT_DOTS): Raster {
	if (line.kind === "space") return blank(width, SPACE_HEIGHT * line.lines);
	if (line.kind === "rule") {
		const raster = blank(width, RULE_HEIGHT);
		raster.dots.fill(0xff, (width / 8) * (RULE_HEIGHT >> 1), (width / 8) * ((RULE_HEIGHT >> 1) + 1));
		return raster;
	}
	const font = line.size === "large" ? FONTS.text : FONTS.small;
	const raster = blank(width, font.ascent + font.descent + LEADING);
	const put = (text: string, pen: number) => {
		for (const character of text) pen += putGlyph(raster, font, character.codePointAt(0)!, pen);
	};
	if (line.kind === "pair") {
		put(line.label, 0);
		put(line.value, width - measureText(font, line.value));
	} else put(line.text, line.align === "left" ? 0 : Math.max(0, (width - measureText(font, line.text)) >> 1));
	return raster;
}

function blank(width: number, height: number): Raster {
	return { width, height, dots: new Uint8Array((width / 8) * height) };
}

/** @returns the glyph's advance */
function putGlyph({ width, height, dots }: Raster, font: Font, codePoint: number, pen: number): number {
	const glyph = glyphOf(font, codePoint);
	const left = pen + glyph.left;
	const top = font.ascent - glyph.top;
	for (let row = 0; row < glyph.height; row++)
		for (let column = 0; column < glyph.width; column++) {
			const [x, y] = [left + column, top + row];
			if (x < 0 || x >= width || y < 0 || y >= height) continue;
			const black = coverageOf(font, glyph, row * glyph.width + column) >= BLACK_FROM;
			if (black) dots[y * (width >> 3) + (x >> 3)]! |= 0x80 >> (x & 7);
		}
	return glyph.advance;
}
