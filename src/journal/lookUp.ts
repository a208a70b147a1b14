import { type ChangeRecord, foldChange } from "./changeRecord.js";
import type {
	AdjustedEntry,
	JournalEntry,
	OpenedEntry,
	SettlingEntry,
	TransactionEntry,
	TransactionName,
} from "./entries.js";
import { JournalError } from "./journalError.js";
import type { OwedMessage } from "./journalState.js";
import type { JournalStore } from "./journalStore.js";
import type { KeptRecords } from "./keptRecords.js";
import type { Totals } from "./totals.js";
import { foldTransaction, type TransactionRecord } from "./transactionRecord.js";

/** The settlement of one batch. */
export interface SettlementRecord {
	readonly batch: number;
	/** When its totals were fixed. */
	readonly at: number;
	readonly totals: Totals;
	readonly isSettled: boolean;
	/** Absent until it is settled, and of one that was settled long ago. */
	readonly verdict: string | undefined;
}

/** What all that was written of a transaction comes to. @returns undefined when it is not kept */
export function transactionOf(kept: KeptRecords, name: TransactionName): TransactionRecord | undefined {
	const about = kept.aboutTransaction(name);
	const own = about.filter(entry => isOf(entry, name)) as TransactionEntry[];
	if (own[0]?.type !== "opened") return undefined;
	const others = about.filter(entry => entry.type === "closed" && !isOf(entry, name)) as TransactionEntry[];
	// Whole records: a completion that was voided since does not complete anything.
	const referring = others.flatMap(other => {
		const record = transactionOf(kept, other);
		return record?.original && isOf(name, record.original) ? record : [];
	});
	return foldTransaction(own, referring);
}

/** Oldest first; read one by one, however many there are. */
export function* transactionsOf(kept: KeptRecords, batch: number): IterableIterator<TransactionRecord> {
	const first = kept.beginningOf(batch);
	if (first === undefined) return;
	for (const entry of kept.entriesFrom(first)) {
		if (entry.type === "settling" && entry.batch === batch) return;
		if (entry.type === "opened" && entry.batch === batch) yield transactionOf(kept, entry) as TransactionRecord;
	}
}

/** The newest transaction that one of these entries has opened, and that is wanted. */
export function newestOf(
	kept: KeptRecords,
	about: readonly JournalEntry[],
	wanted: (opened: OpenedEntry) => boolean,
): TransactionRecord | undefined {
	for (let i = about.length - 1; i >= 0; i--) {
		const entry = about[i]!;
		if (entry.type === "opened" && wanted(entry)) return transactionOf(kept, entry);
	}
	return undefined;
}

/** What was written of the transaction itself, oldest first. */
export function entriesOf(kept: KeptRecords, name: TransactionName): TransactionEntry[] {
	return kept.aboutTransaction(name).filter(entry => isOf(entry, name)) as TransactionEntry[];
}

/** What an owed message needs, as it was sealed. @throws {JournalError} when it is not there */
export function sealedOf(kept: KeptRecords, { batch, stan, kind }: OwedMessage): Uint8Array {
	let sealed: Uint8Array | undefined;
	for (const entry of entriesOf(kept, { batch, stan })) {
		if (kind === "reversal" && entry.type === "sent") sealed = entry.reversal;
		if (kind === "reversal" && entry.type === "reversalOwed") sealed = entry.sealed ?? sealed;
		if (entry.type === "adviceOwed" && entry.kind === kind) sealed = entry.sealed;
	}
	if (sealed) return sealed;
	throw new JournalError(`journal: transaction ${batch}/${stan} holds nothing to make its ${kind} of`);
}

/** A tip or an adjustment that was ordered with this key. */
export function changeUnder(kept: KeptRecords, requestKey: string): ChangeRecord | undefined {
	const about = kept.aboutRequestKey(requestKey);
	const changed = about.find(entry => entry.type === "adjusted" && isUnder(entry, requestKey));
	return changed && foldChange(entriesOf(kept, changed as AdjustedEntry), requestKey);
}

/** A settlement that was ordered with this key: its batch, how far it is, what the bank was told. */
export function settlementUnder(
	{ kept, state }: Pick<JournalStore, "kept" | "state">,
	requestKey: string,
): SettlementRecord | undefined {
	const about = kept.aboutRequestKey(requestKey);
	const isIt = (entry: JournalEntry) => entry.type === "settling" && isUnder(entry, requestKey);
	const told = about.find(isIt) as SettlingEntry | undefined;
	if (!told) return undefined;
	const { batch, at, totals } = told;
	const now = state.batchState(batch);
	// Long settled batches are no longer in the state, and a bank may give their number again.
	const isUnderWay = now?.phase === "settling" || now?.phase === "uploading";
	return { batch, at, totals, isSettled: !isUnderWay, verdict: now?.verdict };
}

export function isUnder(entry: JournalEntry, requestKey: string): boolean {
	return "requestKey" in entry && entry.requestKey === requestKey;
}

function isOf(entry: JournalEntry | TransactionName, { batch, stan }: TransactionName): boolean {
	return "stan" in entry && entry.stan === stan && entry.batch === batch;
}
