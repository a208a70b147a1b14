import { runOnXs } from "../../test/xs/xsEngine.js";
import { recordSale } from "../recordSale.js";
import { type Exchange, needlessCommands } from "../requiredCommands.js";
import type { Row } from "../row.js";

const MOST_SALE_TO_CRYPTOGRAPHY = 1.15;
const MOST_CRYPTOGRAPHY = 620_000;

/** The kernel's part of a whole online CDA sale with an enciphered offline PIN: what it costs on XS, what it sends. */
export async function rows(): Promise<Row[]> {
	const recorded = await recordSale("cda");
	const expressions = [
		`prepare(${JSON.stringify(recorded)})`,
		"noteSale()",
		"runSale()",
		"runOperations()",
		"tellSale()",
	];
	const [, , , sale, operations, told] = await runOnXs(new URL("../saleOnXs.ts", import.meta.url), expressions);
	const {
		cryptogram,
		differences,
		operations: count,
	} = told!.reply as {
		cryptogram: string;
		differences: string[];
		operations: number;
	};
	if (cryptogram !== "TC" || differences.length)
		throw new Error(`the sale went wrong: ${cryptogram}, ${differences.join(", ")}`);
	return [
		saleRow(sale!.compute, operations!.compute, count),
		cryptographyRow(operations!.compute),
		commandsRow(recorded.sale.exchanges),
	];
}

function saleRow(sale: number, operations: number, count: number): Row {
	const ratio = sale / operations;
	return {
		what: "a whole online CDA sale of the kernel, compute units",
		kassa: String(sale),
		against: `${operations} for its ${count} cryptographic operations`,
		ratio: `${ratio.toFixed(3)} x`,
		target: `${MOST_SALE_TO_CRYPTOGRAPHY} x`,
		met: ratio <= MOST_SALE_TO_CRYPTOGRAPHY,
	};
}

function cryptographyRow(operations: number): Row {
	return {
		what: "cryptography of one CDA sale in JavaScript, compute units",
		kassa: String(operations),
		against: "",
		ratio: "",
		target: String(MOST_CRYPTOGRAPHY),
		met: operations <= MOST_CRYPTOGRAPHY,
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
