/** What the journal remembers of a sale, one entry for each thing that happened. `stan` ties the entries of a sale together. */
export type JournalEntry =
	| {
			readonly type: "opened";
			readonly stan: number;
			readonly at: number;
			readonly amountMinor: number;
			readonly currency: number;
	  }
	/** Written before the first byte goes to the bank. `reversal` is what taking it back needs, sealed. */
	| {
			readonly type: "sent";
			readonly stan: number;
			readonly at: number;
			readonly panMasked: string;
			readonly reversal: Uint8Array;
	  }
	| {
			readonly type: "closed";
			readonly stan: number;
			readonly at: number;
			/** An outcome of the sale, e.g. "approved". */
			readonly outcome: string;
			readonly online: boolean;
			readonly panMasked: string | undefined;
			/** Ties sales of one card together without its number (see `Seal.link`). */
			readonly cardLink: Uint8Array | undefined;
			/** The card wants its issuer to hear of it (CID, EMV 4.4 Book 3, 10.8.1). */
			readonly adviceRequired: boolean;
			/** 5 bytes for each issuer script (EMV 4.4 Book 4, Annex A5); undefined when there was none. */
			readonly scriptResults: Uint8Array | undefined;
			readonly responseCode: string | undefined;
			readonly authorisationCode: string | undefined;
			readonly retrievalReference: string | undefined;
	  }
	/** The bank may hold the sale approved while the terminal does not: owed until acknowledged. */
	| { readonly type: "reversalOwed"; readonly stan: number; readonly at: number; readonly reason: string }
	| { readonly type: "reversed"; readonly stan: number; readonly at: number };

const TYPES: readonly string[] = Object.freeze(["opened", "sent", "closed", "reversalOwed", "reversed"]);

/** @throws {TypeError} when the decoded value is not an entry */
export function asJournalEntry(value: unknown): JournalEntry {
	const entry = value as Partial<JournalEntry> | null;
	if (typeof entry !== "object" || entry === null || !TYPES.includes(entry.type ?? "") || !Number.isInteger(entry.stan))
		throw new TypeError("not a journal entry");
	return entry as JournalEntry;
}
