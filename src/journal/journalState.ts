import { equal } from "../bytes/bytes.js";
import type { Operation } from "../operation.js";
import type { ClosedEntry, JournalEntry, OwedKind, TransactionEntry, TransactionName } from "./entries.js";
import type { Position } from "./position.js";
import { addToTotals, type Totals } from "./totals.js";

export const MOST_NUMBER = 999_999;
// How far back the floor limit looks for sales of the same card (EMV 4.4 Book 3, 10.6.1 leaves it to the terminal).
const MOST_RECENT_SALES = 100;

// Older ones are found by their records.
const MOST_SETTLED_BATCHES = 4;

/** Opened and not closed. */
export interface OpenTransaction extends TransactionName {
	readonly invoice: number;
	readonly operation: Operation;
	readonly amountMinor: number;
	readonly original: TransactionName | undefined;
	sent: boolean;
}

/** A message that the bank must still get. What it needs is in the transaction's entries: see `Journal.sealed`. */
export interface OwedMessage extends TransactionName {
	readonly kind: OwedKind;
	/** Of a reversal; empty for others. */
	readonly reason: string;
	/** Tries so far, all without success. */
	readonly attempts: number;
}

export interface BatchState {
	readonly batch: number;
	readonly phase: "open" | "settling" | "uploading" | "settled";
	/** Transactions opened in it. */
	readonly count: number;
	/** Record of its first transaction. */
	readonly first: Position | undefined;
	/** Of what is approved so far or, from its settlement on, what the bank was told; nothing once it is settled. */
	readonly totals: Totals;
	/** Transactions uploaded. */
	readonly position: number;
	readonly verdict: string | undefined;
	readonly settledAt: number | undefined;
}

export interface RecentSale {
	/** When it was approved, milliseconds since 1970. */
	readonly at: number;
	readonly cardLink: Uint8Array;
	readonly amountMinor: number;
}

/**
 * What the journal has to know at any time, whatever its length: counters, what is open, what is owed, batches.
 * It is the sum of all entries, and bounded.
 */
export class JournalState {
	lastStan = 0;
	/** STANs up to this one may be in use. */
	stansTaken = 0;
	lastInvoice = 0;
	/** Number of the open batch; 0 before the first entry. */
	batch = 0;
	/** The transaction opened last. */
	last: TransactionName | undefined;
	/** Oldest first. */
	open: OpenTransaction[] = [];
	/** Oldest first. */
	owed: OwedMessage[] = [];
	/** Those that are not settled and the newest that are, oldest first; the open one is the last. */
	batches: BatchState[] = [];
	/** The oldest settled batch whose records are kept. */
	expiring: { readonly batch: number; readonly at: number } | undefined;
	/** Records before this place are of settled batches that need not be kept any more. */
	keptFrom: Position = 0;
	/** Oldest first. */
	recent: RecentSale[] = [];

	/**
	 * Takes an entry that `checkEntries` has let pass. Of a journal whose beginning was removed it takes what it can: entries
	 * of transactions that are gone change nothing.
	 */
	apply(entry: JournalEntry, position: Position): void {
		switch (entry.type) {
			case "signedIn":
			case "batchOpened":
				if (entry.type === "batchOpened") this.#stanBeginsAnew();
				this.#enterBatch(entry.batch);
				break;
			case "stansTaken":
				this.stansTaken = entry.upTo;
				break;
			case "restored":
				this.lastInvoice = entry.invoice;
				break;
			case "settling":
				this.#change(entry.batch, { phase: "settling", totals: entry.totals });
				if (entry.batch === this.batch) this.#enterBatch(nextNumber(this.batch));
				break;
			case "uploading":
				this.#change(entry.batch, { phase: "uploading", position: entry.position });
				break;
			case "settled":
				this.#change(entry.batch, { phase: "settled", totals: [], verdict: entry.verdict, settledAt: entry.at });
				this.#forgetOldest();
				this.expiring ??= { batch: entry.batch, at: entry.at };
				break;
			default:
				this.#applyToTransaction(entry, position);
		}
	}

	openTransaction({ batch, stan }: TransactionName): OpenTransaction | undefined {
		return this.open.find(each => each.stan === stan && each.batch === batch);
	}

	owes({ batch, stan }: TransactionName, kind: OwedKind): boolean {
		return this.owed.some(each => each.stan === stan && each.batch === batch && each.kind === kind);
	}

	batchState(batch: number): BatchState | undefined {
		// A number may come back when the bank says so: the newest counts.
		for (let i = this.batches.length - 1; i >= 0; i--) if (this.batches[i]!.batch === batch) return this.batches[i];
		return undefined;
	}

