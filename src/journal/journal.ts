import { equal } from "../bytes/bytes.js";
import { decodeCbor, encodeCbor } from "../bytes/cbor.js";
import type { Storage } from "../ports.js";
import { BatchNumber } from "./batchNumber.js";
import { asJournalEntry, type JournalEntry } from "./entries.js";
import { JournalError, RecordFile } from "./recordFile.js";

const MOST_STAN = 999_999;
// How far back the floor limit looks for sales of the same card (EMV 4.4 Book 3, 10.6.1 leaves it to the terminal).
const MOST_RECENT_SALES = 100;

/** A request that the bank may have seen and that the terminal takes back. */
export interface OwedReversal {
	readonly stan: number;
	/** As sealed in the "sent" entry. */
	readonly sealed: Uint8Array;
	readonly reason: string;
}

/** A sale that the power cut short: opened, perhaps sent, and no word on how it ended. */
export interface InterruptedSale {
	readonly stan: number;
	readonly sent: boolean;
}

interface UnsettledSale {
	readonly amountMinor: number;
	sealed: Uint8Array | undefined;
	owed: string | undefined;
	closed: boolean;
}

/** Everything that happened to money, on the medium before it is acted upon. Its state is the sum of its entries. */
export class Journal {
	readonly #file: RecordFile;
	readonly #onEntry: ((entry: JournalEntry) => void) | undefined;
	readonly #unsettled = new Map<number, UnsettledSale>();
	readonly #recent: { cardLink: Uint8Array; amountMinor: number }[] = [];
	#lastStan = 0;

	readonly #batch: BatchNumber;

	/** Reads what is there. @throws {JournalError} when the file is damaged */
	constructor(storage: Storage, onEntry?: (entry: JournalEntry) => void) {
		this.#batch = new BatchNumber(storage);
		this.#file = new RecordFile(storage, "journal");
		this.#file.recover((payload, sequence) => this.#apply(decodeEntry(payload, sequence)));
		this.#onEntry = onEntry;
	}

	/** On the medium when this returns. @throws {JournalError} on an entry that does not belong to an open sale; nothing is written */
	append(entry: JournalEntry): void {
		this.#check(entry);
		this.#file.append(encodeCbor(entry));
		this.#apply(entry);
		this.#onEntry?.(entry);
	}

	/** System trace audit number of the next transaction, 1 to 999999; where it begins anew, so does the batch. */
	nextStan(): number {
		const stan = (this.#lastStan % MOST_STAN) + 1;
		if (stan === 1) this.#batch.raise();
		return stan;
	}

	/** Number of the open batch. */
	get batch(): number {
		return this.#batch.value;
	}

	/** Oldest first. */
	owedReversals(): OwedReversal[] {
		const owed: OwedReversal[] = [];
		for (const [stan, { sealed, owed: reason }] of this.#unsettled)
			if (sealed && reason !== undefined) owed.push({ stan, sealed, reason });
		return owed;
	}

	/** Oldest first; none while the terminal runs without a power cut and no sale is under way. */
	interruptedSales(): InterruptedSale[] {
		const interrupted: InterruptedSale[] = [];
		for (const [stan, sale] of this.#unsettled)
			if (!sale.closed) interrupted.push({ stan, sent: sale.sealed !== undefined });
		return interrupted;
	}

	/** The last approved amount of the same card, 0 when there is none. */
	recentAmountMinor(cardLink: Uint8Array): number {
		for (let i = this.#recent.length - 1; i >= 0; i--)
			if (equal(this.#recent[i]!.cardLink, cardLink)) return this.#recent[i]!.amountMinor;
		return 0;
	}

	#check({ type, stan }: JournalEntry): void {
		const isOpen = this.#unsettled.has(stan);
		if (type === "opened" && isOpen) throw new JournalError(`journal: sale ${stan} is open already`);
		if (type !== "opened" && !isOpen) throw new JournalError(`journal: an entry of sale ${stan} has no beginning`);
	}

	#apply(entry: JournalEntry): void {
		this.#check(entry);
		const { stan } = entry;
		const sale = this.#unsettled.get(stan);
		switch (entry.type) {
			case "opened":
				this.#lastStan = stan;
				this.#unsettled.set(stan, {
					amountMinor: entry.amountMinor,
					sealed: undefined,
					owed: undefined,
					closed: false,
				});
				return;
			case "sent":
				sale!.sealed = entry.reversal;
				return;
			case "reversalOwed":
				sale!.owed = entry.reason;
				return;
			case "reversed":
				sale!.owed = undefined;
				break;
			case "closed":
				sale!.closed = true;
				if (entry.outcome === "approved" && entry.cardLink) {
					this.#recent.push({ cardLink: entry.cardLink, amountMinor: sale!.amountMinor });
					if (this.#recent.length > MOST_RECENT_SALES) this.#recent.shift();
				}
				break;
		}
		if (sale!.closed && sale!.owed === undefined) this.#unsettled.delete(stan);
	}
}

function decodeEntry(payload: Uint8Array, sequence: number): JournalEntry {
	try {
		return asJournalEntry(decodeCbor(payload));
	} catch {
		throw new JournalError(`journal: record ${sequence} cannot be understood; it was written by other firmware`);
	}
}
