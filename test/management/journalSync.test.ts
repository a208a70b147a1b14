import { describe, expect, test } from "vitest";
import { MemoryDisk } from "../../sim/world/memoryDisk.js";
import { SeededRandom } from "../../sim/world/seededRandom.js";
import { decodeCbor } from "../../src/bytes/cbor.js";
import { formatHex } from "../../src/bytes/hex.js";
import type { JournalEntry } from "../../src/journal/entries.js";
import { Journal } from "../../src/journal/journal.js";
import { journalId, nextChunk } from "../../src/management/journalSync.js";
import { encodePublicRecord } from "../../src/management/publicRecord.js";
import { opened, testSeal, transact } from "../journal/testEntries.js";
import { eventually, LinkWorld, TERMINAL } from "./linkWorld.js";
import { syncWithCuts } from "./syncWithCuts.js";

const ID = Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8);

function journalOf(sales: number): Journal {
	const journal = new Journal({ storage: new MemoryDisk(), seal: testSeal() });
	for (let i = 0; i < sales; i++) transact(journal);
	return journal;
}

describe("chunks", () => {
	test("follow one another without a gap and end", () => {
		const journal = journalOf(150);
		let kept = 0;
		for (let chunk = nextChunk(journal, ID, kept); chunk; chunk = nextChunk(journal, ID, kept)) {
			expect(chunk.from).toBe(kept + 1);
			expect(chunk.goneBefore).toBeUndefined();
			expect(chunk.records.length).toBeGreaterThan(0);
			expect(chunk.records.reduce((sum, each) => sum + each.length, 0)).toBeLessThanOrEqual(4_096);
			kept += chunk.records.length;
		}
		expect(kept).toBe(journal.lastRecord);
		expect(journal.lastRecord).toBeGreaterThan(150);
	});

	test("records are numbered from 1, each number once, from any place on", () => {
		const journal = journalOf(150);
		for (const from of [1, 2, 100, journal.lastRecord]) {
			const numbers = [...journal.records(from)].map(({ number }) => number);
			expect(numbers).toEqual(Array.from({ length: journal.lastRecord - from + 1 }, (_, i) => from + i));
		}
		expect([...journal.records(journal.lastRecord + 1)]).toEqual([]);
		expect([...journalOf(0).records(1)].flatMap(({ entries }) => entries)).toEqual([...journalOf(0).entries()]);
	});

	test("say when older records are gone", () => {
		const journal = { firstRecord: 7, lastRecord: 8, records: (from: number) => journalOf(5).records(from) };
		expect(nextChunk(journal, ID, 3)).toMatchObject({ from: 7, goneBefore: 7 });
		expect(nextChunk(journal, ID, 6)).toMatchObject({ from: 7 });
		expect(nextChunk(journal, ID, 6)).not.toHaveProperty("goneBefore");
		expect(nextChunk(journal, ID, 8)).toBeUndefined();
	});

	test("a journal keeps its name, another one has another", () => {
		const disk = new MemoryDisk();
		const name = journalId(disk, new SeededRandom(1));
		expect(journalId(disk, new SeededRandom(2))).toEqual(name);
		expect(journalId(new MemoryDisk(), new SeededRandom(3))).not.toEqual(name);
	});
});

test("what leaves holds no sealed value and no card number, whatever the cash register wrote", () => {
	const journal = journalOf(0);
	const secret = new Uint8Array(40).fill(0xee);
	const base = { batch: 1, stan: 1, at: 1 };
	const entries: JournalEntry[] = [
		opened(journal, { requestKey: "order 4761739001010119 of today" }),
		{ ...base, type: "sent", panMasked: "476173******0119", reversal: secret },
		{ ...base, type: "reversalOwed", reason: "noAnswer", sealed: secret },
		{ ...base, type: "adviceOwed", kind: "offlineSale", sealed: secret },
		{
			...base,
			...{ type: "closed", outcome: "approved", online: true, panMasked: "476173******0119", cardLink: ID },
			...{ adviceRequired: false, scriptResults: undefined, responseCode: "00", authorisationCode: "123456" },
			...{ retrievalReference: "000000000012", sealedMessage: secret, receipt: { aid: Uint8Array.of(0xa0, 0, 0) } },
		} as JournalEntry,
	];
	const record = encodePublicRecord(entries);
	expect(formatHex(record)).not.toContain("EEEE");
	const text = JSON.stringify(decodeCbor(record));
	expect(text).not.toContain("4761739001010119");
	expect(text).toContain("476173******0119");
	expect(text).toContain("000000000012");
	const [begun, , , , closed] = decodeCbor(record) as [
		JournalEntry,
		unknown,
		unknown,
		unknown,
		Record<string, unknown>,
	];
	expect(begun).toMatchObject({ type: "opened", requestKey: "order 476173******0119 of today" });
	expect(closed).toMatchObject({ outcome: "approved", cardLink: ID, receipt: { aid: Uint8Array.of(0xa0, 0, 0) } });
	expect(closed).not.toHaveProperty("sealedMessage");
});

test("600 records with the link cut at random points: the bank has every one exactly once", async () => {
	const { records, cuts, lost } = await syncWithCuts(600, 26);
	expect(records).toBeGreaterThanOrEqual(600);
	expect(cuts).toBeGreaterThan(5);
	expect(lost).toBeGreaterThan(5);
});

describe("the bank", () => {
	test("that has lost what it had gets it again", async () => {
		const world = new LinkWorld();
		for (let i = 0; i < 20; i++) transact(world.journal);
		await world.service.start();
		world.start();
		await eventually(() => world.management.kept === world.journal.lastRecord);
		await world.close();
		const after = new LinkWorld();
		for (const name of world.disk.list()) after.disk.replace(name, world.disk.read(name, 0, world.disk.size(name)!));
		after.boot();
		expect(after.management.kept).toBe(after.journal.lastRecord);
		await after.service.start();
		after.start();
		await eventually(() => after.store.records(TERMINAL).length === after.journal.lastRecord);
		await after.close();
	});

	test("takes no record that does not follow, none twice, and changes none", () => {
		const world = new LinkWorld();
		const { store } = world;
		const record = (n: number) => Uint8Array.of(n);
		expect(store.keep(TERMINAL, { journal: ID, from: 2, records: [record(2)] })).toBe(0);
		expect(store.keep(TERMINAL, { journal: ID, from: 1, records: [record(1), record(2)] })).toBe(2);
		expect(store.keep(TERMINAL, { journal: ID, from: 1, records: [record(9), record(9), record(3)] })).toBe(3);
		expect(store.keep(TERMINAL, { journal: ID, from: 8, records: [record(8)], goneBefore: 8 })).toBe(8);
		expect(store.records(TERMINAL).map(({ number, record: [byte] }) => [number, byte])).toEqual([
			...[
				[1, 1],
				[2, 2],
				[3, 3],
				[8, 8],
			],
		]);
		world.store.close();
	});
});
