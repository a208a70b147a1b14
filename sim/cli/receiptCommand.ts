import { Command, Option } from "commander";
import type { TestTerminal } from "../world/merchant.js";
import { StateFolder, UserError } from "../world/stateFolder.js";
import { configOption, invoiceOption, stateOption, terminalOption } from "./options.js";
import { writeOut } from "./writeOut.js";

interface ReceiptOptions {
	readonly invoice?: number;
	readonly copy: "merchant" | "cardholder";
	readonly png?: string;
	readonly escpos?: string;
	readonly json?: boolean;
	/** Nobody has printed this copy before: it is not marked as a reprint. */
	readonly original?: boolean;
	readonly terminal: TestTerminal;
	readonly config?: string;
	readonly state: string;
}

/** `kassa receipt`: the receipt of a transaction, out of the journal. */
export function receiptCommand(): Command {
	return new Command("receipt")
		.description("print a receipt again: as text, as a picture, or as bytes for a printer")
		.addOption(invoiceOption("of the transaction").conflicts("last"))
		.option("-l, --last", "of the last transaction, which is what it prints unless told otherwise")
		.addOption(
			new Option("--copy <whose>", "whose copy it is").choices(["merchant", "cardholder"]).default("cardholder"),
		)
		.option("--png <file>", "write it as a picture of the paper")
		.option("--escpos <file>", "write it as ESC/POS for a 58 mm printer")
		.option("--original", "the first print of this copy, not marked as a reprint")
		.option("--json", "print one JSON object")
		.addOption(terminalOption("whose journal it is in"))
		.addOption(configOption())
		.addOption(stateOption())
		.action(printReceipt);
}

async function printReceipt(options: ReceiptOptions): Promise<void> {
	const state = new StateFolder(options.state);
	const { copy, png, escpos, json } = options;
	const { record, lines } = await readReceipt(state, options);
	const [{ formatReceipt }, { escPos }] = await Promise.all([
		import("../../src/receipt/formatReceipt.js"),
		import("../../src/receipt/escPos.js"),
	]);
	if (png !== undefined) {
		const { receiptPng } = await import("../world/receiptPng.js");
		write(png, receiptPng(lines));
	}
	if (escpos !== undefined) write(escpos, escPos(lines));
	const text = formatReceipt(lines);
	if (json) {
		const { operation, batch, invoice, stan } = record;
		console.log(JSON.stringify({ operation, batch, invoice, stan, copy, text: text.split("\n") }));
	} else if (png === undefined && escpos === undefined) console.log(text.trimEnd());
}

async function readReceipt(
	state: StateFolder,
	{ terminal: name, invoice, copy, config, original = false }: ReceiptOptions,
) {
	const [{ useTerminalAlone }, { readConfiguration }] = await Promise.all([
		import("../world/terminalAlone.js"),
		import("../world/configurationFile.js"),
	]);
	if (!state.has(`${name}/batch`)) throw new UserError(`${state.at(name)} holds no journal: make a sale first`);
	const configuration = readConfiguration(state, config);
	return useTerminalAlone(state, name, { configuration }, ({ terminal }) => {
		const record = invoice === undefined ? terminal.journal.last() : terminal.journal.byInvoice(invoice);
		if (record) return { record, lines: terminal.receipt(record, copy, !original) };
		throw new UserError(
			invoice === undefined
				? "there is no transaction yet: make a sale first"
				: `there is no transaction with invoice number ${invoice}: see \`kassa journal list\``,
		);
	});
}

function write(file: string, bytes: Uint8Array): void {
	writeOut(file, bytes);
	console.error(`kassa: written ${file}`);
}
