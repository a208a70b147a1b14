import { type BookedTransaction, type Books, holdAccount } from "../../../sim/bank/books.js";
import type { Journal } from "../../../src/journal/journal.js";
import type { TransactionRecord } from "../../../src/journal/transactionRecord.js";
import type { Operation } from "../../../src/operation.js";

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

/** Something that journal and ledger do not agree in. */
export interface Difference {
	/** Lost: approved at the terminal, not paid by the bank. Doubled: paid, and the terminal knows of no such approval. */
	readonly kind: "lost" | "doubled" | "wrong";
	readonly what: string;
}

export interface ComparedTerminal {
	readonly terminalId: string;
	/** As it is on the medium. */
	readonly journal: Journal;
	readonly books: Books & { balanceMinor(account: string): number };
	/** Transactions whose approval was on the display, as "batch/STAN". */
	readonly shownApproved: ReadonlySet<string>;
	/** How a settlement may have ended at the bank. */
	readonly verdicts: readonly ("equal" | "reconciled")[];
}

/** What a terminal's transactions come to. */
export interface TerminalSums {
	readonly merchantMinor: number;
	/** Of pre-authorisations that nobody has completed or voided. */
	readonly heldMinor: number;
}

/** All transactions that the journal keeps, oldest first. */
export function recordsOf(journal: Journal): TransactionRecord[] {
	const records: TransactionRecord[] = [];
	for (const entry of journal.entries()) if (entry.type === "opened") records.push(journal.transaction(entry)!);
	return records;
}

/** A terminal's journal against the bank's ledger when all has been finished; empty when they agree. */
export function compareTerminal(t: ComparedTerminal, records: readonly TransactionRecord[]): Difference[] {
	const found: Difference[] = [];
	for (const { kind, batch, stan } of t.journal.owed()) found.push(wrong(`${batch}/${stan}: ${kind} still owed`));
	for (const { batch, stan } of t.journal.interrupted()) found.push(wrong(`${batch}/${stan}: never closed`));
	for (const record of records) found.push(...compareOne(t, record));
	found.push(...unknownAtTerminal(t, records), ...compareHolds(t, records));
	found.push(...compareNumbers(records), ...compareSettlements(t));
	return found;
}

export function sumsOf(records: readonly TransactionRecord[]): TerminalSums {
	const standing = records.filter(stands);
	return {
		merchantMinor: standing.reduce((sum, each) => sum + (SIGNS[each.operation] ?? 0) * each.amountMinor, 0),
		heldMinor: standing.reduce((sum, each) => sum + heldOf(each), 0),
	};
}

/** A definite end, and the same one at the bank. */
function compareOne({ shownApproved, terminalId, books }: ComparedTerminal, record: TransactionRecord): Difference[] {
	const { batch, stan, operation, state, refused } = record;
	const name = `${operation} ${batch}/${stan}`;
	const found: Difference[] = [];
	if (shownApproved.has(`${batch}/${stan}`) && !stands(record))
		found.push(wrong(`${name}: shown approved, now ${state}`));
	const atBank = books.transaction({ terminalId, batch, stan });
	if (state === "open" || state === "pending") found.push(wrong(`${name}: ${state} for good`));
	if (!stands(record)) {
		if (atBank && hasMoney(atBank))
			found.push({ kind: "doubled", what: `${name}: ${state} at the terminal, ${atBank.state} at the bank` });
		return found;
	}
	if (operation === "balance") return found;
	if (refused.length) found.push(wrong(`${name}: the bank refused ${refused.map(({ kind }) => kind).join()}`));
	const booked = atBank?.answer.referral === undefined ? atBank : byTelephone(books, terminalId, record);
	if (!booked || !hasMoney(booked))
		return [...found, { kind: "lost", what: `${name}: lost: ${booked?.state ?? "unknown"} at the bank` }];
	if (booked.finalMinor !== record.amountMinor + record.incrementedMinor)
		found.push(wrong(`${name}: ${record.amountMinor} at the terminal, ${booked.finalMinor} at the bank`));
	if ((state === "voided") !== (booked.state === "voided"))
		found.push(wrong(`${name}: ${state} at the terminal, ${booked.state} at the bank`));
	return found;
}

