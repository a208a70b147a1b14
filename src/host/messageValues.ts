import type { Operation } from "../operation.js";

/** How the card data came in: chip, antenna, stripe, stripe because the chip would not work, keys. */
export type PosEntryMode = "chip" | "contactless" | "magneticStripe" | "fallback" | "manual";

/** Why the terminal takes a request back: no answer in time, an answer with a wrong MAC, anything else. */
export type ReversalReason = "noResponse" | "macError" | "other";

/** What became of a transaction at the acquirer. */
export type OriginalState = "approved" | "declined" | "reversed" | "voided" | "unknown";

/** What the acquirer says to a group of totals. */
export type SettlementVerdict = "equal" | "unequal";

/** Of what kind the transactions of one batch upload are. */
export type UploadClass = "stripe" | "chip" | "chipFailed" | "contactless" | "contactlessFailed";

export interface Total {
	readonly count: number;
	readonly sumMinor: number;
}

/** The totals of a batch, cards of the acquirer's own country and foreign ones apart. */
export interface SettlementTotals {
	readonly local: { readonly debit: Total; readonly credit: Total };
	readonly foreign: { readonly debit: Total; readonly credit: Total };
}

/** The transaction that a request is about, by its name for good {batch, stan}. */
export interface OriginalTransaction {
	readonly batch?: number | undefined;
	readonly stan?: number | undefined;
	/** MMDD */
	readonly date?: string | undefined;
	/** hhmmss */
	readonly time?: string | undefined;
	/** MMDDhhmmss, UTC: field 7 of the original. */
	readonly transmissionDateTime?: string | undefined;
	readonly amountMinor?: number | undefined;
	readonly operation?: Operation | undefined;
	/** Of its request, 4 digits; from `operation` when absent. */
	readonly messageType?: string | undefined;
}

/** A work key as it travels, enciphered under the terminal master key. */
export interface TravellingKey {
	readonly key: Uint8Array;
	readonly checkValue: Uint8Array;
}

export interface WorkKeys {
	readonly pin?: TravellingKey | undefined;
	readonly mac?: TravellingKey | undefined;
	readonly data?: TravellingKey | undefined;
}

/**
 * What a message says, by name, whatever the profile makes of it. An undefined value is absent. Money is in minor units.
 * Plain values: CBOR and the journal keep them as they are.
 */
export interface MessageValues {
	/** System trace audit number, 1 to 999999. */
	readonly stan?: number | undefined;
	/** Of the open batch, at most 6 digits. */
	readonly batch?: number | undefined;
	/** The number that people see. */
	readonly invoice?: number | undefined;
	/** 8 characters. */
	readonly terminalId?: string | undefined;
	/** 15 characters. */
	readonly merchantId?: string | undefined;
	/** Of the certificate by which the merchant has this terminal, 12 digits. */
	readonly bindingNumber?: string | undefined;
	readonly operator?: string | undefined;
	readonly amountMinor?: number | undefined;
	/** Contained in `amountMinor`. */
	readonly cashbackMinor?: number | undefined;
	/** Contained in `amountMinor`. */
	readonly tipMinor?: number | undefined;
	/** ISO 4217 numeric, 156 for the yuan. */
	readonly currency?: number | undefined;
	readonly pan?: string | undefined;
	readonly expiryYymm?: string | undefined;
	readonly panSequence?: number | undefined;
	/** Digits with the separator "D" or "=", as in tag 57 without filler; undefined or empty when the card gave none. */
	readonly track2?: string | undefined;
	readonly posEntryMode?: PosEntryMode | undefined;
	/** A PIN for the host was entered; true with a `pinBlock`. A reversal still says so without the block. */
	readonly pinEntered?: boolean | undefined;
	/** Under the PIN key: 8 bytes, 16 in format 4. */
	readonly pinBlock?: Uint8Array | undefined;
	/** DUKPT: under which key PIN block and MAC are. */
	readonly keySerialNumber?: Uint8Array | undefined;
	/** Field 55 as it is sent. */
	readonly iccData?: Uint8Array | undefined;
	/** What the profile has enciphered of the card (`security.dataEncryption`); made of the values above on the way out. */
	readonly protectedCardData?: Uint8Array | undefined;
	/** In a request: the original's. */
	readonly authorisationCode?: string | undefined;
	/** In a request: the original's. */
	readonly retrievalReference?: string | undefined;
	readonly responseCode?: string | undefined;
	readonly reversalReason?: ReversalReason | undefined;
	/** hhmmss */
	readonly localTime?: string | undefined;
	/** MMDD */
	readonly localDate?: string | undefined;
	/** MMDDhhmmss, UTC. */
	readonly transmissionDateTime?: string | undefined;
	/** MMDD */
	readonly settlementDate?: string | undefined;
	readonly original?: OriginalTransaction | undefined;
	readonly originalState?: OriginalState | undefined;
	readonly balanceMinor?: number | undefined;
	readonly workKeys?: WorkKeys | undefined;
	readonly totals?: SettlementTotals | undefined;
	readonly settlementVerdict?: { readonly local?: SettlementVerdict; readonly foreign?: SettlementVerdict } | undefined;
	readonly uploadClass?: UploadClass | undefined;
	/** Transactions of one upload message: each with `pan`, `stan`, `amountMinor` and `foreignCard`. */
	readonly uploads?: readonly MessageValues[] | undefined;
	/** How many transactions were uploaded in all. */
	readonly uploadCount?: number | undefined;
	/** The card is of another country than the acquirer. */
	readonly foreignCard?: boolean | undefined;
	/** Downloads: what is asked for, and what came. */
	readonly recordKey?: Uint8Array | undefined;
	readonly records?: Uint8Array | undefined;
	/** One character by which the host says whether more records follow. */
	readonly recordsState?: string | undefined;
	/** Of a status upload, or of a parameter download. */
	readonly text?: string | undefined;
}
