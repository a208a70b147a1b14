import type { OutcomeKind } from "./outcome.js";
import type { Transaction } from "./transaction.js";

/** How a swipe that follows is to be marked: field 22, and for UnionPay-style hosts the IC condition of field 60. */
export type StripeEntryMode = "magneticStripe" | "fallback";

/**
 * Whether the stripe may be read instead of the chip (EMV 4.4 Book 4, 6.6 and 11.2 message 12, and the payment systems'
 * rules): only when the chip failed technically and has decided nothing. Never after a decline, a blocked card or
 * application, a card that was pulled, or a person's own end.
 */
export function mayFallBackToMagstripe(ended: OutcomeKind, t: Pick<Transaction, "cryptogram">): boolean {
	return ended === "cardError" && t.cryptogram === undefined;
}

/**
 * What a swiped card's service code (ISO/IEC 7813, first digit 2 or 6: it has a chip) makes of the swipe (Book 4, 6.6
 * and 7.6).
 * @returns undefined when the chip must be used: message 11, USE CHIP READER
 */
export function stripeEntryMode(serviceCode: string, fallbackAllowed: boolean): StripeEntryMode | undefined {
	const hasChip = serviceCode[0] === "2" || serviceCode[0] === "6";
	if (!hasChip) return "magneticStripe";
	return fallbackAllowed ? "fallback" : undefined;
}
