import { PNG } from "pngjs";
import { FONTS } from "../../src/display/font.generated.js";
import { coverageOf, type Font, glyphOf } from "../../src/display/font.js";
import { RECEIPT_COLUMNS } from "../../src/receipt/formatReceipt.js";
import { type Raster, RECEIPT_DOTS, rasterLine } from "../../src/receipt/rasterLine.js";
import type { ReceiptLine } from "../../src/receipt/receiptLine.js";
import type { PaperRow } from "./escPosPaper.js";

const MARGIN = 24;
const PAPER = 0xff;
const INK = 0x20;
/** A character of the printer's own font. */
const CELL_WIDTH = RECEIPT_DOTS / RECEIPT_COLUMNS;
const CELL_HEIGHT = 26;
/** Of the 15 steps of coverage: from here on a dot is black. */
const BLACK_FROM = 6;

/** The receipt as a picture of the paper, a pixel a dot. */
export function receiptPng(lines: readonly ReceiptLine[]): Uint8Array {
	return png(lines.map(line => rasterLine(line)));
}

/** What a printer has made of ESC/POS, as a picture of the paper. */
export function paperPng(rows: readonly PaperRow[]): Uint8Array {
	return png(rows.map(row => (row.kind === "picture" ? row.raster : textRow(row.text, row.isTall))));
}

function png(rasters: readonly Raster[]): Uint8Array {
	const height = rasters.reduce((sum, raster) => sum + raster.height, 2 * MARGIN);
	const picture = new PNG({ width: RECEIPT_DOTS + 2 * MARGIN, height, colorType: 0 });
	picture.data.fill(PAPER);
	let top = MARGIN;
	for (const { width, height, dots } of rasters) {
		for (let y = 0; y < height; y++)
			for (let x = 0; x < width; x++)
				if (dots[y * (width >> 3) + (x >> 3)]! & (0x80 >> (x & 7))) {
					const at = 4 * ((top + y) * picture.width + MARGIN + x);
					picture.data.fill(INK, at, at + 3);
				}
		top += height;
	}
	return new Uint8Array(PNG.sync.write(picture, { colorType: 0 }));
}

/** Every character in a cell of the same width, as the font of a printer has it; a tall one has each row twice. */
function textRow(text: string, isTall: boolean): Raster {
	const [font, stretch] = [FONTS.small, isTall ? 2 : 1];
	const height = CELL_HEIGHT * stretch;
	const raster: Raster = { width: RECEIPT_DOTS, height, dots: new Uint8Array((RECEIPT_DOTS / 8) * height) };
	for (const [column, character] of [...text.slice(0, RECEIPT_COLUMNS)].entries())
		putCharacter(raster, font, character.codePointAt(0)!, column * CELL_WIDTH, stretch);
	return raster;
}

function putCharacter({ width, height, dots }: Raster, font: Font, codePoint: number, left: number, stretch: number) {
	const glyph = glyphOf(font, codePoint);
	const indent = left + ((CELL_WIDTH - glyph.width) >> 1);
	for (let y = 0; y < glyph.height * stretch; y++)
		for (let column = 0; column < glyph.width; column++) {
			const [x, row] = [indent + column, (font.ascent - glyph.top) * stretch + y];
			if (x < 0 || x >= width || row < 0 || row >= height) continue;
			if (coverageOf(font, glyph, Math.floor(y / stretch) * glyph.width + column) >= BLACK_FROM)
				dots[row * (width >> 3) + (x >> 3)]! |= 0x80 >> (x & 7);
		}
}
