/**
 * How a card transaction ended, as the card, the rules or the persons decided it. A fault of the terminal is never
 * one of these: it is thrown.
 */
export type OutcomeKind =
	| "approved"
	| "declined"
	| "notAccepted"
	| "cardError"
	| "cardBlocked"
	| "cardRemoved"
	| "cancelled"
	| "timedOut";

export interface Outcome {
	readonly kind: OutcomeKind;
	/** One clause for the log and the trace, without card data. */
	readonly reason: string;
}

export function outcome(kind: OutcomeKind, reason: string): Outcome {
	return { kind, reason };
}
