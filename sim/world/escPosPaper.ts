import { latin1Text } from "../../src/bytes/bytes.js";
import { type Raster, RECEIPT_DOTS } from "../../src/receipt/rasterLine.js";

/** What a 58 mm printer has put on paper, from the top. */
export type PaperRow =
	| { readonly kind: "text"; readonly text: string; readonly isTall: boolean }
	| { readonly kind: "picture"; readonly raster: Raster };

/**
 * Reads ESC/POS as a printer does: ESC @, ESC !, GS v 0, GS V and lines of text.
 * @throws {RangeError} on a command that the printer does not know or that is cut off: it would print rubbish
 */
export function escPosPaper(bytes: Uint8Array): PaperRow[] {
	const rows: PaperRow[] = [];
	let isTall = false;
	let text = "";
	for (let at = 0; at < bytes.length; ) {
		const [command, name] = [bytes[at]!, bytes[at + 1]];
		const code = name === undefined ? "" : latin1Text(Uint8Array.of(name));
		if (command === LINE_FEED) {
			rows.push({ kind: "text", text, isTall });
			[text, at] = ["", at + 1];
		} else if (command >= 0x20) {
			text += latin1Text(Uint8Array.of(command));
			at++;
		} else if (command === ESC && code === "@") [isTall, text, at] = [false, "", at + 2];
		else if (command === ESC && code === "!") [isTall, at] = [((bytes[at + 2] ?? 0) & DOUBLE_HEIGHT) !== 0, at + 3];
		else if (command === GS && code === "v") {
			const raster = readRaster(bytes, at);
			rows.push({ kind: "picture", raster });
			at += RASTER_HEADER + raster.dots.length;
		} else if (command === GS && code === "V") at += bytes[at + 2]! >= 65 ? 4 : 3;
		else throw new RangeError(`the printer does not know the command at byte ${at}`);
	}
	return rows;
}

const [LINE_FEED, ESC, GS] = [0x0a, 0x1b, 0x1d];
/** Bit of ESC ! n. */
const DOUBLE_HEIGHT = 0x10;
const RASTER_HEADER = 8;

/** GS v 0 m xL xH yL yH, then the dots. */
function readRaster(bytes: Uint8Array, at: number): Raster {
	const [columns, height] = [bytes[at + 4]! | (bytes[at + 5]! << 8), bytes[at + 6]! | (bytes[at + 7]! << 8)];
	const dots = bytes.slice(at + RASTER_HEADER, at + RASTER_HEADER + columns * height);
	if (columns * 8 > RECEIPT_DOTS || dots.length !== columns * height)
		throw new RangeError(`the picture at byte ${at} does not fit the paper`);
	return { width: columns * 8, height, dots };
}
