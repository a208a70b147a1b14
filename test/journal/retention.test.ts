import { expect, test } from "vitest";
import { PowerCut } from "../../sim/world/memoryDisk.js";
import { JournalWorld } from "./journalWorld.js";

/** Four settled batches, 40 days apart, each of several segments; what the first one owes comes from `owe`. */
function world(owe: (w: JournalWorld) => void): JournalWorld {
	const w = new JournalWorld();
	for (let batch = 1; batch <= 4; batch++) {
		for (let i = 0; i < 30; i++) {
			w.sale("approved", { operator: "0".repeat(300) });
			if (batch === 1 && i === 12) owe(w);
			w.tidy();
		}
		w.settle();
		w.day += 40;
	}
	return w;
}

const segments = (w: JournalWorld) => w.disk.list().filter(name => /^(?:journal|mirror)\.[0-9]+$/.test(name));

/** Invoice numbers that can still be looked up. */
const known = (w: JournalWorld) => [...Array(120).keys()].filter(i => w.journal.byInvoice(i + 1)).map(i => i + 1);

test("batches that were settled longer ago than the retention go, and nothing of a later one", () => {
	const w = world(() => {});
	const before = segments(w).length;
	w.tidy();
	const left = known(w);
	// Day 160: the batches of day 0 and day 40 are older than 90 days.
	expect(left).toEqual([...Array(121).keys()].slice(61));
	expect(segments(w).length).toBeLessThan(before);
	w.restart();
	expect(known(w)).toEqual(left);
	expect([...w.journal.transactions(1)]).toEqual([]);
	expect(w.journal.totals(1)).toEqual([]);
	expect([...w.journal.transactions(3)]).toHaveLength(30);
	expect(w.journal.totals(3)).toMatchObject([{ operation: "sale", count: 30 }]);
	expect(w.journal.verify().damage).toEqual([]);
});

test("a terminal at which nothing is sold any more keeps nothing beyond the retention either", () => {
	const w = new JournalWorld();
	for (let i = 0; i < 3; i++) w.sale("approved", { operator: "cashier of the last day" });
	w.settle();
	w.tidy();
	const held = (name: string) => w.disk.read(name, 0, w.disk.size(name)!);
	const before = new Map(segments(w).map(name => [name, held(name)]));
	expect(known(w)).toEqual([1, 2, 3]);
	w.day += 89;
	w.tidy();
	expect(known(w)).toEqual([1, 2, 3]);
	w.day += 2;
	w.tidy();
	expect(known(w)).toEqual([]);
	expect(w.journal.recentAmountMinor(Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8))).toBe(0);
	expect([...w.journal.entries()].every(({ type }) => type !== "opened" && type !== "closed")).toBe(true);
	// Both copies of what held the sales are off the medium.
	for (const name of ["journal.000001", "mirror.000001"]) {
		expect(before.has(name), name).toBe(true);
		expect(w.disk.size(name), name).toBeUndefined();
	}
	w.restart();
	expect(w.sale("approved")).toMatchObject({ batch: 2, stan: 4 });
	expect(known(w)).toEqual([4]);
});

test("the power is cut at every operation of the removal: a batch is there whole or not at all, and it goes on", () => {
	const w = world(() => {});
	const uncut = w.fork();
	uncut.tidy();
	let cuts = 0;
	for (const arrives of [(n: number) => n, () => 0, (n: number) => Math.floor(n / 2)])
		for (let after = 0; ; after++) {
			const cut = w.fork();
			cut.disk.cutAfter(after, arrives);
			try {
				cut.tidy();
				break; // beyond its last operation
			} catch (error) {
				if (!(error instanceof PowerCut)) throw error;
			}
			cuts++;
			cut.restart();
			// Batch 1 went before; of batch 2 nobody may see a part; 3 and 4 stay.
			const first = known(cut)[0]!;
			expect([31, 61]).toContain(first);
			expect(known(cut)).toEqual([...Array(121).keys()].slice(first));
			expect(cut.journal.verify().damage).toEqual([]);
			cut.tidy();
			expect(known(cut)[0]).toBe(61);
			expect(segments(cut).sort()).toEqual(segments(uncut).sort());
			cut.sale("approved");
		}
	expect(cuts).toBeGreaterThan(20);
});

// [MNY-REV-08]
test("what is owed never goes, nor what stands behind it, until the bank has it", () => {
	const w = world(w => {
		const { batch, stan } = w.journal.last()!;
		w.write([{ type: "adviceOwed", batch, stan, at: 1, kind: "offlineSale", sealed: Uint8Array.of(7, 7) }]);
	});
	w.day += 1000;
	w.tidy();
	w.restart();
	const [owed] = w.journal.owed();
	expect(owed).toMatchObject({ batch: 1, stan: 13, kind: "offlineSale" });
	expect(w.journal.sealed(owed!)).toEqual(Uint8Array.of(7, 7));
	expect(w.journal.byInvoice(13)).toMatchObject({ state: "approved", owed: ["offlineSale"] });
	const before = segments(w).length;
	w.recover();
	w.sale("approved");
	for (let i = 0; i < 20; i++) {
		w.sale("approved");
		w.tidy();
	}
	expect(segments(w).length).toBeLessThan(before);
	expect(w.journal.byInvoice(13)).toBeUndefined();
	w.restart();
});

test("nothing of a batch that is not settled goes, however old it is", () => {
	const w = new JournalWorld();
	for (let i = 0; i < 60; i++) w.sale("approved", { operator: "0".repeat(300) });
	w.day += 5000;
	w.tidy();
	w.restart();
	expect([...w.journal.transactions()]).toHaveLength(60);
});
