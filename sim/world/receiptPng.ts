import { PNG } from "pngjs";
import { RECEIPT_DOTS, rasterLine } from "../../src/receipt/rasterLine.js";
import type { ReceiptLine } from "../../src/receipt/receiptLine.js";

const MARGIN = 24;
const PAPER = 0xff;
const INK = 0x20;

/** The receipt as a picture of the paper, a pixel a dot. */
export function receiptPng(lines: readonly ReceiptLine[]): Uint8Array {
	const rasters = lines.map(line => rasterLine(line));
	const height = rasters.reduce((sum, raster) => sum + raster.height, 2 * MARGIN);
	const png = new PNG({ width: RECEIPT_DOTS + 2 * MARGIN, height, colorType: 0 });
	png.data.fill(PAPER);
	let top = MARGIN;
	for (const { width, height, dots } of rasters) {
		for (let y = 0; y < height; y++)
			for (let x = 0; x < width; x++)
				if (dots[y * (width >> 3) + (x >> 3)]! & (0x80 >> (x & 7)))
					png.data.fill(INK, 4 * ((top + y) * png.width + MARGIN + x), 4 * ((top + y) * png.width + MARGIN + x) + 3);
		top += height;
	}
	return new Uint8Array(PNG.sync.write(png, { colorType: 0 }));
}
