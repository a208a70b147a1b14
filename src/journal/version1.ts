import { asJournalEntry, type JournalEntry } from "./entries.js";

/** An entry as version 1 wrote it: sales only, without batch, invoice and operation. @throws {TypeError} when it is none */
export function entryOfVersion1(
	value: unknown,
	given: { readonly batch: number; readonly invoice: number },
): JournalEntry {
	const entry = value as { type?: unknown } | null;
	if (typeof entry !== "object" || entry === null) throw new TypeError("not a journal entry");
	const opened = entry.type === "opened" ? { invoice: given.invoice, operation: "sale" } : {};
	return asJournalEntry({ ...entry, batch: given.batch, ...opened });
}
