import { type BookedTransaction, holdAccount } from "../../../sim/bank/books.js";
import { readUint } from "../../../src/bytes/bytes.js";
import type { TransactionRecord } from "../../../src/journal/transactionRecord.js";
import type { Operation } from "../../../src/operation.js";
import type { CutWorld, SentMessage } from "./cutWorld.js";

/** What each operation does to the merchant's account while it stands. */
const SIGNS: Readonly<Partial<Record<Operation, 1 | -1>>> = Object.freeze({
	sale: 1,
	saleWithCashback: 1,
	cash: 1,
	completion: 1,
	completionAdvice: 1,
	saleVoid: -1,
	refund: -1,
	completionVoid: -1,
});
/** Messages at the bank that are no transaction of the terminal's, but about one. */
const ABOUT: readonly Operation[] = Object.freeze(["tip", "adjust", "voiceAuthorisedSale"]);

/**
 * Compares the journal as it is on the medium, the bank's ledger and the card when all has been finished.
 * @returns what does not agree, one sentence each; empty when nothing is lost, doubled or still open
 */
export function compare(w: CutWorld): string[] {
	const journal = w.journal();
	const wrong = w.bench.books.audit();
	const records = journal.batches().flatMap(({ batch }) => [...journal.transactions(batch)]);
	for (const { kind, batch, stan } of journal.owed()) wrong.push(`${batch}/${stan}: ${kind} still owed`);
	for (const { batch, stan } of journal.interrupted()) wrong.push(`${batch}/${stan}: never closed`);
	for (const record of records) wrong.push(...compareOne(w, record));
	wrong.push(...unknownAtTerminal(w, records), ...compareMoney(w, records));
	wrong.push(...compareNumbers(w, records), ...compareCard(w, records), ...compareSettlements(w, journal.batches()));
	return wrong;
}

/** A definite end, and the same one at the bank. */
function compareOne(w: CutWorld, record: TransactionRecord): string[] {
	const { batch, stan, operation, state, refused } = record;
	const name = `${operation} ${batch}/${stan}`;
	const wrong: string[] = [];
	if (w.shownApproved.has(`${batch}/${stan}`) && !stands(record)) wrong.push(`${name}: shown approved, now ${state}`);
	const atBank = w.bench.books.transaction({ terminalId: w.terminalId, batch, stan });
	if (state === "open" || state === "pending") wrong.push(`${name}: ${state} for good`);
	if (!stands(record)) {
		if (atBank && hasMoney(atBank)) wrong.push(`${name}: ${state} at the terminal, ${atBank.state} at the bank`);
		return wrong;
	}
	if (refused.length) wrong.push(`${name}: the bank refused ${refused.map(({ kind }) => kind).join()}`);
	const booked = atBank?.answer.referral === undefined ? atBank : byTelephone(w, record);
	if (!booked || !hasMoney(booked)) return [...wrong, `${name}: lost: ${booked?.state ?? "unknown"} at the bank`];
	if (booked.finalMinor !== record.amountMinor + record.incrementedMinor)
		wrong.push(`${name}: ${record.amountMinor} at the terminal, ${booked.finalMinor} at the bank`);
	if ((state === "voided") !== (booked.state === "voided"))
		wrong.push(`${name}: ${state} at the terminal, ${booked.state} at the bank`);
	return wrong;
}

function byTelephone(w: CutWorld, { batch, authorisationCode }: TransactionRecord): BookedTransaction | undefined {
	return w.bench.books
		.transactionsOf(w.terminalId, batch)
		.find(t => t.operation === "voiceAuthorisedSale" && t.answer.authorisationCode === authorisationCode);
}

/** Everything that the bank has booked must be a transaction that stands. */
function unknownAtTerminal(w: CutWorld, records: readonly TransactionRecord[]): string[] {
	const standing = new Set(records.filter(stands).map(({ batch, stan }) => `${batch}/${stan}`));
	const batches = new Set(w.bench.books.settlements().map(({ batch }) => batch));
	for (const { batch } of records) batches.add(batch);
	batches.add(w.bench.books.terminal(w.terminalId).batch);
	return [...batches]
		.flatMap(batch => w.bench.books.transactionsOf(w.terminalId, batch))
		.filter(t => hasMoney(t) && !ABOUT.includes(t.operation) && !standing.has(`${t.key.batch}/${t.key.stan}`))
		.map(({ key, operation }) => `${operation} ${key.batch}/${key.stan}: doubled: the terminal does not know of it`);
}

