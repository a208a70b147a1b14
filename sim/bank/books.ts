import type { Operation } from "../../src/operation.js";
import type { IssuerBehaviour } from "./issuerBehaviour.js";

/** Which request of which terminal: a transaction's name for good. */
export interface TransactionKey {
	readonly terminalId: string;
	readonly batch: number;
	readonly stan: number;
}

/** A card as the bank's configuration opens it. Amounts in minor units. */
export interface CardOpening {
	readonly pan: string;
	readonly pin: string;
	readonly balanceMinor: number;
	readonly holder?: string | undefined;
	/** The highest amount of one transaction, and of all that a day may take from the account. */
	readonly perTransactionMinor?: number | undefined;
	readonly perDayMinor?: number | undefined;
	/** What the issuer says of the card whatever else is right; absent: nothing is wrong with it. */
	readonly status?: CardStatus | undefined;
	/** Issued abroad: settlement counts its transactions apart. */
	readonly foreign?: boolean | undefined;
	/** What the issuer does with this card against its own rules. */
	readonly behaviour?: IssuerBehaviour | undefined;
}

export const CARD_STATUSES = ["lost", "stolen", "pickUp", "restricted", "closed"] as const;
export type CardStatus = (typeof CARD_STATUSES)[number];

/** What the issuer knows of a card now. */
export interface CardAccount extends CardOpening {
	/** Wrong PINs that are left before the PIN is blocked. */
	readonly pinTriesLeft: number;
}

/** How many wrong PINs in a row a card may have. */
export const PIN_TRIES = 3;

/**
 * `completed` is a pre-authorisation that a completion has used up; `reversed` includes requests that never arrived but
 * whose reversal did.
 */
export type TransactionState = "approved" | "declined" | "reversed" | "voided" | "completed";

/** What an approved transaction does to the one that it names as its original. */
export type Effect = "voids" | "completes" | "refunds" | "adjusts";

/** On which side of a settlement a transaction counts. */
export type Side = "debit" | "credit";

/** Money from one account to another: both halves in one row, so that no half can be missing. */
export interface Movement {
	readonly from: string;
	readonly to: string;
	readonly amountMinor: number;
}

/** What an answer said, so that a repeated request gets it again. */
export interface StoredAnswer {
	readonly responseCode: string;
	readonly authorisationCode: string | undefined;
	readonly iccData: Uint8Array | undefined;
	readonly balanceMinor: number | undefined;
	/** Number to quote to the issuer's voice centre. */
	readonly referral: string | undefined;
}

export interface NewTransaction {
	readonly key: TransactionKey;
	readonly merchantId: string;
	readonly operation: Operation;
	readonly pan: string;
	readonly amountMinor: number;
	readonly state: "approved" | "declined";
	readonly answer: StoredAnswer;
	/** Local day at the bank, YYYY-MM-DD. */
	readonly day: string;
	readonly foreign: boolean;
	readonly side: Side | undefined;
	/** Has happened already whatever the bank says: it may overdraw the account. */
	readonly isAdvice: boolean;
	/** The transaction that `effect` is done to. */
	readonly original: number | undefined;
	readonly effect: Effect | undefined;
	/** By how much "adjusts" changes the original's amount. */
	readonly changeMinor: number;
	readonly movements: readonly Movement[];
}

export interface BookedTransaction extends Omit<NewTransaction, "state"> {
	/** The retrieval reference. */
	readonly id: number;
	readonly state: TransactionState;
	/** The amount after all adjustments, tips and increments. */
	readonly finalMinor: number;
	readonly refundedMinor: number;
}

/** Counts and sums of one settlement group. */
export interface GroupTotals {
	readonly debitCount: number;
	readonly debitMinor: number;
	readonly creditCount: number;
	readonly creditMinor: number;
}

export interface BatchTotals {
	readonly local: GroupTotals;
	readonly foreign: GroupTotals;
}

/**
 * open: takes transactions; uploading: the totals differed, the terminal sends its records; settled: closed for good.
 */
export type BatchState = "open" | "uploading" | "settled";

export interface Settlement {
	readonly terminalId: string;
	readonly batch: number;
	readonly state: BatchState;
	/** As the terminal said them; undefined before it settled. */
	readonly claimed: BatchTotals | undefined;
	/** "reconciled": the totals differed, the uploaded records did not. */
	readonly verdict: "equal" | "reconciled" | "differing" | undefined;
}

/** One record of a batch upload. */
export interface Upload {
	readonly stan: number;
	readonly amountMinor: number;
}

