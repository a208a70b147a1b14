import { expect, test } from "vitest";
import { escPos } from "../../src/receipt/escPos.js";
import { formatReceipt } from "../../src/receipt/formatReceipt.js";
import { rasterLine } from "../../src/receipt/rasterLine.js";
import { receipt } from "../../src/receipt/receipt.js";
import type { ReceiptLine } from "../../src/receipt/receiptLine.js";
import { SALE } from "./facts.js";

/** What a printer makes of the bytes: lines of text, and bands of dots by their size. @throws {Error} on a command it lacks */
function print(bytes: Uint8Array): { printed: string[]; bands: [number, number][]; cuts: number } {
	const printed: string[] = [];
	const bands: [number, number][] = [];
	let [line, cuts, at] = ["", 0, 0];
	while (at < bytes.length) {
		const [a, b, c] = bytes.subarray(at);
		if (a === 0x0a) {
			printed.push(line);
			line = "";
			at += 1;
		} else if (a === 0x1b && b === 0x40) at += 2;
		else if (a === 0x1b && b === 0x21) at += 3;
		else if (a === 0x1d && b === 0x56 && c === 0x42) {
			cuts++;
			at += 4;
		} else if (a === 0x1d && b === 0x76 && c === 0x30) {
			const columns = bytes[at + 4]! | (bytes[at + 5]! << 8);
			const rows = bytes[at + 6]! | (bytes[at + 7]! << 8);
			bands.push([columns * 8, rows]);
			at += 8 + columns * rows;
		} else if (a! >= 0x20 && a! < 0x7f) {
			line += String.fromCharCode(a!);
			at += 1;
		} else throw new Error(`a printer does not know ${a} at ${at}`);
	}
	if (at !== bytes.length || line) throw new Error("the bytes end inside a command");
	return { printed, bands, cuts };
}

test("an English receipt is text line by line, but for the amount's sign", () => {
	const lines = receipt({ ...SALE, currency: 840 }, "merchant", "en");
	const { printed, bands, cuts } = print(escPos(lines));
	expect(printed.join("\n")).toBe(formatReceipt(lines));
	expect(bands).toEqual([]);
	expect(cuts).toBe(1);
});

test("a line that is not ASCII is drawn, whatever the printer's code page", () => {
	const line: ReceiptLine = { kind: "text", text: "消费 Sale", align: "centre", size: "large" };
	const { printed, bands } = print(escPos([line]));
	expect(printed).toEqual([]);
	expect(bands).toEqual([[384, rasterLine(line).height]]);
	expect(rasterLine(line).dots.some(byte => byte !== 0)).toBe(true);
});

test("no text reaches the printer as a command", () => {
	const evil: ReceiptLine = { kind: "text", text: "a\x1b@\x1dV", align: "left", size: "normal" };
	const { printed, bands } = print(escPos([evil]));
	expect(printed).toEqual([]);
	expect(bands).toHaveLength(1);
});
