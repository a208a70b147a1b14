import { formatHex } from "../bytes/hex.js";
import type { JournalEntry } from "./entries.js";

/** One entry as a line for people; what is sealed stays sealed. */
export function formatJournalEntry(entry: JournalEntry): string {
	const sale = `sale ${String(entry.stan).padStart(6, "0")}`;
	switch (entry.type) {
		case "opened":
			return `${sale} opened: ${entry.amountMinor} of currency ${entry.currency}`;
		case "sent":
			return `${sale} about to be sent, its reversal kept: card ${entry.panMasked}`;
		case "closed": {
			const answer = entry.responseCode === undefined ? "" : `, bank answered ${entry.responseCode}`;
			const scripts = entry.scriptResults && `, script results ${formatHex(entry.scriptResults)}`;
			const notes = `${entry.adviceRequired ? ", advice required" : ""}${scripts ?? ""}`;
			const code = entry.authorisationCode === undefined ? "" : `, authorisation ${entry.authorisationCode}`;
			return `${sale} closed: ${entry.outcome}${answer}${code}${notes}`;
		}
		case "reversalOwed":
			return `${sale} reversal owed: ${entry.reason}`;
		case "reversed":
			return `${sale} reversed: the bank has acknowledged`;
	}
}
