import type { Language } from "../display/messages.js";
import type { OutcomeKind } from "../emv/outcome.js";

/** How a sale ended, for the person, the cash register and the log. Holds no full card number. */
export interface SaleResult {
	/** "fault" is the terminal's own failure. */
	readonly outcome: OutcomeKind | "fault";
	readonly reason: string;
	/** A request went to the bank. */
	readonly online: boolean;
	readonly amountMinor: number;
	/** ISO 4217 numeric. */
	readonly currency: number;
	/** In which the cardholder was spoken to. */
	readonly language: Language;
	readonly stan: number | undefined;
	readonly card: SaleCard | undefined;
	readonly bank: SaleBank | undefined;
	readonly apdus: number;
	readonly bytesToCard: number;
	readonly bytesFromCard: number;
	/** none: nothing to take back. owed: the bank has not acknowledged it yet; it goes before the next sale. */
	readonly reversal: "none" | "owed";
	/** The chip failed technically and decided nothing: the stripe may be read, marked as fallback. */
	readonly fallbackAllowed: boolean;
}

export interface SaleCard {
	readonly aid: Uint8Array | undefined;
	readonly panMasked: string | undefined;
	readonly tvr: Uint8Array;
	readonly tsi: Uint8Array;
	readonly cvmResults: Uint8Array | undefined;
	readonly cid: Uint8Array | undefined;
	/** 5 bytes for each issuer script; empty when there was none. */
	readonly scriptResults: Uint8Array;
}

export interface SaleBank {
	readonly responseCode: string;
	readonly authorisationCode: string | undefined;
	readonly retrievalReference: string | undefined;
}
