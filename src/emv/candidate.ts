import type { ApplicationConfiguration } from "./configuration.js";

/** An application that card and terminal both have (EMV 4.4 Book 1, 12.3). */
export interface Candidate {
	/** The card's own name for it, tag 4F or 84. */
	readonly dfName: Uint8Array;
	readonly label: string;
	/** 1 first, 15 last; 0 = the card gives no priority. */
	readonly priority: number;
	/** Tag 87, bit 8: not without the cardholder's confirmation. */
	readonly confirmationRequired: boolean;
	readonly configuration: ApplicationConfiguration;
}

/** Index in the list that was offered, or why the cardholder chose none. */
export type ApplicationChoice = number | "cancelled" | "timedOut" | "cardRemoved";