/** The accounts, against the sum of what stands in the journal. */
function compareMoney(w: CutWorld, records: readonly TransactionRecord[]): string[] {
	const wrong: string[] = [];
	let merchantMinor = 0;
	let heldMinor = 0;
	for (const record of records.filter(stands)) {
		merchantMinor += (SIGNS[record.operation] ?? 0) * record.amountMinor;
		if (record.operation !== "preAuthorisation") continue;
		const { batch, stan } = record;
		const isUsed = records.some(
			({ operation, original, state }) =>
				(operation === "completion" || operation === "completionAdvice") &&
				state === "approved" &&
				original?.batch === batch &&
				original.stan === stan,
		);
		const expected = record.state === "voided" || isUsed ? 0 : record.amountMinor + record.incrementedMinor;
		const held = w.bench.books.balanceMinor(holdAccount({ terminalId: w.terminalId, batch, stan }));
		if (held !== expected) wrong.push(`${batch}/${stan} holds ${held}, ought to hold ${expected}`);
		heldMinor += expected;
	}
	if (w.bench.merchantMinor !== merchantMinor)
		wrong.push(`the merchant has ${w.bench.merchantMinor}, the journal says ${merchantMinor}`);
	const cardMinor = w.bench.books.balanceMinor(w.account.pan);
	if (cardMinor !== w.account.balanceMinor - merchantMinor - heldMinor)
		wrong.push(`the card has ${cardMinor}, the journal says ${w.account.balanceMinor - merchantMinor - heldMinor}`);
	return wrong;
}

/** No number twice for two things. */
function compareNumbers(w: CutWorld, records: readonly TransactionRecord[]): string[] {
	const wrong: string[] = [];
	const first = new Map<number, SentMessage>();
	for (const message of w.sent) {
		const { stan, content, about, isReversal } = message;
		const before = first.get(stan) ?? message;
		first.set(stan, before);
		const differs = !isReversal && !before.isReversal && about !== before.about;
		if (content !== before.content || differs) wrong.push(`STAN ${stan} was "${before.content}" and "${content}"`);
	}
	const ksns = w.sent.flatMap(({ keySerialNumber }) => keySerialNumber ?? []);
	if (new Set(ksns).size !== ksns.length) wrong.push("a key serial number was used twice");
	const invoices = records.map(({ invoice }) => invoice);
	if (new Set(invoices).size !== invoices.length) wrong.push(`invoices ${invoices.join()}`);
	const keys = records.flatMap(({ requestKey }) => requestKey ?? []);
	if (new Set(keys).size !== keys.length) wrong.push(`request keys ${keys.join()}`);
	return wrong;
}

/** Counters of the card, and its own log of what it approved. */
function compareCard(w: CutWorld, records: readonly TransactionRecord[]): string[] {
	const wrong: string[] = [];
	const cards = Object.values(w.bench.cardState ?? {});
	const highest = Math.max(0, ...cards.map(({ atc }) => atc));
	const seen = w.sent.map(({ atc }) => atc);
	if (Math.max(0, ...seen) > highest) wrong.push(`the bank saw counters ${seen.join()}, the card is at ${highest}`);
	const logged = cards.flatMap(({ log = [] }) => log.map(entry => Number.parseInt(entry.slice(0, 4), 16)));
	let before = 0;
	for (const { receipt, state, batch, stan } of records) {
		if (!receipt?.atc) continue;
		const atc = readUint(receipt.atc);
		if (atc <= before || atc > highest) wrong.push(`${batch}/${stan}: counter ${atc} after ${before} of ${highest}`);
		before = atc;
		if ((state === "approved" || state === "voided") && !logged.includes(atc))
			wrong.push(`${batch}/${stan}: approved, and the card has no ${atc} in its log`);
	}
	return wrong;
}

/** Both sides have closed the same batches with the same sums. */
function compareSettlements(
	w: CutWorld,
	batches: readonly { batch: number; phase: string; count: number }[],
): string[] {
	const wrong: string[] = [];
	for (const { batch, phase, count } of batches) {
		if (count === 0) continue;
		const atBank = w.bench.books.settlement(w.terminalId, batch);
		const verdict = w.bench.desk.disputeTotals ? "reconciled" : "equal";
		if (phase !== "settled" || atBank.verdict !== verdict)
			wrong.push(`batch ${batch}: ${phase} at the terminal, ${atBank.verdict ?? atBank.state} at the bank`);
	}
	return wrong;
}

function stands({ state }: TransactionRecord): boolean {
	return state === "approved" || state === "voided";
}

function hasMoney({ state }: BookedTransaction): boolean {
	return state === "approved" || state === "completed" || state === "voided";
}
