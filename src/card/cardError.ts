export type CardErrorReason = "removed" | "mute" | "protocol" | "notAccepted";

/**
 * The dialogue with the card cannot go on: removed, silent beyond its waiting time, breaking the protocol,
 * or answering to reset with something EMV does not accept. Thrown up to the flow, which makes one outcome of it.
 */
export class CardError extends Error {
	override readonly name = "CardError";
	readonly reason: CardErrorReason;

	constructor(reason: CardErrorReason, detail: string) {
		super(detail);
		this.reason = reason;
	}
}