function byTelephone(
	books: Books,
	terminalId: string,
	{ batch, authorisationCode }: TransactionRecord,
): BookedTransaction | undefined {
	return books
		.transactionsOf(terminalId, batch)
		.find(t => t.operation === "voiceAuthorisedSale" && t.answer.authorisationCode === authorisationCode);
}

/** Everything that the bank has booked must be a transaction that stands. */
function unknownAtTerminal(
	{ terminalId, books }: ComparedTerminal,
	records: readonly TransactionRecord[],
): Difference[] {
	const standing = new Set(records.filter(stands).map(({ batch, stan }) => `${batch}/${stan}`));
	const settled = books.settlements().filter(each => each.terminalId === terminalId);
	const batches = new Set([...settled, ...records, books.terminal(terminalId)].map(({ batch }) => batch));
	return [...batches]
		.flatMap(batch => books.transactionsOf(terminalId, batch))
		.filter(t => hasMoney(t) && !ABOUT.includes(t.operation) && !standing.has(`${t.key.batch}/${t.key.stan}`))
		.map(({ key, operation }) => ({
			kind: "doubled",
			what: `${operation} ${key.batch}/${key.stan}: doubled: the terminal does not know of it`,
		}));
}

function compareHolds({ terminalId, books }: ComparedTerminal, records: readonly TransactionRecord[]): Difference[] {
	return records.filter(stands).flatMap(record => {
		const { operation, batch, stan } = record;
		if (operation !== "preAuthorisation") return [];
		const held = books.balanceMinor(holdAccount({ terminalId, batch, stan }));
		const expected = heldOf(record);
		return held === expected ? [] : [wrong(`${batch}/${stan} holds ${held}, ought to hold ${expected}`)];
	});
}

function heldOf({ operation, state, completedBy, amountMinor, incrementedMinor }: TransactionRecord): number {
	const isHeld = operation === "preAuthorisation" && state === "approved" && !completedBy;
	return isHeld ? amountMinor + incrementedMinor : 0;
}

/** No number twice for two things. */
function compareNumbers(records: readonly TransactionRecord[]): Difference[] {
	const found: Difference[] = [];
	const invoices = records.map(({ invoice }) => invoice);
	if (new Set(invoices).size !== invoices.length) found.push(wrong(`invoices ${invoices.join()}`));
	const keys = records.flatMap(({ requestKey }) => requestKey ?? []);
	if (new Set(keys).size !== keys.length) found.push(wrong(`request keys ${keys.join()}`));
	return found;
}

/** Both sides have closed the same batches. */
function compareSettlements({ terminalId, journal, books, verdicts }: ComparedTerminal): Difference[] {
	const phases = new Map<number, string>();
	for (const entry of journal.entries()) {
		if (entry.type === "opened" && !phases.has(entry.batch)) phases.set(entry.batch, "open");
		if (entry.type === "settling" || entry.type === "uploading" || entry.type === "settled")
			phases.set(entry.batch, entry.type);
	}
	return [...phases].flatMap(([batch, phase]) => {
		const { verdict, state } = books.settlement(terminalId, batch);
		if (phase === "settled" && verdicts.some(each => each === verdict)) return [];
		return [wrong(`batch ${batch}: ${phase} at the terminal, ${verdict ?? state} at the bank`)];
	});
}

function wrong(what: string): Difference {
	return { kind: "wrong", what };
}

function stands({ state }: TransactionRecord): boolean {
	return state === "approved" || state === "voided";
}

function hasMoney({ operation, state }: BookedTransaction): boolean {
	if (operation === "balance") return false; // an inquiry moves nothing, and nobody takes it back
	return state === "approved" || state === "completed" || state === "voided";
}
