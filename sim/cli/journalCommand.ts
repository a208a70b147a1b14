import { Command } from "commander";
import { formatHex } from "../../src/bytes/hex.js";
import { formatAmount } from "../../src/display/amount.js";
import { batchFees, type Fee, feeOf } from "../../src/flows/fees.js";
import { formatJournalEntry } from "../../src/journal/formatJournalEntry.js";
import { settlementTotals } from "../../src/journal/totals.js";
import type { TransactionRecord } from "../../src/journal/transactionRecord.js";
import type { TestTerminal } from "../world/merchant.js";
import { StateFolder, UserError } from "../world/stateFolder.js";
import { type StoppedTerminal, useStoppedTerminal } from "../world/stoppedTerminal.js";
import { openTestWorld } from "../world/testWorld.js";
import { signedAmount } from "./amount.js";
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
		.action((invoice: number, o: JournalOptions) => withJournal(o, (kept, json) => show(kept, invoice, json)));
	add("verify", "read every record in both copies, repair what can be repaired").action(o => withJournal(o, verify));
	add("export", "print every entry, oldest first").action(o => withJournal(o, exportEntries));
	return journal;
}

/** A journal, and the binding whose terms it was kept under. */
type Kept = Pick<StoppedTerminal, "journal" | "binding">;

async function withJournal(o: JournalOptions, use: (kept: Kept, json: boolean) => void): Promise<void> {
	const state = new StateFolder(o.state);
	await openTestWorld(state, false);
	await useStoppedTerminal(state, o.terminal, kept => use(kept, o.json === true));
}

function list(kept: Kept, json: boolean): void {
	const { journal } = kept;
	const batches = journal.batches().map(({ batch, phase, verdict }) => ({
		batch,
		phase,
		verdict,
		transactions: [...journal.transactions(batch)].map(record => ({ ...record, ...feeOf(kept, record) })),
		totals: journal.totals(batch),
		fees: batchFees(kept, batch),
	}));
	if (json) {
		console.log(text(batches));
		return;
	}
	for (const { batch, phase, verdict, transactions, totals, fees } of batches) {
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
		const money = (amountMinor: number) => signedAmount(amountMinor, currency);
		if (fees.grossMinor !== 0 || fees.feeMinor !== 0)
			console.log(`  gross ${money(fees.grossMinor)}, fees ${money(fees.feeMinor)}, net ${money(fees.netMinor)}`);
	}
	for (const owed of journal.owed())
		console.log(`owed to the bank: ${owed.kind} of ${owed.batch}/${owed.stan}, ${owed.attempts} tries so far`);
}

function row(record: TransactionRecord & Partial<Fee>) {
	const { feeMinor, netMinor, currency } = record;
	return {
		invoice: record.invoice,
		stan: record.stan,
		at: new Date(record.openedAt).toISOString(),
		operation: record.operation,
		state: record.state,
		amount: formatAmount(record.amountMinor, currency),
		fee: feeMinor === undefined ? "-" : signedAmount(feeMinor, currency),
		net: netMinor === undefined ? "-" : signedAmount(netMinor, currency),
		card: record.panMasked ?? "-",
		answer: record.responseCode ?? "-",
		authorisation: record.authorisationCode ?? "-",
	};
}

function show(kept: Kept, invoice: number, json: boolean): void {
	const found = kept.journal.byInvoice(invoice);
	if (!found) throw new UserError(`there is no transaction with invoice number ${invoice}: see \`kassa journal list\``);
	const record = { ...found, ...feeOf(kept, found) };
	if (json) console.log(text(record));
	else
		for (const [name, value] of Object.entries(JSON.parse(text(record)) as object))
			console.log(`${name.padEnd(20)} ${typeof value === "object" ? JSON.stringify(value) : value}`);
}

function verify({ journal }: Kept, json: boolean): void {
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

function exportEntries({ journal }: Kept, json: boolean): void {
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
