import { Command } from "commander";
import { formatHex } from "../../src/bytes/hex.js";
import { formatAmount } from "../../src/display/amount.js";
import { formatJournalEntry } from "../../src/journal/formatJournalEntry.js";
import type { Journal } from "../../src/journal/journal.js";
import { settlementTotals } from "../../src/journal/totals.js";
import type { TransactionRecord } from "../../src/journal/transactionRecord.js";
import type { TestTerminal } from "../world/merchant.js";
import { StateFolder, UserError } from "../world/stateFolder.js";
import { useTerminalJournal } from "../world/terminalJournal.js";
import { openTestWorld } from "../world/testWorld.js";
import { parseInvoice, stateOption, terminalOption } from "./options.js";

interface JournalOptions {
	readonly json?: boolean;
	readonly terminal: TestTerminal;
	readonly state: string;
}

/** `kassa journal`: what a terminal remembers, masked. The terminal must not run meanwhile. */
export function journalCommand(): Command {
	const journal = new Command("journal").description("look into a terminal's journal");
	const add = (name: string, description: string) =>
		journal
			.command(name)
			.description(description)
			.option("--json", "print JSON")
			.addOption(terminalOption("whose journal"))
			.addOption(stateOption());
	add("list", "print the transactions of each batch, and its totals").action(o => withJournal(o, list));
	add("show", "print all that is known of a transaction")
		.argument("<invoice>", "its invoice number", parseInvoice)
		.action((invoice: number, o: JournalOptions) => withJournal(o, (j, json) => show(j, invoice, json)));
	add("verify", "read every record in both copies, repair what can be repaired").action(o => withJournal(o, verify));
	add("export", "print every entry, oldest first").action(o => withJournal(o, exportEntries));
	return journal;
}

async function withJournal(o: JournalOptions, use: (journal: Journal, json: boolean) => void): Promise<void> {
	const state = new StateFolder(o.state);
	await openTestWorld(state, false);
	useTerminalJournal(
		state,
		o.terminal,
		sentence => console.error(`kassa: ${sentence}`),
		journal => use(journal, o.json === true),
	);
}

function list(journal: Journal, json: boolean): void {
	const batches = journal.batches().map(({ batch, phase, verdict }) => ({
		batch,
		phase,
		verdict,
		transactions: [...journal.transactions(batch)],
		totals: journal.totals(batch),
	}));
	if (json) {
		console.log(text(batches));
		return;
	}
	for (const { batch, phase, verdict, transactions, totals } of batches) {
		console.log(`batch ${batch}: ${phase}${verdict === undefined ? "" : `, ${verdict}`}`);
		if (transactions.length > 0) console.table(transactions.map(row));
		const currency = transactions[0]?.currency;
		if (currency === undefined) continue;
		for (const foreign of [false, true]) {
			const { debit, credit } = settlementTotals(totals, foreign);
			if (debit.count + credit.count === 0) continue;
			const sum = (of: { count: number; amountMinor: number }) =>
				`${of.count} of ${formatAmount(of.amountMinor, currency)}`;
			console.log(`  ${foreign ? "cards from abroad" : "total"}: debit ${sum(debit)}, credit ${sum(credit)}`);
		}
	}
	for (const owed of journal.owed())
		console.log(`owed to the bank: ${owed.kind} of ${owed.batch}/${owed.stan}, ${owed.attempts} tries so far`);
}

function row(record: TransactionRecord) {
	return {
		invoice: record.invoice,
		stan: record.stan,
		at: new Date(record.openedAt).toISOString(),
		operation: record.operation,
		state: record.state,
		amount: formatAmount(record.amountMinor, record.currency),
		card: record.panMasked ?? "-",
		answer: record.responseCode ?? "-",
		authorisation: record.authorisationCode ?? "-",
	};
}

function show(journal: Journal, invoice: number, json: boolean): void {
	const record = journal.byInvoice(invoice);
	if (!record)
		throw new UserError(`there is no transaction with invoice number ${invoice}: see \`kassa journal list\``);
	if (json) console.log(text(record));
	else
		for (const [name, value] of Object.entries(JSON.parse(text(record)) as object))
			console.log(`${name.padEnd(20)} ${typeof value === "object" ? JSON.stringify(value) : value}`);
}

function verify(journal: Journal, json: boolean): void {
	const report = journal.verify();
	if (json) console.log(text(report));
	else {
		console.log(`${report.records} records, ${report.damage.length === 0 ? "all whole in both copies" : "damage:"}`);
		for (const { record, segment, offset, copies, repaired } of report.damage)
			console.log(
				`  ${record === undefined ? "a record" : `record ${record}`} at byte ${offset} of segment ${segment}: ${
					record === undefined ? "damaged in both copies" : `damaged in the ${copies.join(" and the ")}`
				}, ${repaired ? "repaired" : "NOT repaired: put the files back from a copy, and tell the bank"}`,
			);
	}
	if (report.damage.some(({ repaired }) => !repaired)) process.exitCode = 1;
}

function exportEntries(journal: Journal, json: boolean): void {
	for (const entry of journal.entries()) console.log(json ? text(entry) : formatJournalEntry(entry));
}

/** JSON with bytes as hexadecimal; what is sealed is told by its length. */
function text(value: unknown): string {
	return JSON.stringify(value, (key, each: unknown) => {
		if (!(each instanceof Uint8Array)) return each;
		return SEALED.includes(key) ? `sealed, ${each.length} bytes` : formatHex(each);
	});
}

const SEALED: readonly string[] = Object.freeze(["reversal", "sealed", "sealedMessage"]);
