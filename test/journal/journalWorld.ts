import { expect } from "vitest";
import { MemoryDisk } from "../../sim/world/memoryDisk.js";
import type { JournalEntry, OpenedEntry, TransactionName } from "../../src/journal/entries.js";
import { Journal } from "../../src/journal/journal.js";
import { JournalModel } from "./journalModel.js";
import { closed, name, opened, reversalOwed, reversed, sent, testSeal } from "./testEntries.js";

export const DAY_MS = 86_400_000;

/** A journal, the medium under it, and the model beside it. */
export class JournalWorld {
	readonly disk: MemoryDisk;
	readonly model: JournalModel;
	readonly repairs: string[] = [];
	/** Days since the beginning. */
	day = 1000;
	journal: Journal;
	readonly #used = new Set<string>();
	/** What a write that was cut may have left: all of it or nothing. */
	#underWay: readonly JournalEntry[] = [];

	constructor(disk = new MemoryDisk(), model = new JournalModel()) {
		this.disk = disk;
		this.model = model;
		this.journal = this.#open();
	}

	/** The same, apart: to try what a power cut does to it. */
	fork(): JournalWorld {
		const model = new JournalModel();
		model.entries.push(...this.model.entries);
		model.keptSince = this.model.keptSince;
		const copy = new JournalWorld(this.disk.clone(), model);
		copy.day = this.day;
		for (const number of this.#used) copy.#used.add(number);
		return copy;
	}

	write(entries: readonly JournalEntry[]): void {
		this.#underWay = entries;
		this.journal.appendAll(entries);
		this.#underWay = [];
	}

	/** One after another, as a flow would. */
	writeEach(entries: readonly JournalEntry[]): void {
		for (const entry of entries) this.write([entry]);
	}

	sale(outcome: "approved" | "declined" | "pending", more: Partial<OpenedEntry> = {}): TransactionName {
		const begin = opened(this.journal, { amountMinor: 100 + this.model.entries.length, ...more });
		this.write([begin, sent(begin)]);
		this.#use(begin.stan);
		if (outcome === "pending") this.write([reversalOwed(begin), closed(begin, "declined")]);
		else this.write([closed(begin, outcome)]);
		return name(begin);
	}

	/** Ends what is open, delivers what is owed. */
	recover(): void {
		for (const open of [...this.journal.interrupted()])
			this.write(open.sent ? [reversalOwed(open), closed(open, "interrupted")] : [closed(open, "interrupted")]);
		for (const owed of [...this.journal.owed()]) {
			this.write([{ type: "attempt", ...name(owed), at: 1, kind: owed.kind, problem: "no answer" }]);
			if (owed.kind === "reversal") this.write([reversed(owed)]);
			else this.write([{ type: "adviceDelivered", ...name(owed), at: 1, kind: owed.kind, responseCode: "00" }]);
		}
	}

	settle(): void {
		const { journal } = this;
		const { batch } = journal;
		const at = this.day * DAY_MS;
		this.write([{ type: "settling", batch, at, totals: journal.totals() }]);
		this.writeEach([
			{ type: "uploading", batch, at, position: 1 },
			{ type: "settled", batch, at, verdict: "equal" },
		]);
	}

	tidy(): void {
		this.model.keptSince = Math.max(this.model.keptSince, (this.day - 90) * DAY_MS);
		this.journal.tidy(this.day * DAY_MS);
	}

	/** A number for a message that is no transaction. */
	takeStan(): void {
		const stan = this.journal.takeStan();
		this.#use(stan);
	}

	/** The power comes back. What was being written is there whole or not at all, and the journal tells what follows. */
	restart(): void {
		this.disk.restart();
		this.journal = this.#open();
		const kept = [...this.journal.entries()];
		const { entries } = this.model;
		const [last] = kept.slice(-1);
		if (last?.type === "stansTaken") this.#underWay = [last];
		const isThere = this.#underWay.length > 0 && endsWith(kept, this.#underWay) && !endsWith(entries, this.#underWay);
		if (isThere) entries.push(...this.#underWay);
		this.#underWay = [];
		expect(JSON.stringify(kept)).toBe(JSON.stringify(entries.slice(entries.length - kept.length)));
		this.check();
	}

	check(): void {
		this.model.check(this.journal);
	}

	#use(stan: number): void {
		const number = `${this.journal.batch}/${stan}`;
		expect(this.#used, "numbers in use").not.toContain(number);
		this.#used.add(number);
	}

	#open(): Journal {
		const journal = new Journal(
			{ storage: this.disk, seal: testSeal() },
			{ onEntry: entry => this.model.entries.push(entry), onRepair: sentence => this.repairs.push(sentence) },
		);
		if (this.model.entries.length === 0) this.model.entries.push(...journal.entries());
		return journal;
	}
}

function endsWith(all: readonly JournalEntry[], end: readonly JournalEntry[]): boolean {
	return JSON.stringify(all.slice(-end.length)) === JSON.stringify(end);
}
