import {
	type BatchEntry,
	isOfTransaction,
	type JournalEntry,
	type OpenedEntry,
	type TransactionEntry,
	type TransactionName,
} from "./entries.js";
import { JournalError } from "./journalError.js";
import { type JournalState, MOST_NUMBER, nextNumber } from "./journalState.js";
import type { TransactionRecord } from "./transactionRecord.js";

/** What the check has to know beyond the state. */
export interface CheckContext {
	readonly state: JournalState;
	/** The highest STAN that was handed out. */
	readonly lastStan: number;
	/** A transaction that is no longer open. */
	find(name: TransactionName): TransactionRecord | undefined;
	isKnownKey(requestKey: string): boolean;
}

type Phase = "none" | "opened" | "sent" | "closed";

/**
 * Whether these entries, one after another, may follow what is in the journal [MNY-JRN-04].
 * @throws {JournalError} on the first that does not belong
 */
export function checkEntries(context: CheckContext, entries: readonly JournalEntry[]): void {
	if (entries.length === 0) throw new JournalError("journal: there is nothing to append");
	const check = new EntryCheck(context);
	for (const entry of entries) check.take(entry);
}

class EntryCheck {
	readonly #c: CheckContext;
	/** What earlier entries of the same list have changed. */
	readonly #phases = new Map<string, Phase>();
	readonly #approved = new Map<string, boolean>();
	readonly #owed = new Map<string, boolean>();
	readonly #batches = new Map<number, string>();
	readonly #keys = new Set<string>();
	#opened = false;

	constructor(context: CheckContext) {
		this.#c = context;
	}

	take(entry: JournalEntry): void {
		if (isOfTransaction(entry)) this.#takeOfTransaction(entry);
		else this.#takeOfBatch(entry);
	}

	#takeOfTransaction(entry: TransactionEntry): void {
		const name = `${entry.batch}/${entry.stan}`;
		const refuse = (why: string): never => {
			throw new JournalError(`journal: "${entry.type}" of transaction ${name} ${why}`);
		};
		const phase = this.#phase(entry);
		if (entry.type !== "opened" && phase === "none") refuse("has no beginning");
		switch (entry.type) {
			case "opened":
				this.#takeOpened(entry, phase, refuse);
				break;
			case "sent":
				if (phase !== "opened") refuse(`follows "${phase}"`);
				this.#phases.set(name, "sent");
				break;
			case "closed":
				if (phase === "closed") refuse('follows "closed"');
				this.#phases.set(name, "closed");
				this.#approved.set(name, entry.outcome === "approved");
				if (entry.outcome === "approved" && this.#owes(entry, "reversal")) refuse("approves what is to be reversed");
				break;
			case "reversalOwed":
				if (this.#isApproved(entry)) refuse("is of an approved one: void it");
				this.#own(entry, "reversal", refuse);
				break;
			case "reversed":
				this.#disown(entry, "reversal", refuse);
				break;
			case "adviceOwed":
				this.#own(entry, entry.kind, refuse);
				break;
			case "adviceDelivered":
			case "adviceRefused":
				this.#disown(entry, entry.kind, refuse);
				break;
			case "attempt":
				if (!this.#owes(entry, entry.kind)) refuse(`is of a ${entry.kind} that is not owed`);
				break;
			case "adjusted":
				if (!this.#isApproved(entry)) refuse("is of one that is not approved");
				this.#takeKey(entry, refuse);
				break;
		}
	}

	#takeOpened(entry: OpenedEntry, phase: Phase, refuse: (why: string) => never): void {
		const { state, lastStan } = this.#c;
		if (phase !== "none") refuse("is there already");
		if (this.#opened) refuse("follows another one of the same write");
		if (entry.batch !== state.batch) refuse(`is not of the open batch ${state.batch}`);
		if (!(entry.stan > lastStan && entry.stan <= MOST_NUMBER)) refuse("has a STAN that was used");
		if (entry.invoice !== nextNumber(state.lastInvoice)) refuse("has not the next invoice number");
		this.#takeKey(entry, refuse);
		this.#opened = true;
		this.#phases.set(key(entry), "opened");
	}

	#takeOfBatch(entry: BatchEntry): void {
		const { state } = this.#c;
		if (entry.type === "stansTaken") {
			if (!(entry.upTo > state.stansTaken && entry.upTo <= MOST_NUMBER))
				throw new JournalError("journal: STANs must be taken upwards");
			return;
		}
		const { type, batch } = entry;
		const refuse = (why: string): never => {
			throw new JournalError(`journal: "${type}" of batch ${batch} ${why}`);
		};
		if (!(Number.isInteger(batch) && batch >= 1 && batch <= MOST_NUMBER)) refuse("is no number from 1 to 999999");
		if (type === "restored") refuse("is written by a restore only");
		if (type === "signedIn" || type === "batchOpened") return;
		const phase = this.#batches.get(batch) ?? state.batchState(batch)?.phase;
		if (phase === undefined || phase === "settled") refuse("is of none that is to be settled");
		if (type === "settling") {
			if (phase === "uploading") refuse('follows "uploading"');
			if (state.open.some(each => each.batch === batch)) refuse("leaves a transaction open");
			this.#takeKey(entry, refuse);
		} else if (phase === "open") refuse('must follow "settling"');
		this.#batches.set(batch, type);
	}

	/** A key names one thing for good. */
	#takeKey({ requestKey }: { readonly requestKey?: string | undefined }, refuse: (why: string) => never): void {
		if (requestKey === undefined) return;
		if (this.#keys.has(requestKey) || this.#c.isKnownKey(requestKey)) refuse("repeats a request key");
		this.#keys.add(requestKey);
	}

	#phase(name: TransactionName): Phase {
		const known = this.#phases.get(key(name));
		if (known) return known;
		const open = this.#c.state.openTransaction(name);
		if (open) return open.sent ? "sent" : "opened";
		return this.#c.find(name) ? "closed" : "none";
	}

	#isApproved(name: TransactionName): boolean {
		if (this.#phase(name) !== "closed") return false;
		return this.#approved.get(key(name)) ?? this.#c.find(name)?.outcome === "approved";
	}

	#owes(name: TransactionName, kind: string): boolean {
		const known = this.#owed.get(`${key(name)} ${kind}`);
		return known ?? this.#c.state.owed.some(each => key(each) === key(name) && each.kind === kind);
	}

	#own(name: TransactionName, kind: string, refuse: (why: string) => never): void {
		if (this.#owes(name, kind)) refuse(`owes a ${kind} already`);
		this.#owed.set(`${key(name)} ${kind}`, true);
	}

	#disown(name: TransactionName, kind: string, refuse: (why: string) => never): void {
		if (!this.#owes(name, kind)) refuse(`is of a ${kind} that is not owed`);
		this.#owed.set(`${key(name)} ${kind}`, false);
	}
}

function key({ batch, stan }: TransactionName): string {
	return `${batch}/${stan}`;
}
