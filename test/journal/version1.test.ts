import { expect, test } from "vitest";
import { MemoryDisk, PowerCut } from "../../sim/world/memoryDisk.js";
import { uintBytes } from "../../src/bytes/bytes.js";
import { Journal } from "../../src/journal/journal.js";
import { LINK, testSeal, transact } from "./testEntries.js";
import { version1File, version1Sale } from "./version1File.js";

const ENTRIES = [
	...version1Sale(1, 100, "approved"),
	...version1Sale(2, 200, "owed"),
	...version1Sale(3, 300, "reversed"),
	...version1Sale(4, 400, "cut"),
];

function disk(entries: readonly object[], batch = 1): MemoryDisk {
	const storage = new MemoryDisk();
	storage.replace("batch", uintBytes(batch, 4));
	storage.replace("journal", version1File(entries));
	return storage;
}

const open = (storage: MemoryDisk) => new Journal({ storage, seal: testSeal() });

function expectMigrated(journal: Journal): void {
	expect([...journal.transactions()]).toMatchObject([
		{ stan: 1, invoice: 1, operation: "sale", amountMinor: 100, state: "approved", panMasked: "622126******0018" },
		{ stan: 2, invoice: 2, state: "pending" },
		{ stan: 3, invoice: 3, state: "reversed" },
		{ stan: 4, invoice: 4, state: "open", sent: true },
	]);
	const [owed] = journal.owed();
	expect(owed).toMatchObject({ kind: "reversal", batch: 1, stan: 2, reason: "noResponse" });
	expect(journal.sealed(owed!)).toEqual(Uint8Array.of(2, 0xaa));
	expect(journal.interrupted()).toMatchObject([{ batch: 1, stan: 4, sent: true }]);
	expect([journal.batch, journal.nextStan(), journal.nextInvoice()]).toEqual([1, 5, 5]);
	expect(journal.recentAmountMinor(LINK)).toBe(100);
}

test("a journal of version 1 is taken over: what was owed is owed, what was cut short is interrupted", () => {
	const storage = disk(ENTRIES);
	expectMigrated(open(storage));
	expect(storage.size("journal")).toBeUndefined();
	storage.restart();
	const journal = open(storage);
	expectMigrated(journal);
	expect(journal.verify()).toEqual({ records: ENTRIES.length + 1, damage: [] });
	transact(journal);
});

test("a power cut at any operation: it is taken over at the next start, once", () => {
	const counting = disk(ENTRIES);
	const before = counting.operations;
	open(counting);
	const { operations } = counting;
	expect(operations - before).toBeGreaterThan(15);
	for (let n = 0; n < operations - before; n++)
		for (const share of [0, 0.5, 1]) {
			const storage = disk(ENTRIES);
			storage.cutAfter(n, unflushed => Math.floor(unflushed * share));
			expect(() => open(storage)).toThrow(PowerCut);
			storage.restart();
			expectMigrated(open(storage));
		}
});

test("each time the STAN began anew, so had the batch", () => {
	const journal = open(
		disk(
			[...version1Sale(999_999, 100, "approved"), ...version1Sale(1, 200, "approved"), ...version1Sale(2, 1, "cut")],
			8,
		),
	);
	expect(journal.byInvoice(1)).toMatchObject({ batch: 7, stan: 999_999 });
	expect(journal.byInvoice(2)).toMatchObject({ batch: 8, stan: 1 });
	expect([journal.batch, journal.nextStan()]).toEqual([8, 3]);
});

test("its torn end is left out, any length of it", () => {
	const whole = version1File(ENTRIES);
	const start = version1File(ENTRIES.slice(0, -1)).length;
	for (let size = start; size < whole.length; size += 7) {
		const storage = disk([]);
		storage.replace("journal", whole.slice(0, size));
		expect(open(storage).interrupted()).toMatchObject([{ stan: 4, sent: false }]);
	}
});

test("damage before its end is refused, and the file stays as it is", () => {
	const end = version1File(ENTRIES.slice(0, -1)).length;
	for (let at = 0; at < end; at += 11) {
		const storage = disk(ENTRIES);
		storage.flip("journal", at);
		const before = storage.read("journal", 0, 10_000);
		expect(() => open(storage), `byte ${at}`).toThrow(
			/^journal: record [0-9]+ is damaged; put the file back from a copy/,
		);
		expect(storage.read("journal", 0, 10_000)).toEqual(before);
	}
});

test.each([
	["no entry", [1]],
	["an entry of another kind", [{ type: "food", stan: 1 }]],
	["an entry without STAN", [{ type: "reversed" }]],
])("%s in a whole record was written by other firmware", (_name, entries) => {
	expect(() => open(disk(entries as object[]))).toThrow(
		/^journal: record 1 cannot be understood; it was written by other firmware$/,
	);
});
