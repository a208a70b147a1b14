import { expect } from "vitest";
import type { JournalEntry, OpenedEntry, TransactionEntry } from "../../src/journal/entries.js";
import type { Journal } from "../../src/journal/journal.js";
import { settlementTotals } from "../../src/journal/totals.js";

/** Batches of more transactions are compared at a few of them. */
const MOST_COMPARED = 25;

interface ModelTransaction {
	readonly opened: OpenedEntry;
	outcome: string | undefined;
	amountMinor: number;
	reversed: boolean;
	readonly owed: { kind: string; attempts: number; sealed: readonly number[] }[];
	sealed: readonly number[];
	voided: boolean;
	refundedMinor: number;
}

interface ModelBatch {
	readonly batch: number;
	phase: string;
	settledAt: number | undefined;
	told: number | undefined;
}

/** What a journal of these entries has to tell, reckoned from a plain list each time it is asked. */
export class JournalModel {
	readonly entries: JournalEntry[] = [];
	/** Batches that were settled before may be known or not. */
	keptSince = 0;

	/** Whether the journal holds these entries and tells what follows of them. */
	check(journal: Journal): void {
		const { transactions, batches, batch } = this.#reckon();
		expect(journal.batch).toBe(batch);
		const kept = batches.filter(each => !(each.settledAt !== undefined && each.settledAt < this.keptSince));
		const tellsOf = journal
			.batches()
			.filter(each => !(each.settledAt !== undefined && each.settledAt < this.keptSince));
		expect(tellsOf.map(each => [each.batch, each.phase])).toEqual(kept.map(each => [each.batch, each.phase]));
		for (const each of kept) {
			const own = transactions.filter(({ opened }) => opened.batch === each.batch);
			if (own.length <= MOST_COMPARED)
				expect([...journal.transactions(each.batch)].map(told)).toEqual(own.map(expected));
			for (const one of own.slice(-3)) expect(told(journal.transaction(one.opened)!)).toEqual(expected(one));
			expect(debit(journal, each.batch)).toBe(each.told ?? debitOf(own));
			const some = own[Math.floor(own.length / 2)];
			if (!some) continue;
			expect(told(journal.byInvoice(some.opened.invoice)!)).toEqual(expected(some));
			const { requestKey } = some.opened;
			if (requestKey !== undefined) expect(journal.byRequestKey(requestKey)?.invoice).toBe(some.opened.invoice);
		}
		const owed = transactions.flatMap(({ opened: { stan }, owed }) =>
			owed.map(({ kind, attempts, sealed }) => ({ stan, kind, attempts, sealed })),
		);
		const tells = journal.owed().map(each => {
			return { stan: each.stan, kind: each.kind, attempts: each.attempts, sealed: [...journal.sealed(each)] };
		});
		const byStan = (a: { stan: number; kind: string }, b: { stan: number; kind: string }) =>
			a.stan - b.stan || (a.kind < b.kind ? -1 : 1);
		expect(tells.sort(byStan)).toEqual(owed.sort(byStan));
		expect(journal.interrupted().map(({ stan }) => stan)).toEqual(
			transactions.filter(({ outcome }) => outcome === undefined).map(({ opened }) => opened.stan),
		);
		expect(journal.nextInvoice()).toBe(transactions.length + 1);
	}

	#reckon() {
		const transactions: ModelTransaction[] = [];
		let batches: ModelBatch[] = [];
		let batch = 0;
		const enter = (number: number) => {
			if (number === batch) return;
			batch = number;
			const isUsed = (each: ModelBatch) =>
				each.phase !== "open" || transactions.some(({ opened }) => opened.batch === each.batch);
			batches = [...batches.filter(isUsed), { batch, phase: "open", settledAt: undefined, told: undefined }];
		};
		for (const entry of this.entries) {
			if (entry.type === "opened") transactions.push(begun(entry));
			else if (entry.type === "batchOpened" || entry.type === "signedIn") enter(entry.batch);
			else if ("stan" in entry) {
				const own = transactions.find(({ opened }) => opened.stan === entry.stan && opened.batch === entry.batch)!;
				take(own, entry, transactions);
			} else if (entry.type !== "stansTaken") {
				const of = batches.find(each => each.batch === entry.batch)!;
				of.phase = entry.type;
				if (entry.type === "settling") {
					of.told = settlementTotals(entry.totals, false).debit.amountMinor;
					enter(entry.batch + 1);
				}
				if (entry.type === "settled") of.settledAt = entry.at;
			}
		}
		return { transactions, batches, batch };
	}
}

function begun(opened: OpenedEntry): ModelTransaction {
	const nothing = { outcome: undefined, reversed: false, owed: [], sealed: [], voided: false, refundedMinor: 0 };
	return { opened, amountMinor: opened.amountMinor, ...nothing };
}

function take(own: ModelTransaction, entry: TransactionEntry, all: readonly ModelTransaction[]): void {
	const { original, operation } = own.opened;
	const of = original && all.find(({ opened }) => opened.stan === original.stan && opened.batch === original.batch);
	const gone = (kind: string) =>
		own.owed.splice(
			own.owed.findIndex(each => each.kind === kind),
			1,
		);
	if (entry.type === "sent") own.sealed = [...entry.reversal!];
	else if (entry.type === "closed") {
		own.outcome = entry.outcome;
		if (of && entry.outcome === "approved" && operation === "saleVoid") of.voided = true;
		if (of && entry.outcome === "approved" && operation === "refund") of.refundedMinor += own.amountMinor;
	} else if (entry.type === "reversalOwed") own.owed.push({ kind: "reversal", attempts: 0, sealed: own.sealed });
	else if (entry.type === "adviceOwed") own.owed.push({ kind: entry.kind, attempts: 0, sealed: [...entry.sealed] });
	else if (entry.type === "attempt") own.owed.find(each => each.kind === entry.kind)!.attempts++;
	else if (entry.type === "adviceDelivered") gone(entry.kind);
	else if (entry.type === "reversed") {
		gone("reversal");
		own.reversed = true;
	}
}

function expected(of: ModelTransaction) {
	const { opened, outcome, amountMinor, refundedMinor } = of;
	const isOwed = of.owed.some(({ kind }) => kind === "reversal");
	const ended = outcome === "approved" ? (of.voided ? "voided" : "approved") : outcome;
	const state = outcome === undefined ? "open" : isOwed ? "pending" : of.reversed ? "reversed" : ended;
	return { stan: opened.stan, invoice: opened.invoice, amountMinor, state, refundedMinor };
}

function told({ stan, invoice, amountMinor, state, refundedMinor }: ReturnType<typeof expected>) {
	return { stan, invoice, amountMinor, state, refundedMinor };
}

function debit(journal: Journal, batch: number): number {
	return settlementTotals(journal.totals(batch), false).debit.amountMinor;
}

function debitOf(transactions: readonly ModelTransaction[]): number {
	let sum = 0;
	for (const { opened, outcome, amountMinor } of transactions)
		if (opened.operation === "sale" && outcome === "approved") sum += amountMinor;
	return sum;
}
