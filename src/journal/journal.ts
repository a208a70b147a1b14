import { BatchNumber } from "./batchNumber.js";
import type { ChangeRecord } from "./changeRecord.js";
import { checkEntries } from "./checkEntries.js";
import {
	type BatchEntry,
	isOfTransaction,
	type JournalEntry,
	type OpenedEntry,
	type TransactionName,
} from "./entries.js";
import { type BatchState, MOST_NUMBER, nextNumber, type OpenTransaction, type OwedMessage } from "./journalState.js";
import { type JournalPorts, JournalStore } from "./journalStore.js";
import type { NumberedRecord } from "./keptRecords.js";
import {
	changeUnder,
	entriesOf,
	isUnder,
	newestOf,
	type SettlementRecord,
	sealedOf,
	settlementUnder,
	transactionOf,
	transactionsOf,
} from "./lookUp.js";
import type { Totals } from "./totals.js";
import type { TransactionRecord } from "./transactionRecord.js";
import { type JournalReport, verifyRecords } from "./verify.js";
import { entriesOfVersion1, VERSION_1_FILE } from "./version1.js";

/** STANs that one entry takes for messages of which the journal does not tell. */
const STAN_LEASE = 16;
const DAY_MS = 86_400_000;

export interface JournalOptions {
	/** Sees each entry once it is on the medium. */
	readonly onEntry?: ((entry: JournalEntry) => void) | undefined;
	/** One sentence for people: damage was found and repaired. */
	readonly onRepair?: ((sentence: string) => void) | undefined;
	/** How long a settled batch is kept. Longer than pre-authorisations wait and refunds are asked for. */
	readonly retentionDays?: number | undefined;
}

/**
 * Everything that happened to money, on the medium before it is acted upon. Its state is the sum of its entries (docs/journal.md).
 *
 * What "atomic" means here:
 * 1. The entries of one `appendAll` are one record. After a power cut all of them are there or none.
 * 2. When `append` or `appendAll` has returned, the record stays, whatever happens to the power.
 * 3. When it has thrown, or the power went, the record may be there or not; it counts when it is found at the next start.
 * 4. Records are there in the order in which they were written, without gaps: one that is there has all before it.
 * 5. A number (STAN of a batch, invoice, batch) that was handed out and used is never handed out again.
 * 6. What is derived (second copy, checkpoint, index) may be behind or lost: it is made again of the records.
 */
export class Journal {
	readonly #store: JournalStore;
	readonly #batch: BatchNumber;
	readonly #retentionDays: number;
	readonly #onEntry: ((entry: JournalEntry) => void) | undefined;
	/** The highest STAN that was handed out. */
	#stan: number;

