import type { Language } from "../display/messages.js";
import type { OutcomeKind } from "../emv/outcome.js";
import type { TransactionName } from "../journal/entries.js";
import type { Operation } from "../operation.js";

/**
 * Where a transaction stands, for whoever must act on it: one of four words at any time.
 * "reversed": taken back, the bank has acknowledged. "pending": the terminal still owes the bank a message about it; the
 * reason says which, and until it is delivered the money may be booked or not.
 */
export type TransactionStatus = "approved" | "declined" | "reversed" | "pending";

/** How a transaction ended, for the person, the cash register and the log. Holds no full card number. */
export interface TransactionResult {
	readonly operation: Operation;
	/** "fault" is the terminal's own failure. */
	readonly outcome: OutcomeKind | "fault";
	readonly status: TransactionStatus;
	readonly reason: string;
	/** A request went to the bank. */
	readonly online: boolean;
	/** All of it, cashback and tip included. */
	readonly amountMinor: number;
	/** ISO 4217 numeric. */
	readonly currency: number;
	/** In which the cardholder was spoken to. */
	readonly language: Language;
	/** Undefined when the transaction did not begin. */
	readonly name: TransactionName | undefined;
	readonly stan: number | undefined;
	/** The number on the receipt. */
	readonly invoice: number | undefined;
	readonly card: TransactionCard | undefined;
	readonly bank: TransactionBank | undefined;
	readonly apdus: number;
	readonly bytesToCard: number;
	readonly bytesFromCard: number;
	/** none: nothing to take back. owed: the bank has not acknowledged it yet; it goes before the next financial message. */
	readonly reversal: "none" | "owed";
	/** The chip failed technically and decided nothing: the stripe may be read, marked as fallback. */
	readonly fallbackAllowed: boolean;
}

export interface TransactionCard {
	readonly aid: Uint8Array | undefined;
	readonly panMasked: string | undefined;
	readonly tvr: Uint8Array;
	readonly tsi: Uint8Array;
	readonly cvmResults: Uint8Array | undefined;
	readonly cid: Uint8Array | undefined;
	/** 5 bytes for each issuer script; empty when there was none. */
	readonly scriptResults: Uint8Array;
}

export interface TransactionBank {
	readonly responseCode: string;
	readonly authorisationCode: string | undefined;
	readonly retrievalReference: string | undefined;
	/** Of a balance inquiry. */
	readonly balanceMinor: number | undefined;
}
