import { PNG } from "pngjs";
import { expect, test } from "vitest";
import { escPosPaper } from "../../../sim/world/escPosPaper.js";
import { SimulatedPrinter } from "../../../sim/world/simulatedPrinter.js";
import { asciiBytes, concat } from "../../../src/bytes/bytes.js";
import { parseHex } from "../../../src/bytes/hex.js";
import { escPos } from "../../../src/receipt/escPos.js";
import type { ReceiptLine } from "../../../src/receipt/receiptLine.js";

const LINES: readonly ReceiptLine[] = [
	{ kind: "text", text: "KASSA", align: "left", size: "large" },
	{ kind: "pair", label: "Batch", value: "000001", size: "normal" },
	{ kind: "text", text: "合计", align: "left", size: "normal" },
];

test("the paper has what the receipt has: tall text, plain text, and a picture of what is not ASCII", () => {
	const [title, batch, total, ...rest] = escPosPaper(escPos(LINES));
	expect(title).toEqual({ kind: "text", text: "KASSA", isTall: true });
	expect(batch).toEqual({ kind: "text", text: `Batch${" ".repeat(21)}000001`, isTall: false });
	expect(total).toMatchObject({ kind: "picture", raster: { width: 384 } });
	expect(rest).toEqual([]);
});

test.each([
	["1B45", "the printer does not know the command at byte 0"],
	["411D763000300002000000", "the picture at byte 1 does not fit the paper"],
	["1D763000FF0001FF", "the picture at byte 0 does not fit the paper"],
])("%s: no paper comes out of rubbish", (hex, sentence) => {
	expect(() => escPosPaper(parseHex(hex))).toThrow(new RangeError(sentence));
});

test("a printer keeps what it printed, with ink on it, and nothing while it cannot print", async () => {
	const printer = new SimulatedPrinter(() => "text");
	expect(await printer.print(escPos(LINES))).toBe("printed");
	const png = PNG.sync.read(Buffer.from(printer.papers[0]!.png));
	const inkIn = (top: number, bottom: number) => {
		let dots = 0;
		for (let at = 4 * png.width * top; at < 4 * png.width * bottom; at += 4) if (png.data[at]! < 128) dots++;
		return dots;
	};
	expect(inkIn(0, 24)).toBe(0);
	expect(inkIn(24, 76)).toBeGreaterThan(200); // KASSA, twice as tall
	expect(inkIn(76, 102)).toBeGreaterThan(100);
	printer.state = "noPaper";
	expect(await printer.print(escPos(LINES))).toBe("noPaper");
	printer.state = "notConnected";
	expect(await printer.print(escPos(LINES))).toBe("notConnected");
	expect(printer.papers).toHaveLength(1);
	printer.state = "ready";
	for (let i = 0; i < 25; i++) await printer.print(concat(asciiBytes(String(i)), Uint8Array.of(10)));
	expect(printer.papers.map(({ id }) => id)).toEqual(Array.from({ length: 20 }, (_, i) => i + 7));
});