	/** Reads what boot needs. @throws {JournalError} when it is damaged in both copies */
	constructor(ports: JournalPorts, { onEntry, onRepair = () => {}, retentionDays = 90 }: JournalOptions = {}) {
		const { storage } = ports;
		this.#batch = new BatchNumber(storage);
		this.#retentionDays = retentionDays;
		const hasVersion1 = storage.size(VERSION_1_FILE) !== undefined;
		this.#store = hasVersion1 ? JournalStore.makeAnew(ports, onRepair) : JournalStore.open(ports, onRepair);
		if (hasVersion1) {
			for (const entries of entriesOfVersion1(storage, this.#batch.value || 1)) this.#store.writeLazily(entries);
			this.#store.writeCheckpoint();
			storage.remove(VERSION_1_FILE);
		}
		const { state } = this.#store;
		this.#stan = Math.max(state.lastStan, state.stansTaken);
		if (this.batch === 0) {
			this.#batch.raise();
			this.append({ type: "batchOpened", batch: this.#batch.value });
		}
		this.#batch.keep(this.batch);
		this.whyFull(); // takes the reserve before anybody waits
		this.#onEntry = onEntry;
	}

	/** On the medium when this returns. @throws {JournalError} on an entry that does not belong; nothing is written */
	append(entry: JournalEntry): void {
		this.appendAll([entry]);
	}

	/** All of them or none, in one write and one flush; on the medium when this returns. @throws {JournalError} as `append` */
	appendAll(entries: readonly JournalEntry[]): void {
		checkEntries(
			{
				state: this.#store.state,
				lastStan: this.#stan,
				find: name => this.transaction(name),
				isKnownKey: key => this.#store.kept.aboutRequestKey(key).some(entry => isUnder(entry, key)),
			},
			entries,
		);
		for (const entry of entries) if (!isOfTransaction(entry)) this.#beforeBatch(entry);
		this.#store.write(entries);
		for (const entry of entries) {
			if (entry.type === "opened") this.#stan = entry.stan;
			if (entry.type === "batchOpened") this.#stan = 0;
			this.#onEntry?.(entry);
		}
	}

	/** STAN of the next transaction, 1 to 999999. It is used when its "opened" entry is written. */
	nextStan(): number {
		if (this.#stan === MOST_NUMBER) this.append({ type: "batchOpened", batch: nextNumber(this.batch) });
		return this.#stan + 1;
	}

	/** Takes a STAN for a message that is no transaction, such as a sign-in; it never comes again, whatever happens. */
	takeStan(): number {
		const stan = this.nextStan();
		if (stan > this.#store.state.stansTaken)
			this.append({ type: "stansTaken", upTo: Math.min(stan + STAN_LEASE - 1, MOST_NUMBER) });
		this.#stan = stan;
		return stan;
	}

	/** Number of the next transaction for people, 1 to 999999. It is used when its "opened" entry is written. */
	nextInvoice(): number {
		return nextNumber(this.#store.state.lastInvoice);
	}

	/** Number of the open batch. */
	get batch(): number {
		return this.#store.state.batch;
	}

	/** Messages that the bank must still get, oldest first. */
	owed(): readonly OwedMessage[] {
		return this.#store.state.owed;
	}

	/** What an owed message needs, as it was sealed. @throws {JournalError} when it is not there */
	sealed(owed: OwedMessage): Uint8Array {
		return sealedOf(this.#store.kept, owed);
	}

	/** Transactions without an end, oldest first: the one under way, or what a power cut has left. */
	interrupted(): readonly OpenTransaction[] {
		return this.#store.state.open;
	}

	/** @returns undefined when there is none or it need not be kept any more @throws {JournalError} when it is damaged in both copies */
	transaction(name: TransactionName): TransactionRecord | undefined {
		return transactionOf(this.#store.kept, name);
	}

	/** How a transaction began, as it was written. */
	beginning(name: TransactionName): OpenedEntry | undefined {
		const [opened] = entriesOf(this.#store.kept, name);
		return opened?.type === "opened" ? opened : undefined;
	}

	/** The newest of this invoice number. */
	byInvoice(invoice: number): TransactionRecord | undefined {
		return newestOf(this.#store.kept, this.#store.kept.aboutInvoice(invoice), opened => opened.invoice === invoice);
	}

	byRequestKey(requestKey: string): TransactionRecord | undefined {
		const about = this.#store.kept.aboutRequestKey(requestKey);
		return newestOf(this.#store.kept, about, opened => opened.requestKey === requestKey);
	}

	/** A tip or an adjustment that was ordered with this key. */
	changeByRequestKey(requestKey: string): ChangeRecord | undefined {
		return changeUnder(this.#store.kept, requestKey);
	}

	/** A settlement that was ordered with this key: its batch, how far it is, what the bank was told. */
	settlementByRequestKey(requestKey: string): SettlementRecord | undefined {
		return settlementUnder(this.#store, requestKey);
	}

	/** The transaction that was opened last. */
	last(): TransactionRecord | undefined {
		const { last } = this.#store.state;
		return last && this.transaction(last);
	}

	/** Oldest first; read one by one, however many there are. */
	transactions(batch = this.batch): IterableIterator<TransactionRecord> {
		return transactionsOf(this.#store.kept, batch);
	}

	/** What was approved in the batch; of one that settles or has settled, what the bank was told. */
	totals(batch = this.batch): Totals {
		const state = this.#store.state.batchState(batch);
		return state && state.phase !== "settled" ? state.totals : (this.#store.kept.settlementOf(batch)?.totals ?? []);
	}

	/** Batches that are not settled and the newest that are, oldest first; the open one is the last. */
	batches(): readonly BatchState[] {
		return this.#store.state.batches;
	}

	/** The last approved amount of the same card, 0 when there is none. */
	recentAmountMinor(cardLink: Uint8Array): number {
		return this.#store.state.recentAmountMinor(cardLink);
	}

	/** One sentence when no transaction can begin, because there might be no room for its end. */
	whyFull(): string | undefined {
		return this.#store.whyFull();
	}

	/**
	 * To be called when nobody waits, after each transaction at best: writes the second copy and, from time to time, what
	 * keeps the next boot short, and removes what need not be kept any more.
	 * @param now milliseconds since 1970-01-01 00:00 UTC
	 */
	tidy(now: number): void {
		this.#store.tidy(now - this.#retentionDays * DAY_MS);
	}

	/** Removes all that is settled and not owed, at the end of a binding; the numbers go on. To be called again after a power cut. */
	eraseSettled(): void {
		this.#store.tidy(Number.MAX_SAFE_INTEGER);
	}

	/** All entries that are kept, oldest first. */
	entries(): IterableIterator<JournalEntry> {
		return this.#store.kept.entriesFrom();
	}

	/**
	 * Records from this number on, oldest first, for whoever keeps a copy. A record is what one write has written; their numbers
	 * begin with 1, rise by 1 and never come again while the journal lasts.
	 */
	records(from: number): IterableIterator<NumberedRecord> {
		return this.#store.kept.records(from);
	}

	/** Number of the oldest record that is kept; one more than `lastRecord` when there is none. */
	get firstRecord(): number {
		return this.#store.kept.firstRecord;
	}

	/** Number of the newest record, 0 without one. */
	get lastRecord(): number {
		return this.#store.kept.lastRecord;
	}

	/** Reads everything in both copies and repairs what one of them still has. */
	verify(): JournalReport {
		return verifyRecords(this.#store.kept);
	}

	/** The number that a lost journal must not use again is on the medium before the batch begins. */
	#beforeBatch(entry: BatchEntry): void {
		if (entry.type === "signedIn" || entry.type === "batchOpened") this.#batch.keep(entry.batch);
		else if (entry.type === "settling" && entry.batch === this.batch) this.#batch.keep(nextNumber(entry.batch));
	}
}
