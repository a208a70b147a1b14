import type { RsaPublicKey } from "../crypto/rsa.js";

export interface PinRequest {
	/** Tries that the card has left for an offline PIN; undefined for an online PIN or when the card does not tell. */
	readonly triesLeft: number | undefined;
	/** The cardholder's PIN before this one was wrong. */
	readonly retry: boolean;
}

export type PinEntryResult =
	| "entered"
	| "bypassed"
	| "cancelled"
	| "timedOut"
	| "cardRemoved"
	/** The PIN pad takes no PIN now: too many were entered in too short a time, or it was tampered with. */
	| "notWorking";

/**
 * The PIN pad as the kernel sees it: it asks for a PIN and gets PIN blocks, never digits (ISO 9564-1).
 * Call order: `enter`, then one block, with which the digits are gone; `forget` when there is to be none.
 */
export interface PinPad {
	enter(request: PinRequest): Promise<PinEntryResult>;
	/** Format 2 block in the clear, for the card's contacts only (Book 3, 6.5.12.2). The caller wipes it. */
	plaintextBlock(): Uint8Array;
	/** The data of VERIFY for an enciphered offline PIN (Book 2, 7.2). @param challenge 8 bytes from GET CHALLENGE */
	encipheredBlock(key: RsaPublicKey, challenge: Uint8Array): Uint8Array;
	/** The block for the issuer, enciphered under the keys of the transaction. */
	onlineBlock(pan: string): Uint8Array;
	/** Wipes the digits. Safe at any time. */
	forget(): void;
}
