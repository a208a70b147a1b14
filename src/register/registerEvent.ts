import { type Screen, screenText } from "../display/screen.js";
import type { JournalEntry } from "../journal/entries.js";
import type { ServiceView } from "./served.js";
import type { TransactionView } from "./transactionView.js";

/** The words on the display; of a PIN or a passcode not even how many digits it has so far. */
export interface ScreenView {
	readonly name: Screen["name"];
	readonly text: string;
}

/** How the terminal is. */
export interface StatusView {
	readonly state: "idle" | "busy" | "outOfService";
	/** Of the transaction under way, when a cash register ordered it. */
	readonly key?: string;
	readonly phase?: "terminal" | "bank";
	/** Messages that the bank must still get. */
	readonly owed: number;
	/** The batch that is open; absent out of service. */
	readonly batch?: number;
	/** Absent until something was drawn. */
	readonly screen?: ScreenView;
}

/** One entry of the journal: its type and what of it everybody may see. */
export type JournalFact = Readonly<Record<string, string | number | boolean>> & { readonly type: JournalEntry["type"] };

export type RegisterNews =
	/** The first event on a line. */
	| { readonly event: "status"; readonly status: StatusView }
	| { readonly event: "screen"; readonly screen: ScreenView }
	| { readonly event: "transaction"; readonly transaction: TransactionView }
	| { readonly event: "service"; readonly service: ServiceView }
	| { readonly event: "journal"; readonly fact: JournalFact };

export type RegisterEvent = RegisterNews & {
	/** Rises by one with each event since the terminal started; the first on a line has the number of the last before it. */
	readonly sequence: number;
	/** Milliseconds since 1970-01-01 00:00 UTC. */
	readonly at: number;
};

export function screenView(screen: Screen): ScreenView {
	const items = screen.items.filter(({ kind }) => kind !== "dots");
	return { name: screen.name, text: screenText({ ...screen, items }) };
}

/** Members of journal entries that leave the terminal; sealed values, card links and script results are not among them. */
const SHOWN: readonly string[] = Object.freeze([
	"type",
	"batch",
	"stan",
	"invoice",
	"at",
	"operation",
	"amountMinor",
	"cashbackMinor",
	"tipMinor",
	"currency",
	"requestKey",
	"panMasked",
	"outcome",
	"online",
	"approvedMinor",
	"responseCode",
	"authorisationCode",
	"retrievalReference",
	"reason",
	"kind",
	"problem",
	"position",
	"verdict",
]);

export function journalFact(entry: JournalEntry): JournalFact {
	const shown = Object.entries(entry).filter(([name, value]) => SHOWN.includes(name) && isPlain(value));
	return Object.fromEntries(shown) as JournalFact;
}

function isPlain(value: unknown): boolean {
	return typeof value === "string" || typeof value === "number" || typeof value === "boolean";
}
