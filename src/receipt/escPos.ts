import { asciiBytes, concat } from "../bytes/bytes.js";
import { formatReceipt, RECEIPT_COLUMNS } from "./formatReceipt.js";
import { rasterLine } from "./rasterLine.js";
import type { ReceiptLine } from "./receiptLine.js";

// ESC/POS as receipt printers of all makes understand it.
const INITIALISE = Object.freeze([0x1b, 0x40]); // ESC @
const DOUBLE_HEIGHT = Object.freeze([0x1b, 0x21, 0x10]); // ESC ! n
const NORMAL = Object.freeze([0x1b, 0x21, 0x00]);
const CUT = Object.freeze([0x1d, 0x56, 0x42, 0x00]); // GS V 66 0: feed to the knife, partial cut
const LINE_FEED = 0x0a;

/**
 * The receipt for a 58 mm printer. ASCII goes as text; a line with any other character is drawn with the display's own
 * font, so that no printer needs a Chinese code page.
 */
export function escPos(lines: readonly ReceiptLine[]): Uint8Array {
	const parts: Uint8Array[] = [Uint8Array.from(INITIALISE)];
	for (const line of lines) parts.push(isAscii(line) ? textLine(line) : rasterImage(line));
	parts.push(Uint8Array.from(CUT));
	return concat(...parts);
}

function textLine(line: ReceiptLine): Uint8Array {
	const bytes = concat(asciiBytes(formatReceipt([line], RECEIPT_COLUMNS)), Uint8Array.of(LINE_FEED));
	const large = (line.kind === "text" || line.kind === "pair") && line.size === "large";
	return large ? concat(Uint8Array.from(DOUBLE_HEIGHT), bytes, Uint8Array.from(NORMAL)) : bytes;
}

/** GS v 0: one band of dots. */
function rasterImage(line: ReceiptLine): Uint8Array {
	const { width, height, dots } = rasterLine(line);
	const columns = width / 8;
	const header = Uint8Array.of(0x1d, 0x76, 0x30, 0, columns & 255, columns >> 8, height & 255, height >> 8);
	return concat(header, dots);
}

function isAscii(line: ReceiptLine): boolean {
	const text = line.kind === "text" ? line.text : line.kind === "pair" ? line.label + line.value : "";
	for (let i = 0; i < text.length; i++) if (text.charCodeAt(i) < 0x20 || text.charCodeAt(i) > 0x7e) return false;
	return true;
}
