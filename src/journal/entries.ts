import type { Operation } from "../operation.js";
import type { Totals, TotalsRow } from "./totals.js";

/** Names a transaction for good: at the bank, on receipts, in every later entry. */
export interface TransactionName {
	/** 1 to 999999. */
	readonly batch: number;
	/** System trace audit number, 1 to 999999. */
	readonly stan: number;
}

/** A message that the bank must get. */
export type OwedKind = "reversal" | Operation;

/** What a receipt shows of the card's part, so that it can be printed again. */
export interface ReceiptFacts {
	readonly applicationLabel?: string | undefined;
	readonly aid?: Uint8Array | undefined;
	/** "chip", "contactless", "magstripe", "keyed". */
	readonly entryMode?: string | undefined;
	readonly tvr?: Uint8Array | undefined;
	readonly tsi?: Uint8Array | undefined;
	readonly cvmResults?: Uint8Array | undefined;
	readonly applicationCryptogram?: Uint8Array | undefined;
	/** Tag 9F27. */
	readonly cryptogramInformation?: Uint8Array | undefined;
	/** Tag 9F36. */
	readonly atc?: Uint8Array | undefined;
	readonly panSequence?: number | undefined;
}

interface OfTransaction extends TransactionName {
	/** Milliseconds since 1970-01-01 00:00 UTC. */
	readonly at: number;
}

export interface OpenedEntry extends OfTransaction {
	readonly type: "opened";
	/** The number that people see, 1 to 999999, rising for the terminal's life. */
	readonly invoice: number;
	readonly operation: Operation;
	/** All of it, cashback and tip included. */
	readonly amountMinor: number;
	readonly cashbackMinor?: number | undefined;
	readonly tipMinor?: number | undefined;
	/** ISO 4217, numeric. */
	readonly currency: number;
	/** What this transaction voids, refunds, completes, increments or adjusts. */
	readonly original?: TransactionName | undefined;
	/** The cash register's own name for its request; asked again with it, the terminal must not charge again. */
	readonly requestKey?: string | undefined;
	/** Number of who was signed on. */
	readonly operator?: string | undefined;
	/** Who agreed: the number of a supervisor, or "supervisor" where none has a number. */
	readonly approvedBy?: string | undefined;
}

/** Written before the first byte goes to the bank. */
export interface SentEntry extends OfTransaction {
	readonly type: "sent";
	readonly panMasked: string | undefined;
	/** What taking it back needs, sealed; undefined where the operation moves nothing that could be taken back. */
	readonly reversal: Uint8Array | undefined;
}

export interface ClosedEntry extends OfTransaction {
	readonly type: "closed";
	/** An outcome of the flow, e.g. "approved". */
	readonly outcome: string;
	readonly online: boolean;
	/** Where the bank approved less than was asked. */
	readonly approvedMinor?: number | undefined;
	readonly panMasked: string | undefined;
	/** Ties transactions of one card together without its number (see `Seal.link`). */
	readonly cardLink: Uint8Array | undefined;
	/** Of a scheme from abroad: settlement counts it apart. */
	readonly foreign?: boolean | undefined;
	/** The card wants its issuer to hear of it (CID, EMV 4.4 Book 3, 10.8.1). */
	readonly adviceRequired: boolean;
	/** 5 bytes for each issuer script (EMV 4.4 Book 4, Annex A5); undefined when there was none. */
	readonly scriptResults: Uint8Array | undefined;
	readonly responseCode: string | undefined;
	readonly authorisationCode: string | undefined;
	readonly retrievalReference: string | undefined;
	/** As the bank gave them: MMDD and hhmmss. */
	readonly hostDate?: string | undefined;
	readonly hostTime?: string | undefined;
	readonly receipt?: ReceiptFacts | undefined;
	/** Values that an advice, void, refund, completion or batch upload of this transaction needs later, sealed. */
	readonly sealedMessage?: Uint8Array | undefined;
}

/** The bank may hold the transaction approved while the terminal does not: owed until acknowledged. */
export interface ReversalOwedEntry extends OfTransaction {
	readonly type: "reversalOwed";
	readonly reason: string;
	/** In place of the reversal in the "sent" entry. */
	readonly sealed?: Uint8Array | undefined;
}

export interface ReversedEntry extends OfTransaction {
	readonly type: "reversed";
}

/** One try to deliver what is owed, without success. */
export interface AttemptEntry extends OfTransaction {
	readonly type: "attempt";
	readonly kind: OwedKind;
	readonly problem: string;
}

export interface AdviceOwedEntry extends OfTransaction {
	readonly type: "adviceOwed";
	readonly kind: Operation;
	readonly sealed: Uint8Array;
}

