import type { MessageValues } from "../../../src/host/messageValues.js";
import type { BookedTransaction, CardAccount, Effect, Movement, Side } from "../books.js";
import type { BankRequest, Desk } from "../desk.js";
import type { Proof } from "../issuer.js";
import { RESPONSE } from "../responseCode.js";

/** What an operation does to the books when nothing else speaks against it, or why it does not. */
export type Ruling =
	| { readonly refuse: string }
	| {
			readonly movements: readonly Movement[];
			readonly side?: Side;
			readonly effect?: { readonly kind: Effect; readonly original: BookedTransaction; readonly changeMinor?: number };
			/** Said in the answer and kept with it. */
			readonly balanceMinor?: number;
			/** Approved in the message, but no money: a note of what the card declined by itself. */
			readonly isNote?: boolean;
	  };

/** One kind of request about a card. */
export interface Rule {
	readonly proof: Proof;
	/** It has happened already: neither limits nor scenarios stop it, and it may overdraw. */
	readonly isAdvice?: boolean;
	/** Without an amount, as a balance is asked for. */
	readonly noAmount?: boolean;
	decide(desk: Desk, request: BankRequest, amountMinor: number, card: CardAccount): Ruling;
}

export const refuse = (code: string): Ruling => ({ refuse: code });

/** Whether the account has the amount, within its limits; for requests that ask beforehand. */
export function lacksFunds(desk: Desk, card: CardAccount, amountMinor: number, day: string): string | undefined {
	if (card.perTransactionMinor !== undefined && amountMinor > card.perTransactionMinor) return RESPONSE.limitExceeded;
	if (card.perDayMinor !== undefined && desk.books.spentMinor(card.pan, day) + amountMinor > card.perDayMinor)
		return RESPONSE.limitExceeded;
	return card.balanceMinor < amountMinor ? RESPONSE.insufficientFunds : undefined;
}

/**
 * The transaction that a request is about: by batch and STAN, else by retrieval reference, else by authorisation code;
 * of the same card and merchant, and one of these operations. A code that stopped it counts: "voided" has no approval left.
 */
export function originalOf(
	desk: Desk,
	{ values, key, merchantId }: BankRequest,
	operations: readonly string[],
): BookedTransaction | undefined {
	const { original, retrievalReference, authorisationCode, pan } = values;
	const candidates: (BookedTransaction | undefined)[] = [];
	const byName = (batch: number) =>
		original?.stan !== undefined &&
		candidates.push(desk.books.transaction({ terminalId: key.terminalId, batch, stan: original.stan }));
	if (original?.batch !== undefined) byName(original.batch);
	if (retrievalReference !== undefined) candidates.push(desk.books.byReference(Number(retrievalReference)));
	if (authorisationCode !== undefined && pan !== undefined)
		candidates.push(...desk.books.byAuthorisationCode(pan, authorisationCode));
	// Where a message names no batch, the number alone says less than a reference or a code.
	if (original?.batch === undefined) byName(key.batch);
	return candidates.find(
		found => found && found.pan === pan && found.merchantId === merchantId && operations.includes(found.operation),
	);
}

/** Why an original cannot be acted upon; undefined when it can. */
export function isUnusable(original: BookedTransaction | undefined): string | undefined {
	if (!original || original.state === "reversed" || original.state === "declined") return RESPONSE.originalNotFound;
	return original.state === "approved" ? undefined : RESPONSE.invalidTransaction;
}

/** The account's other side in the message: the amounts of the request, as far as it has any. */
export function amountOf(values: MessageValues): number {
	return values.amountMinor ?? 0;
}
