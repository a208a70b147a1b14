import { decodeCbor, encodeCbor } from "../bytes/cbor.js";
import type { Storage } from "../ports.js";
import { BatchNumber } from "./batchNumber.js";
import { type CheckContext, checkEntries } from "./checkEntries.js";
import {
	asJournalEntry,
	isOfTransaction,
	type JournalEntry,
	type TransactionEntry,
	type TransactionName,
} from "./entries.js";
import { JournalError } from "./journalError.js";
import {
	type BatchState,
	JournalState,
	MOST_NUMBER,
	nextNumber,
	type OpenTransaction,
	type OwedMessage,
} from "./journalState.js";
import { RecordFile } from "./recordFile.js";
import type { Totals } from "./totals.js";
import { foldTransaction, type TransactionRecord } from "./transactionRecord.js";
import { entryOfVersion1 } from "./version1.js";

/** STANs that one entry takes for messages of which the journal does not tell. */
const STAN_LEASE = 16;

/** Closes and opens what lies on the medium: see `Seal`. */
export interface RecordSeal {
	close(plain: Uint8Array): Uint8Array;
	/** @returns undefined when it was not sealed by this device or was changed since */
	open(sealed: Uint8Array): Uint8Array | undefined;
}

export interface JournalPorts {
	readonly storage: Storage;
	readonly seal: RecordSeal;
}

/** Everything that happened to money, on the medium before it is acted upon. Its state is the sum of its entries. */
export class Journal {
	readonly #file: RecordFile;
	#onEntry: ((entry: JournalEntry) => void) | undefined;
	readonly #state: JournalState;
	readonly #batch: BatchNumber;
	readonly #transactions = new Map<string, TransactionEntry[]>();
	readonly #referring = new Map<string, TransactionName[]>();
	readonly #context: CheckContext;
	/** The highest STAN that was handed out. */
	#stan: number;