export interface AdviceDeliveredEntry extends OfTransaction {
	readonly type: "adviceDelivered";
	readonly kind: Operation;
	readonly responseCode: string | undefined;
	/** Of the transaction from now on; absent when the advice is only about it. */
	readonly retrievalReference?: string | undefined;
}

/** The bank has it and does not want it. No longer owed, never forgotten: the transaction's record shows it. */
export interface AdviceRefusedEntry extends OfTransaction {
	readonly type: "adviceRefused";
	readonly kind: Operation;
	readonly responseCode: string | undefined;
	/** What the totals of the batch have counted for it and must not any more. */
	readonly uncounted?: TotalsRow | undefined;
}

export interface AdjustedEntry extends OfTransaction {
	readonly type: "adjusted";
	/** All of it from now on, tip included. */
	readonly amountMinor: number;
	readonly tipMinor: number;
	/** `amountMinor` less what it was, for the totals. */
	readonly differenceMinor: number;
	readonly foreign?: boolean | undefined;
	/** The cash register's own name for the change; the advice that is owed in the same record says which it is. */
	readonly requestKey?: string | undefined;
}

/** The bank has signed the terminal in; from here on transactions belong to `batch`. */
export interface SignedInEntry {
	readonly type: "signedIn";
	readonly at: number;
	readonly batch: number;
}

/** A new batch without the bank: the journal begins, or the STAN begins anew. */
export interface BatchOpenedEntry {
	readonly type: "batchOpened";
	readonly batch: number;
}

/** STANs up to this one may have gone into messages that the journal does not tell of. */
export interface StansTakenEntry {
	readonly type: "stansTaken";
	readonly upTo: number;
}

/** The batch takes no more transactions; the next ones belong to the next batch. */
export interface SettlingEntry {
	readonly type: "settling";
	readonly batch: number;
	readonly at: number;
	/** As told to the bank. */
	readonly totals: Totals;
	/** The cash register's own name for its request. */
	readonly requestKey?: string | undefined;
}

export interface UploadingEntry {
	readonly type: "uploading";
	readonly batch: number;
	readonly at: number;
	/** Transactions of the batch that the bank has acknowledged. */
	readonly position: number;
}

export interface SettledEntry {
	readonly type: "settled";
	readonly batch: number;
	readonly at: number;
	readonly verdict: string;
}

/** What stands before is of the terminal that this one has replaced; no number up to these may be used again. */
export interface RestoredEntry {
	readonly type: "restored";
	readonly at: number;
	readonly batch: number;
	readonly invoice: number;
}

/** What the journal remembers of a transaction, one entry for each thing that happened. */
export type TransactionEntry =
	| OpenedEntry
	| SentEntry
	| ClosedEntry
	| ReversalOwedEntry
	| ReversedEntry
	| AttemptEntry
	| AdviceOwedEntry
	| AdviceDeliveredEntry
	| AdviceRefusedEntry
	| AdjustedEntry;

/** What it remembers of a batch and of the counters. */
export type BatchEntry =
	| SignedInEntry
	| BatchOpenedEntry
	| StansTakenEntry
	| SettlingEntry
	| UploadingEntry
	| SettledEntry
	| RestoredEntry;

export type JournalEntry = TransactionEntry | BatchEntry;

const TRANSACTION_TYPES: readonly string[] = Object.freeze([
	"opened",
	"sent",
	"closed",
	"reversalOwed",
	"reversed",
	"attempt",
	"adviceOwed",
	"adviceDelivered",
	"adviceRefused",
	"adjusted",
]);
const BATCH_TYPES: readonly string[] = Object.freeze([
	"signedIn",
	"batchOpened",
	"stansTaken",
	"settling",
	"uploading",
	"settled",
	"restored",
]);

export function isOfTransaction(entry: JournalEntry): entry is TransactionEntry {
	return TRANSACTION_TYPES.includes(entry.type);
}

/** @throws {TypeError} when the decoded value is not an entry */
export function asJournalEntry(value: unknown): JournalEntry {
	const entry = value as { type?: string; batch?: unknown; stan?: unknown; upTo?: unknown } | null;
	const type = (typeof entry === "object" && entry?.type) || "";
	const named = TRANSACTION_TYPES.includes(type)
		? Number.isInteger(entry!.batch) && Number.isInteger(entry!.stan)
		: BATCH_TYPES.includes(type) && Number.isInteger(type === "stansTaken" ? entry!.upTo : entry!.batch);
	if (!named) throw new TypeError("not a journal entry");
	return value as JournalEntry;
}