/** What the bank remembers of a terminal between two messages. Keys are hexadecimal. */
export interface TerminalState {
	readonly terminalId: string;
	/** It said good-bye: no money until it signs in again. */
	readonly signedOff: boolean;
	readonly batch: number;
	readonly workKeys: { readonly pik: string; readonly mak: string; readonly tdk: string } | undefined;
	/** As its last status upload said it. */
	readonly status: string | undefined;
}

/** An account's balance for people: a card number is masked. */
export interface AccountRow {
	readonly account: string;
	readonly kind: "card" | "merchant" | "hold" | "equity";
	readonly holder: string;
	readonly balanceMinor: number;
	readonly pinTriesLeft?: number;
}

/** One half of a money movement, for people: the card number is masked. */
export interface LedgerRow {
	/** The retrieval reference; 0 for an opening balance. */
	readonly transaction: number;
	readonly kind: "opening" | Operation | `reversal of ${Operation}`;
	readonly account: string;
	readonly holder: string;
	readonly amountMinor: number;
}

/** A posting that the rules of the books forbid. The message says which rule. */
export class BooksError extends Error {
	override readonly name = "BooksError";
}

/** Where opening balances come from. */
export const EQUITY = "equity";

/** The account that holds what a pre-authorisation has set aside. */
export function holdAccount({ terminalId, batch, stan }: TransactionKey): string {
	return `hold ${terminalId} ${batch} ${stan}`;
}

/**
 * The bank's books, double entry. Each method happens wholly or not at all; what the rules forbid throws a `BooksError`
 * and changes nothing. The rules:
 * - a request of a terminal's batch is there once, and its money moves once and back at most once;
 * - a hold is never below zero, an account only through an advice;
 * - an original is voided once, completed once, and never refunded above its amount;
 * - a settled batch takes nothing more.
 */
export interface Books {
	/** Everything in `work` together; may be nested, and then an inner failure takes back the inner part only. */
	together<T>(work: () => T): T;

	card(pan: string): CardAccount | undefined;
	/** @returns what `pinTriesLeft` is now */
	notePin(pan: string, right: boolean): number;
	/** What an approved request took from the account that day, refunds and reversals taken off. */
	spentMinor(pan: string, day: string): number;
	/**
	 * Notes an application transaction counter.
	 * @param application which application of which card: each has a counter of its own
	 * @param order "rising" for what happens now; "any" for what happened while the terminal was offline
	 * @returns false when it was used, or when "rising" and not above the highest one seen
	 */
	useAtc(application: string, atc: number, order: "rising" | "any"): boolean;
	/** Notes a DUKPT transaction counter of a device. @returns false when it is not above the highest one seen */
	useKsn(initialKeyId: string, counter: number): boolean;

	/** A number that no transaction has had: the next one's `id`. */
	nextReference(): number;
	record(transaction: NewTransaction): void;
	/** An approved or declined transaction becomes "reversed", its money and its effect go back. */
	reverse(key: TransactionKey): void;
	/** Keeps a request that never arrived as reversed, so that it is refused when it comes late. */
	recordUnseen(key: TransactionKey, merchantId: string, operation: Operation, pan: string, amountMinor: number): void;
	transaction(key: TransactionKey): BookedTransaction | undefined;
	byReference(id: number): BookedTransaction | undefined;
	/** Those of a card that were given this code, the latest first. */
	byAuthorisationCode(pan: string, authorisationCode: string): BookedTransaction[];
	/** Declined ones whose answer named a referral, oldest first. */
	referrals(): BookedTransaction[];
	/** Oldest first. */
	transactionsOf(terminalId: string, batch: number): BookedTransaction[];

	terminal(terminalId: string): TerminalState;
	saveTerminal(state: TerminalState): void;

	/**
	 * Of all that was approved in the batch and not reversed. A void does not undo its sale here: it stands against it as a
	 * credit, as the terminal counts too.
	 */
	totals(terminalId: string, batch: number): BatchTotals;
	settlement(terminalId: string, batch: number): Settlement;
	/** @throws {BooksError} when the batch is settled already */
	saveSettlement(settlement: Settlement): void;
	/** Oldest first. */
	settlements(): Settlement[];
	/** A record that is there already is replaced: the terminal repeats what was not answered. */
	saveUpload(terminalId: string, batch: number, upload: Upload): void;
	uploads(terminalId: string, batch: number): Upload[];
	clearUploads(terminalId: string, batch: number): void;

	accountRows(): AccountRow[];
	/** All entries, oldest first. */
	ledgerRows(): LedgerRow[];
	/** What is wrong with the books, one sentence each; empty when all is well. */
	audit(): string[];
}
