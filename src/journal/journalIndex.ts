import { uintBytes } from "../bytes/bytes.js";
import { crc32 } from "../bytes/crc32.js";
import type { Storage } from "../ports.js";
import type { JournalEntry, TransactionName } from "./entries.js";
import type { Position } from "./position.js";
import type { IndexRow } from "./sortedRun.js";
import { type RunsDescription, SortedRuns } from "./sortedRuns.js";

const KINDS = Object.freeze(["transactions", "invoices", "requests", "batches"] as const);
type Kind = (typeof KINDS)[number];
type ByKind<T> = Readonly<Record<Kind, T>>;

export type IndexDescription = ByKind<RunsDescription>;

/** Where the records of a transaction lie. Made of the records, and can be made of them again. */
export class JournalIndex {
	readonly #runs: ByKind<SortedRuns>;
	/** What is not in a run yet. */
	#fresh = byKind((): IndexRow[] => []);
	/** The batch whose first transaction was met last. */
	#batch = 0;

	constructor(storage: Storage) {
		this.#runs = byKind(kind => new SortedRuns(storage, `index.${kind}`));
	}

	describe(): IndexDescription {
		return byKind(kind => this.#runs[kind].describe());
	}

	take(description: IndexDescription): void {
		for (const kind of KINDS) this.#runs[kind].take(description[kind]);
		this.#fresh = byKind(() => []);
	}

	/** @param original of the transaction that a "closed" entry ends */
	note(entry: JournalEntry, position: Position, original: TransactionName | undefined): void {
		if (entry.type === "settling" || entry.type === "settled") this.#note("batches", entry.batch, position);
		const { requestKey } = entry as { readonly requestKey?: string };
		if (requestKey !== undefined) this.#note("requests", requestKeyHash(requestKey), position);
		if (!("stan" in entry)) return;
		this.#note("transactions", transactionKey(entry), position);
		if (entry.type === "closed" && original) this.#note("transactions", transactionKey(original), position);
		if (entry.type !== "opened") return;
		// After a start it may be noted again for a batch that is under way: one place more to look at.
		if (entry.batch !== this.#batch) this.#note("batches", entry.batch, position);
		this.#batch = entry.batch;
		this.#note("invoices", entry.invoice, position);
	}

	/** Records that tell of a transaction or of one that refers to it, oldest first. @throws {IndexDamage} */
	ofTransaction(name: TransactionName): Position[] {
		return this.#find("transactions", transactionKey(name));
	}

	/** Records that open a transaction with this invoice number, oldest first. @throws {IndexDamage} */
	ofInvoice(invoice: number): Position[] {
		return this.#find("invoices", invoice);
	}

	/** Records that may hold an entry with this request key, oldest first. @throws {IndexDamage} */
	ofRequestKey(requestKey: string): Position[] {
		return this.#find("requests", requestKeyHash(requestKey));
	}

	/** Forgets everything, to be made anew. */
	clear(): void {
		for (const kind of KINDS) this.#runs[kind].clear();
		this.#fresh = byKind(() => []);
	}

	/** Records that begin, settle or end the settlement of a batch, oldest first. @throws {IndexDamage} */
	ofBatch(batch: number): Position[] {
		return this.#find("batches", batch);
	}

	/** Puts what is fresh into runs. @throws {IndexDamage} */
	flush(keepFrom: Position): void {
		for (const kind of KINDS) {
			this.#runs[kind].add(this.#fresh[kind], keepFrom);
			this.#fresh[kind].length = 0;
		}
	}

	/** Files that are to be removed once the description is on the medium. */
	takeObsolete(): string[] {
		return KINDS.flatMap(kind => this.#runs[kind].obsolete.splice(0));
	}

	#note(kind: Kind, key: number, position: Position): void {
		const rows = this.#fresh[kind];
		const last = rows[rows.length - 1];
		if (last?.[0] !== key || last[1] !== position) rows.push([key, position]);
	}

	#find(kind: Kind, key: number): Position[] {
		const fresh = this.#fresh[kind].filter(row => row[0] === key).map(row => row[1]);
		const all = [...this.#runs[kind].find(key), ...fresh];
		return all.filter((position, i) => position !== all[i - 1]);
	}
}

function byKind<T>(make: (kind: Kind) => T): ByKind<T> {
	const [transactions, invoices, requests, batches] = KINDS.map(make);
	return { transactions: transactions!, invoices: invoices!, requests: requests!, batches: batches! };
}

function transactionKey({ batch, stan }: TransactionName): number {
	return batch * 2 ** 20 + stan;
}

/** Spreads evenly; who finds a record by it compares the key itself. */
function requestKeyHash(requestKey: string): number {
	const bytes = new Uint8Array(2 * requestKey.length);
	for (let i = 0; i < requestKey.length; i++) bytes.set(uintBytes(requestKey.charCodeAt(i), 2), 2 * i);
	return crc32(bytes);
}
