import { expect, test } from "vitest";
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

test("batches that were settled longer ago than the retention go, whole segments at a time", () => {
	const w = world(() => {});
	const before = segments(w).length;
	w.tidy();
	const left = known(w);
	// Day 160: the batches of day 0 and day 40 are older than 90 days. Their last segment holds newer records, too.
	expect(left[0]).toBeGreaterThan(40);
	expect(left[0]).toBeLessThanOrEqual(61);
	expect(left).toEqual([...Array(121).keys()].slice(left[0]));
	expect(segments(w).length).toBeLessThan(before);
	w.restart();
	expect(known(w)).toEqual(left);
	expect([...w.journal.transactions(1)]).toEqual([]);
	expect(w.journal.totals(1)).toEqual([]);
	expect([...w.journal.transactions(3)]).toHaveLength(30);
	expect(w.journal.totals(3)).toMatchObject([{ operation: "sale", count: 30 }]);
	expect(w.journal.verify().damage).toEqual([]);
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
