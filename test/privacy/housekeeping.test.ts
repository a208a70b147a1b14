import { describe, expect, test } from "vitest";
import { MemoryDisk, PowerCut } from "../../sim/world/memoryDisk.js";
import { asciiBytes } from "../../src/bytes/bytes.js";
import { encodeCbor } from "../../src/bytes/cbor.js";
import { setAside } from "../../src/journal/setAside.js";
import { Housekeeping } from "../../src/privacy/housekeeping.js";
import { JournalWorld } from "../journal/journalWorld.js";
import { testSeal } from "../journal/testEntries.js";

const DAY_MS = 86_400_000;
const NOW = 20_000 * DAY_MS;
const KEPT_DAYS = 90;

function keeper(storage: MemoryDisk) {
	const log: string[] = [];
	const open = () =>
		new Housekeeping({ storage, seal: testSeal(), log: { line: (_source, text) => log.push(text) } }, KEPT_DAYS);
	return { open, log };
}

/** What a tampered terminal leaves: a journal that nobody can open, and what a power cut left of a record. */
function leftovers(): MemoryDisk {
	const { disk } = new JournalWorld();
	setAside(disk, NOW);
	disk.replace("journal.torn", asciiBytes("half a record"));
	disk.replace("mirror.torn", asciiBytes("half a record"));
	return disk;
}

test("what has no date of its own is there for as many days as the journal, and not a day longer", () => {
	const disk = leftovers();
	const files = disk.list().sort();
	expect(files.filter(name => name.startsWith("set-aside."))).not.toEqual([]);
	const { open, log } = keeper(disk);
	for (const days of [0, 1, KEPT_DAYS]) {
		open().run(NOW + days * DAY_MS); // each time after a start
		expect(disk.list().sort()).toEqual([...files, "retention"].sort());
	}
	open().run(NOW + (KEPT_DAYS + 1) * DAY_MS);
	expect(disk.list().sort()).toEqual(["batch", "retention"]);
	expect(log.filter(line => line.endsWith("is erased"))).toHaveLength(files.length - 1);
});

test("a terminal that is never switched off looks once a day", () => {
	const disk = leftovers();
	const keep = keeper(disk).open();
	keep.run(NOW);
	disk.replace("nobodysFile", new Uint8Array(1));
	keep.run(NOW + DAY_MS - 1);
	const writes = disk.operations;
	keep.run(NOW + DAY_MS);
	expect(disk.operations).toBe(writes); // nothing new, nothing written
	keep.run(NOW + (KEPT_DAYS + 1) * DAY_MS);
	expect(disk.size("journal.torn")).toBeUndefined();
});

test("a clock that was set back makes nothing younger; a lost state begins the time anew", () => {
	const disk = leftovers();
	const { open } = keeper(disk);
	open().run(NOW);
	open().run(NOW - 50 * DAY_MS);
	open().run(NOW + 41 * DAY_MS);
	expect(disk.size("journal.torn")).toBeUndefined();
	const other = leftovers();
	const kept = keeper(other);
	kept.open().run(NOW);
	other.replace("retention", asciiBytes("not what was sealed"));
	kept.open().run(NOW + 100 * DAY_MS);
	expect(other.size("journal.torn")).toBeDefined();
	kept.open().run(NOW + 191 * DAY_MS);
	expect(other.size("journal.torn")).toBeUndefined();
});

test("a file that nobody has a row for is told and left alone", () => {
	const disk = new MemoryDisk();
	disk.replace("nobodysFile", encodeCbor(1));
	const { open, log } = keeper(disk);
	open().run(NOW);
	open().run(NOW + 1_000 * DAY_MS);
	expect(log).toEqual(Array(2).fill("nobody knows what the file nobodysFile is for"));
	expect(disk.size("nobodysFile")).toBe(1);
});

describe("the power is cut at every operation of the erasure", () => {
	test.each([
		["what was under way has happened", (n: number) => n],
		["nothing of it has", () => 0],
	] as const)("%s: each file is whole or gone, the mark goes last, and the next start ends it", (_, arrives) => {
		const before = leftovers();
		keeper(before).open().run(NOW);
		const contents = new Map(before.list().map(name => [name, before.read(name, 0, before.size(name)!)]));
		let cuts = 0;
		for (let after = 0; ; after++) {
			const disk = before.clone();
			const { open } = keeper(disk);
			disk.cutAfter(after, arrives);
			try {
				open().run(NOW + 91 * DAY_MS);
				break;
			} catch (error) {
				if (!(error instanceof PowerCut)) throw error;
			}
			cuts++;
			disk.restart();
			for (const name of disk.list())
				if (name !== "retention") expect(disk.read(name, 0, disk.size(name)!), name).toEqual(contents.get(name));
			const left = disk.list().filter(name => name.startsWith("set-aside."));
			if (left.length > 0) expect(left).toContain("set-aside.000001");
			open().run(NOW + 91 * DAY_MS);
			expect(disk.list().sort()).toEqual(["batch", "retention"]);
		}
		expect(cuts).toBeGreaterThan(4);
	});
});
