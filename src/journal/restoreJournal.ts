import { BatchNumber } from "./batchNumber.js";
import type { JournalEntry } from "./entries.js";
import { MOST_NUMBER, nextNumber } from "./journalState.js";
import { type JournalPorts, JournalStore } from "./journalStore.js";

/** Numbers that were used for sure; 0 where nothing is known. */
export interface UsedNumbers {
	readonly batch: number;
	/** Of that batch. */
	readonly stan: number;
	readonly invoice: number;
}

/** CHOICE: more numbers than a terminal uses between two backups; they are left out. */
const MARGIN = 1_000;

/**
 * Makes a journal of another terminal's records, in the place of what is there. Its numbers go on above all that may have
 * been used. To be called again after a power cut: it begins anew.
 */
export function restoreJournal(
	ports: JournalPorts,
	records: Iterable<readonly JournalEntry[]>,
	used: UsedNumbers,
	at: number,
): void {
	const store = JournalStore.makeAnew(ports, () => {});
	for (const entries of records) store.writeLazily(entries);
	const { state } = store;
	const invoice = (Math.max(state.lastInvoice, used.invoice) + MARGIN) % MOST_NUMBER;
	// Of a batch that the backup does not know nothing can be told: its totals are the bank's.
	const isLater = used.batch > state.batch;
	const stan = Math.max(state.lastStan, state.stansTaken, used.batch === state.batch ? used.stan : 0) + MARGIN;
	store.writeLazily([{ type: "restored", at, batch: state.batch, invoice }]);
	if (isLater || stan > MOST_NUMBER || state.batch === 0)
		store.writeLazily([{ type: "batchOpened", batch: nextNumber(Math.max(used.batch, state.batch)) }]);
	else store.writeLazily([{ type: "stansTaken", upTo: stan }]);
	store.writeCheckpoint();
	new BatchNumber(ports.storage).keep(state.batch);
}