	/** The last approved amount of the same card, 0 when there is none. */
	recentAmountMinor(cardLink: Uint8Array): number {
		for (let i = this.recent.length - 1; i >= 0; i--)
			if (equal(this.recent[i]!.cardLink, cardLink)) return this.recent[i]!.amountMinor;
		return 0;
	}

	#applyToTransaction(entry: TransactionEntry, position: Position): void {
		const { batch, stan } = entry;
		switch (entry.type) {
			case "opened": {
				const { invoice, operation, amountMinor, original } = entry;
				this.#enterBatch(batch);
				this.lastStan = stan;
				this.lastInvoice = invoice;
				this.last = { batch, stan };
				this.open.push({ batch, stan, invoice, operation, amountMinor, original, sent: false });
				const { count, first } = this.batchState(batch)!;
				this.#change(batch, { count: count + 1, first: first ?? position });
				break;
			}
			case "sent":
				this.#markSent(entry);
				break;
			case "closed":
				this.#close(entry);
				break;
			case "reversalOwed":
				this.owed.push({ batch, stan, kind: "reversal", reason: entry.reason, attempts: 0 });
				break;
			case "adviceOwed":
				this.owed.push({ batch, stan, kind: entry.kind, reason: "", attempts: 0 });
				break;
			case "attempt":
				this.#changeOwed(entry, entry.kind, owed => [{ ...owed, attempts: owed.attempts + 1 }]);
				break;
			case "reversed":
				this.#changeOwed(entry, "reversal", () => []);
				break;
			case "adviceDelivered":
				this.#changeOwed(entry, entry.kind, () => []);
				break;
			case "adviceRefused":
				this.#changeOwed(entry, entry.kind, () => []);
				if (entry.uncounted) {
					const { operation, foreign, count, amountMinor } = entry.uncounted;
					this.#count(batch, operation, foreign, -count, -amountMinor);
				}
				break;
			case "adjusted":
				this.#count(batch, "adjust", entry.foreign, 0, entry.differenceMinor);
				break;
		}
	}

	#markSent(name: TransactionName): void {
		const open = this.openTransaction(name);
		if (open) open.sent = true;
	}

	#close(entry: ClosedEntry): void {
		const open = this.openTransaction(entry);
		if (!open) return;
		this.open = this.open.filter(each => each !== open);
		if (entry.outcome !== "approved") return;
		const amountMinor = entry.approvedMinor ?? open.amountMinor;
		this.#count(open.batch, open.operation, entry.foreign, 1, amountMinor);
		if (!entry.cardLink) return;
		this.recent.push({ at: entry.at, cardLink: entry.cardLink, amountMinor });
		if (this.recent.length > MOST_RECENT_SALES) this.recent.shift();
	}

	#count(batch: number, operation: Operation, foreign: boolean | undefined, count: number, amountMinor: number): void {
		const state = this.batchState(batch);
		if (!state || state.phase === "settled") return; // told to the bank already
		this.#change(batch, {
			totals: addToTotals(state.totals, { operation, foreign: foreign ?? false, count, amountMinor }),
		});
	}

	#changeOwed(name: TransactionName, kind: OwedKind, change: (owed: OwedMessage) => OwedMessage[]): void {
		this.owed = this.owed.flatMap(each =>
			each.batch === name.batch && each.stan === name.stan && each.kind === kind ? change(each) : [each],
		);
	}

	#stanBeginsAnew(): void {
		this.lastStan = 0;
		this.stansTaken = 0;
	}

	#forgetOldest(): void {
		const settled = this.batches.filter(({ phase }) => phase === "settled");
		const old = settled.slice(0, Math.max(0, settled.length - MOST_SETTLED_BATCHES));
		this.batches = this.batches.filter(each => !old.includes(each));
	}

	#enterBatch(batch: number): void {
		if (batch === this.batch) return;
		this.batch = batch;
		// Of a batch that nobody used nothing has to be told.
		const used = this.batches.filter(each => each.count > 0 || each.phase !== "open");
		this.batches = [...used, newBatch(batch)];
	}

	#change(batch: number, change: Partial<BatchState>): void {
		const state = this.batchState(batch);
		this.batches = this.batches.map(each => (each === state ? { ...each, ...change } : each));
	}
}

/** 1 follows 999999. */
export function nextNumber(number: number): number {
	return (number % MOST_NUMBER) + 1;
}

function newBatch(batch: number): BatchState {
	return {
		batch,
		phase: "open",
		count: 0,
		first: undefined,
		totals: [],
		position: 0,
		verdict: undefined,
		settledAt: undefined,
	};
}