	/** Reads what is there. @throws {JournalError} when it is damaged */
	constructor({ storage }: JournalPorts, onEntry?: (entry: JournalEntry) => void) {
		this.#batch = new BatchNumber(storage);
		this.#file = new RecordFile(storage, "journal");
		this.#state = new JournalState();
		this.#file.recover((payload, sequence) => {
			for (const entry of this.#decode(payload, sequence)) this.#apply(entry);
		});
		this.#stan = Math.max(this.#state.lastStan, this.#state.stansTaken);
		const journal = this;
		this.#context = {
			state: this.#state,
			get lastStan() {
				return journal.#stan;
			},
			find: name => this.transaction(name),
			isKnownKey: key => this.byRequestKey(key) !== undefined,
		};
		if (this.batch === 0) {
			this.#batch.raise();
			this.append({ type: "batchOpened", batch: this.#batch.value });
		}
		this.#onEntry = onEntry;
	}

	/** On the medium when this returns. @throws {JournalError} on an entry that does not belong; nothing is written */
	append(entry: JournalEntry): void {
		this.appendAll([entry]);
	}

	/** All of them or none, in one write and one flush; on the medium when this returns. @throws {JournalError} as `append` */
	appendAll(entries: readonly JournalEntry[]): void {
		checkEntries(this.#context, entries);
		this.#file.append(encodeCbor(entries));
		for (const entry of entries) {
			this.#apply(entry);
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
		if (stan > this.#state.stansTaken)
			this.append({ type: "stansTaken", upTo: Math.min(stan + STAN_LEASE - 1, MOST_NUMBER) });
		this.#stan = stan;
		return stan;
	}

	/** Number of the next transaction for people, 1 to 999999. It is used when its "opened" entry is written. */
	nextInvoice(): number {
		return nextNumber(this.#state.lastInvoice);
	}

	/** Number of the open batch. */
	get batch(): number {
		return this.#state.batch;
	}

	/** Messages that the bank must still get, oldest first. */
	owed(): readonly OwedMessage[] {
		return this.#state.owed;
	}

	/** What an owed message needs, as it was sealed. @throws {JournalError} when it is not there */
	sealed({ batch, stan, kind }: OwedMessage): Uint8Array {
		let sealed: Uint8Array | undefined;
		for (const entry of this.#transactions.get(key({ batch, stan })) ?? []) {
			if (kind === "reversal" && entry.type === "sent") sealed = entry.reversal;
			if (kind === "reversal" && entry.type === "reversalOwed") sealed = entry.sealed ?? sealed;
			if (entry.type === "adviceOwed" && entry.kind === kind) sealed = entry.sealed;
		}
		if (sealed) return sealed;
		throw new JournalError(`journal: transaction ${batch}/${stan} holds nothing to make its ${kind} of`);
	}

	/** Transactions without an end, oldest first: the one under way, or what a power cut has left. */
	interrupted(): readonly OpenTransaction[] {
		return this.#state.open;
	}

	transaction(name: TransactionName): TransactionRecord | undefined {
		const alone = this.#alone(name);
		if (!alone) return undefined;
		const referring = (this.#referring.get(key(name)) ?? []).flatMap(each => this.#alone(each) ?? []);
		return foldTransaction(this.#transactions.get(key(name))!, referring);
	}

	/** The newest of this invoice number. */
	byInvoice(invoice: number): TransactionRecord | undefined {
		return this.#newest(opened => opened.invoice === invoice);
	}

	byRequestKey(requestKey: string): TransactionRecord | undefined {
		return this.#newest(opened => opened.requestKey === requestKey);
	}

	/** The transaction that was opened last. */
	last(): TransactionRecord | undefined {
		return this.#state.last && this.transaction(this.#state.last);
	}

	/** Oldest first. */
	*transactions(batch = this.batch): IterableIterator<TransactionRecord> {
		for (const [opened] of this.#transactions.values())
			if (opened!.batch === batch) yield this.transaction(opened!) as TransactionRecord;
	}

	/** What was approved in the batch; of one that settles or has settled, what the bank was told. */
	totals(batch = this.batch): Totals {
		return this.#state.batchState(batch)?.totals ?? [];
	}

	/** Batches, oldest first; the open one is the last. */
	batches(): readonly BatchState[] {
		return this.#state.batches;
	}

	/** The last approved amount of the same card, 0 when there is none. */
	recentAmountMinor(cardLink: Uint8Array): number {
		return this.#state.recentAmountMinor(cardLink);
	}

	#alone(name: TransactionName): TransactionRecord | undefined {
		const entries = this.#transactions.get(key(name));
		return entries && foldTransaction(entries, []);
	}

	#newest(wanted: (opened: Extract<JournalEntry, { type: "opened" }>) => boolean): TransactionRecord | undefined {
		let newest: TransactionName | undefined;
		for (const [opened] of this.#transactions.values())
			if (opened?.type === "opened" && wanted(opened)) newest = opened;
		return newest && this.transaction(newest);
	}

	#apply(entry: JournalEntry): void {
		this.#state.apply(entry, 0);
		if (!isOfTransaction(entry)) {
			this.#batch.keep(this.#state.batch);
			if (entry.type === "batchOpened") this.#stan = 0;
			return;
		}
		if (entry.type === "opened") this.#stan = entry.stan;
		const own = this.#transactions.get(key(entry)) ?? [];
		own.push(entry);
		this.#transactions.set(key(entry), own);
		const { original } = own[0] as Extract<JournalEntry, { type: "opened" }>;
		if (entry.type === "closed" && original)
			this.#referring.set(key(original), [...(this.#referring.get(key(original)) ?? []), entry]);
	}

	#decode(payload: Uint8Array, sequence: number): JournalEntry[] {
		try {
			const value = decodeCbor(payload);
			if (Array.isArray(value)) return value.map(asJournalEntry);
			const { batch } = this.#state;
			const before: JournalEntry[] = batch === 0 ? [{ type: "batchOpened", batch: this.#batch.value || 1 }] : [];
			return [
				...before,
				entryOfVersion1(value, { batch: batch || this.#batch.value || 1, invoice: this.nextInvoice() }),
			];
		} catch {
			throw new JournalError(`journal: record ${sequence} cannot be understood; it was written by other firmware`);
		}
	}
}

function key({ batch, stan }: TransactionName): string {
	return `${batch}/${stan}`;
}
