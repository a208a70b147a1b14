import type { BookedTransaction } from "../../sim/bank/books.js";
import type { Ledger } from "../../sim/bank/ledger.js";
import { TEST_MERCHANT } from "../../sim/world/merchant.js";
import { Journal } from "../../src/journal/journal.js";
import type { SaleBench } from "../../test/flows/bench.js";

export interface SoakedTerminal {
	readonly terminalId: string;
	readonly bench: SaleBench;
}

/** What card, journal and ledger say after a soak; every list is empty when they agree. */
export interface SoakDifferences {
	readonly approved: number;
	readonly reversed: number;
	readonly notApproved: number;
	/** Approved at the terminal, and the bank did not pay. */
	readonly lost: readonly string[];
	/** The bank paid, and the terminal does not know of an approval; or it paid another amount. */
	readonly doubled: readonly string[];
	/** Anything else: books that do not add up, reversals still owed, counters of the card that do not fit. */
	readonly wrong: readonly string[];
}

/** Compares each terminal's journal, as it is on its medium, with the bank's ledger, and both with the card. */
export function differences(
	terminals: readonly SoakedTerminal[],
	books: Ledger,
	account: { readonly pan: string; readonly balanceMinor: number },
): SoakDifferences {
	const lost: string[] = [];
	const doubled: string[] = [];
	const wrong = books.audit();
	let approved = 0;
	let reversed = 0;
	let notApproved = 0;
	let sumMinor = 0;
	for (const { terminalId, bench } of terminals) {
		const journal = new Journal(bench.journalPorts);
		for (const { kind, batch, stan } of journal.owed())
			wrong.push(`${terminalId} ${batch}/${stan}: ${kind} still owed`);
		for (const { batch, stan } of journal.interrupted()) wrong.push(`${terminalId} ${batch}/${stan}: never closed`);
		const known = new Set<string>();
		for (const { batch } of journal.batches())
			for (const record of journal.transactions(batch)) {
				const { stan, state, amountMinor } = record;
				const name = `${terminalId} ${batch}/${stan}`;
				known.add(name);
				const booked = books.transaction({ terminalId, batch, stan });
				if (state === "approved") {
					approved++;
					sumMinor += amountMinor;
					if (booked?.state !== "approved") lost.push(`${name}: ${booked?.state ?? "unknown to the bank"}`);
					else if (booked.finalMinor !== amountMinor) doubled.push(`${name}: ${booked.finalMinor} for ${amountMinor}`);
				} else {
					if (state === "reversed") reversed++;
					else notApproved++;
					if (booked && hasMoney(booked))
						doubled.push(`${name}: ${state} at the terminal, ${booked.state} at the bank`);
				}
			}
		for (const booked of bookedBy(books, terminalId, journal)) {
			const name = `${terminalId} ${booked.key.batch}/${booked.key.stan}`;
			if (!known.has(name) && hasMoney(booked)) doubled.push(`${name}: not in the journal`);
		}
	}
	const merchantMinor = books.balanceMinor(TEST_MERCHANT.merchantId);
	if (merchantMinor !== sumMinor) wrong.push(`the merchant was paid ${merchantMinor} for sales of ${sumMinor}`);
	const spentMinor = account.balanceMinor - books.balanceMinor(account.pan);
	if (spentMinor !== sumMinor) wrong.push(`the card paid ${spentMinor} for sales of ${sumMinor}`);
	const used = books.usedAtcs();
	const { cardState = {} } = terminals[terminals.length - 1]!.bench;
	const highest = Math.max(...Object.values(cardState).map(({ atc }) => atc));
	if (used.length < approved) wrong.push(`${approved} approvals on ${used.length} cryptograms`);
	if (Math.max(...used) > highest) wrong.push(`the bank saw counter ${Math.max(...used)}, the card is at ${highest}`);
	return { approved, reversed, notApproved, lost, doubled, wrong };
}

function hasMoney({ state }: BookedTransaction): boolean {
	return state === "approved" || state === "completed" || state === "voided";
}

function bookedBy(books: Ledger, terminalId: string, journal: Journal): BookedTransaction[] {
	return journal.batches().flatMap(({ batch }) => books.transactionsOf(terminalId, batch));
}
