/** `npm run bench`: what parsing, a sale and the line cost on the XS engine, in compute units, and on the line, in etu. */
import { runOnXs, type XsUse } from "../test/xs/xsEngine.js";
import { cryptoRows } from "./cryptoCost.js";
import { driverExpressions, driverRows } from "./driverCost.js";
import { journalRows } from "./journal.js";
import { keyRows } from "./keyRows.js";
import { lineTimeRows } from "./lineTime.js";
import { compareMessageCodecs } from "./messageCodec.js";
import { recordSale } from "./recordSale.js";
import { type Exchange, needlessCommands } from "./requiredCommands.js";
import type { Row } from "./row.js";

const TIMES = 100;
/** Of an XS slot on a 64-bit machine; 16 on a board of 32 bits. */
const SLOT_BYTES = 32;

const MOST_SALE_CRYPTOGRAPHY = 620_000;

type Used = XsUse & { readonly newSlots: number };

const rows = await measure();
console.log(table(rows));
process.exitCode = rows.every(({ met }) => met) ? 0 : 1;

async function measure(): Promise<Row[]> {
	const recorded = await recordSale("cda");
	const parse = ["parseNothing", "parseFlat", "parseNaive", "packMessage", "unpackMessage"].flatMap(name => [
		`${name}(1)`,
		`${name}(${TIMES + 1})`,
	]);
	// The first sale warms up; the second is measured.
	const sale = ["runSale(0)", "runSale(1)", "noteRsa(1)", "runOperations(1)", "tellSale(1)"];
	const expressions = ["tellObjects()", "gc()", ...parse, `prepare(${JSON.stringify(recorded)})`, ...sale, "gc()"];
	const [load, ...evaluated] = await runOnXs(new URL("onXs.ts", import.meta.url), expressions);
	const used = new Map<string, Used>();
	let { slots } = load!;
	for (const [i, each] of evaluated.entries()) {
		used.set(expressions[i]!, { ...each, newSlots: each.slots - slots });
		slots = each.slots;
	}
	const [, ...driver] = await runOnXs(new URL("driverOnXs.ts", import.meta.url), driverExpressions);
	return [
		...parseRows(used),
		...messageRows(used),
		saleRow(used),
		saleCryptographyRow(used),
		commandsRow(recorded.sale.exchanges),
		...(await keyRows()),
		...(await lineTimeRows()),
		...driverRows(driver.map(({ compute }) => compute)),
		...(await journalRows()),
		...(await cryptoRows()),
	];
}

function messageRows(used: ReadonlyMap<string, Used>): Row[] {
	const { kassa, other, ratio } = compareMessageCodecs();
	const once = (name: string) => (used.get(`${name}(${TIMES + 1})`)!.compute - used.get(`${name}(1)`)!.compute) / TIMES;
	const [nothing, pack, unpack] = ["parseNothing", "packMessage", "unpackMessage"].map(once) as [
		number,
		number,
		number,
	];
	return [
		{
			what: "pack and unpack a 0200 with field 55 in Node, messages a second",
			kassa: kassa.toFixed(0),
			against: `${other.toFixed(0)} iso_8583`,
			ratio: `${ratio.toFixed(1)} x more`,
			target: "10 x",
			met: ratio >= 10,
		},
		{
			what: "pack and unpack a 0200 with field 55, compute units",
			kassa: (pack + unpack - 2 * nothing).toFixed(0),
			against: `${(pack - nothing).toFixed(0)} to pack, ${(unpack - nothing).toFixed(0)} to unpack`,
			ratio: "",
			target: "none set",
			met: true,
		},
	];
}

function parseRows(used: ReadonlyMap<string, Used>): Row[] {
	const objects = used.get("tellObjects()")!.reply as { length: number; flat: number; naive: number };
	if (objects.length !== 480 || objects.flat !== objects.naive) throw new Error("the two parsers differ");
	const once = (name: string, what: "compute" | "newSlots") =>
		(used.get(`${name}(${TIMES + 1})`)![what] - used.get(`${name}(1)`)![what]) / TIMES;
	const units = (name: string) => once(name, "compute") - once("parseNothing", "compute");
	const bytes = (name: string) => once(name, "newSlots") * SLOT_BYTES;
	const [flat, naive] = [units("parseFlat"), units("parseNaive")];
	const [flatBytes, naiveBytes] = [bytes("parseFlat"), bytes("parseNaive")];
	return [
		{
			what: "TLV parse of a 480-byte record, compute units",
			kassa: flat.toFixed(0),
			against: `${naive.toFixed(0)} naive`,
			ratio: `${(naive / flat).toFixed(2)} x less`,
			target: "4 x",
			met: naive >= 4 * flat,
		},
		{
			what: "TLV parse of a 480-byte record, garbage in bytes",
			kassa: flatBytes.toFixed(0),
			against: `${naiveBytes.toFixed(0)} naive`,
			ratio: flatBytes ? `${(naiveBytes / flatBytes).toFixed(0)} x less` : "none",
			target: "100 x",
			met: naiveBytes > 0 && naiveBytes >= 100 * flatBytes,
		},
	];
}

function saleRow(used: ReadonlyMap<string, Used>): Row {
	const told = used.get("tellSale(1)")!.reply as { cryptogram: string; differences: string[]; operations: number };
	if (told.cryptogram !== "TC" || told.differences.length)
		throw new Error(`the sale went wrong: ${JSON.stringify(told)}`);
	const sale = used.get("runSale(1)")!.compute;
	const operations = used.get("runOperations(1)")!.compute;
	return {
		what: "a whole online CDA sale of the kernel, compute units",
		kassa: String(sale),
		against: `${operations} for its ${told.operations} cryptographic operations`,
		ratio: `${(sale / operations).toFixed(3)} x`,
		target: "1.15 x",
		met: sale <= 1.15 * operations,
	};
}

function saleCryptographyRow(used: ReadonlyMap<string, Used>): Row {
	const operations = used.get("runOperations(1)")!.compute;
	return {
		what: "cryptography of one CDA sale in JavaScript, compute units",
		kassa: String(operations),
		against: "",
		ratio: "",
		target: `${MOST_SALE_CRYPTOGRAPHY}`,
		met: operations <= MOST_SALE_CRYPTOGRAPHY,
	};
}

function commandsRow(exchanges: readonly Exchange[]): Row {
	const sent = exchanges.slice(0, 1 + exchanges.findIndex(([command]) => command.startsWith("80AE")));
	const needless = needlessCommands(sent);
	return {
		what: "commands to the card, up to GENERATE AC 1",
		kassa: String(sent.length),
		against: needless.length ? `not required: ${needless.join(", ")}` : "each required by the Books",
		ratio: `${needless.length} too many`,
		target: "0",
		met: needless.length === 0,
	};
}

function table(rows: readonly Row[]): string {
	const lines = [
		["", "Kassa", "against", "ratio", "target", ""],
		...rows.map(row => [row.what, row.kassa, row.against, row.ratio, row.target, row.met ? "met" : "MISSED"]),
	];
	const widths = lines[0]!.map((_, i) => Math.max(...lines.map(line => line[i]!.length)));
	return lines
		.map(line =>
			line
				.map((cell, i) => cell.padEnd(widths[i]!))
				.join("  ")
				.trimEnd(),
		)
		.join("\n");
}
