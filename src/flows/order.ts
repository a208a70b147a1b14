import type { Operation } from "../operation.js";

/** What is asked of the terminal: at its menu, by a cash register, by a command. */
export interface Order {
	readonly operation: Operation;
	/** All that is paid or given back, cashback and tip included; 0 where no money is named. */
	readonly amountMinor: number;
	/** Contained in `amountMinor`. */
	readonly cashbackMinor?: number | undefined;
	/** Contained in `amountMinor`. */
	readonly tipMinor?: number | undefined;
	/** On the receipt of the transaction that this one is about. */
	readonly invoice?: number | undefined;
	/** The merchant wants the issuer asked, whatever the amount (EMV 4.4 Book 3, 10.6). */
	readonly merchantForcedOnline?: boolean | undefined;
	/** The cash register's own name for its order: asked again with it, the terminal does not charge again. */
	readonly requestKey?: string | undefined;
	/** Number of who is signed on; the terminal knows. */
	readonly operator?: string | undefined;
	/** Who has agreed; the flow finds out. */
	readonly approvedBy?: string | undefined;
}
