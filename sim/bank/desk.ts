import type { MessageValues } from "../../src/host/messageValues.js";
import type { Operation } from "../../src/operation.js";
import type { Clock, Crypto, Random } from "../../src/ports.js";
import type { Books, TransactionKey } from "./books.js";
import type { Downloads } from "./downloads.js";
import type { Issuer } from "./issuer.js";
import type { Scenarios } from "./scenario.js";

/** A merchant that the bank has signed up, and its terminals (8 characters each). */
export interface Merchant {
	readonly merchantId: string;
	readonly terminalIds: readonly string[];
}

/** What the bank's operations work with, however the request came in. */
export interface Desk {
	readonly books: Books;
	readonly issuer: Issuer;
	readonly scenarios: Scenarios;
	readonly downloads: Downloads;
	readonly crypto: Crypto;
	readonly random: Random;
	readonly clock: Pick<Clock, "now" | "utcOffsetMinutes">;
	/** The most that a completion may be of what its pre-authorisation holds. */
	readonly completionPercent: number;
	/** Totals are said to differ whatever they are, so that the terminal uploads its batch. */
	disputeTotals: boolean;
}

/** A request whose MAC was right, from a terminal that the bank knows. */
export interface BankRequest {
	readonly operation: Operation;
	readonly values: MessageValues;
	readonly key: TransactionKey;
	readonly merchantId: string;
	/** Whether the PIN block holds this PIN; undefined when no PIN was sent. */
	readonly pinIsRight: ((pin: string) => boolean) | undefined;
	/** The profile has one total of each kind, cards from abroad included. */
	readonly groupsAreOne: boolean;
	/** The work keys' own key of this terminal; undefined where keys are not changed by messages. */
	readonly terminalMasterKey: Uint8Array | undefined;
	/** Bytes of the MAC key among them, as the profile has room for. */
	readonly macKeyBytes: number;
}

/** What the answer says beyond what it repeats. */
export type Reply = MessageValues & { readonly responseCode: string };

/** The bank's day and time, as its messages and its books spell them. */
export function bankTime({ clock }: Pick<Desk, "clock">): {
	/** YYYY-MM-DD */
	readonly day: string;
	/** MMDD */
	readonly date: string;
	/** hhmmss */
	readonly time: string;
} {
	const text = new Date(clock.now() + clock.utcOffsetMinutes * 60_000).toISOString();
	return {
		day: text.slice(0, 10),
		date: text.slice(5, 7) + text.slice(8, 10),
		time: text.slice(11, 19).replaceAll(":", ""),
	};
}
