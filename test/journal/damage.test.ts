import { describe, expect, test } from "vitest";
import { MemoryDisk } from "../../sim/world/memoryDisk.js";
import { Journal } from "../../src/journal/journal.js";
import { JournalError } from "../../src/journal/journalError.js";
import { JournalWorld } from "./journalWorld.js";
import { opened, testSeal, transact } from "./testEntries.js";

/** A journal of some segments and two checkpoints, all of it in both copies. */
function world(sales = 40): JournalWorld {
	const w = new JournalWorld();
	for (let i = 0; i < sales; i++) {
		w.sale(i === 5 ? "pending" : "approved", { requestKey: `order-${i}`, operator: "0".repeat(180) });
		w.tidy();
	}
	return w;
}

const SEGMENT = /^(?:journal|mirror)\.[0-9]{6}$/;

describe("damage in one copy is repaired from the other and told:", () => {
	// [MNY-JRN-01]
	test.each(["journal", "mirror"] as const)("any part of any segment of the %s", copy => {
		const whole = world();
		for (const file of whole.disk.list().filter(each => each.startsWith(`${copy}.0`))) {
			const size = whole.disk.size(file)!;
			for (let at = 0; at < size; at += 331) {
				const w = whole.fork();
				w.disk.flip(file, at);
				w.restart();
				const report = w.journal.verify();
				expect(report.damage.every(({ repaired }) => repaired)).toBe(true);
				// Behind the checkpoint the second copy is written again in any case.
				w.tidy();
				if (copy === "journal" || file === "mirror.000001")
					expect(w.repairs.join(), `${file} ${at}`).toContain(`of the ${copy} was damaged and has been repaired`);
				expect(w.disk.read(file, 0, size)).toEqual(whole.disk.read(file, 0, size));
				expect(w.journal.verify().damage).toEqual([]);
			}
		}
	});

	test.each(["journal.000001", "journal.000002", "mirror.000001", "mirror.000002"])("%s is gone", file => {
		const whole = world();
		const w = whole.fork();
		w.disk.remove(file);
		w.restart();
		w.journal.verify();
		expect(w.disk.read(file, 0, 20_000)).toEqual(whole.disk.read(file, 0, 20_000));
		w.check();
	});

	test("a look-up repairs what it meets", () => {
		const w = world();
		w.disk.flip("journal.000001", 700);
		for (let invoice = 1; invoice < 6; invoice++) w.journal.byInvoice(invoice);
		expect(w.repairs).toEqual(["segment 1 of the journal was damaged and has been repaired from its other copy"]);
	});

	test("each copy has another record damaged", () => {
		const whole = world();
		const w = whole.fork();
		w.disk.flip("journal.000001", 700);
		w.disk.flip("mirror.000001", 5_000);
		expect(w.journal.verify().damage).toMatchObject([
			{ segment: 1, copies: ["journal"], repaired: true },
			{ segment: 1, copies: ["mirror"], repaired: true },
		]);
		for (const file of w.disk.list().filter(each => SEGMENT.test(each)))
			expect(w.disk.read(file, 0, 20_000)).toEqual(whole.disk.read(file, 0, 20_000));
		w.restart();
	});

	test("while a power cut has torn the end as well", () => {
		const w = world(3);
		w.disk.cutAfter(1, unflushed => unflushed >> 1);
		expect(() => w.sale("approved")).toThrow("power");
		w.disk.restart();
		w.disk.flip("journal.000001", 20);
		w.restart();
		w.sale("approved");
		w.restart();
	});
});

describe("what is derived is made again:", () => {
	test("checkpoint, any byte of either copy or of both", () => {
		const whole = world();
		for (let at = 0; at < whole.disk.size("journal.head")!; at += 31)
			for (const files of [["journal.head"], ["mirror.head"], ["journal.head", "mirror.head"]]) {
				const w = whole.fork();
				for (const file of files) w.disk.flip(file, at);
				w.restart();
				expect(w.repairs.length).toBe(files.length === 2 ? 1 : 0);
				w.sale("approved");
				w.restart();
			}
	});

	// [MNY-ONE-01]
	test("index, any page: no request key is forgotten", () => {
		const whole = world();
		const files = whole.disk.list().filter(each => each.startsWith("index."));
		expect(files.length).toBeGreaterThanOrEqual(6);
		for (const file of files)
			for (const at of [3, 130]) {
				const w = whole.fork();
				if (at >= w.disk.size(file)!) continue;
				w.disk.flip(file, at);
				w.restart();
				for (let i = 0; i < 40; i += 3) expect(w.journal.byRequestKey(`order-${i}`)?.invoice).toBe(i + 1);
				w.check();
				for (let i = 0; i < 20; i++) w.sale("approved");
				w.tidy();
				w.restart();
				w.check();
			}
	});

	test("without any index file", () => {
		const w = world();
		for (const file of w.disk.list().filter(each => each.startsWith("index."))) w.disk.remove(file);
		w.restart();
		expect(w.journal.byRequestKey("order-0")?.invoice).toBe(1);
	});
});

describe("damage in both copies is told, with what to do, and nothing is changed:", () => {
	const bothDamaged = (w: JournalWorld, segment: string, at: number) => {
		w.disk.flip(`journal.${segment}`, at);
		w.disk.flip(`mirror.${segment}`, at);
	};
	const sentence =
		/^journal: .*record.* is damaged in both copies; put the files back from a copy, or move them away and tell the bank$/;

	// [MNY-JRN-02]
	test("behind the checkpoint: the terminal does not start", () => {
		const w = world(3);
		bothDamaged(w, "000001", 300);
		const before = w.disk.clone();
		expect(() => w.restart()).toThrow(sentence);
		for (const file of before.list()) expect(w.disk.read(file, 0, 40_000)).toEqual(before.read(file, 0, 40_000));
	});

	// [MNY-JRN-02]
	test("before it: the terminal starts, and who asks for the record is told", () => {
		const w = world();
		bothDamaged(w, "000001", 700);
		const journal = new Journal({ storage: w.disk, seal: testSeal() });
		expect(() => [1, 2, 3].map(invoice => journal.byInvoice(invoice))).toThrow(sentence);
		expect(journal.byInvoice(30)).toMatchObject({ state: "approved" });
		expect(journal.verify().damage).toMatchObject([{ segment: 1, record: undefined, repaired: false }]);
		transact(journal);
	});

	// [MNY-JRN-02]
	test("a record taken out of both, or put in twice", () => {
		for (const cut of [
			(bytes: Uint8Array, first: number, second: number) => [...bytes.slice(0, first), ...bytes.slice(second)],
			(bytes: Uint8Array, first: number, second: number) => [...bytes.slice(0, second), ...bytes.slice(first)],
		]) {
			const w = new JournalWorld();
			const ends = [1, 2, 3].map(() => {
				w.sale("approved");
				w.tidy();
				return w.disk.size("journal.000001")!;
			});
			const bytes = Uint8Array.from(cut(w.disk.read("journal.000001", 0, 9_999), ends[0]!, ends[1]!));
			for (const copy of ["journal", "mirror"]) w.disk.replace(`${copy}.000001`, bytes);
			expect(() => w.restart()).toThrow(JournalError);
		}
	});

	test("of another device", () => {
		const w = world(3);
		expect(() => new Journal({ storage: w.disk, seal: testSeal(0x44) })).toThrow(
			"journal: record 1 does not open: it was sealed by another device; restore this device's keys",
		);
	});
});

describe("a full storage", () => {
	/** A world whose medium has room for so many bytes more. */
	function nearlyFull(room: number): JournalWorld {
		const w = world(3);
		let used = 0;
		for (const file of w.disk.list()) used += w.disk.size(file)!;
		w.disk.capacityBytes = used + room;
		return w;
	}

	// [MNY-JRN-03]
	test("refuses a transaction before it begins; what is under way ends and is taken back", () => {
		for (let room = 0; room < 1_200; room += 40) {
			const w = nearlyFull(room);
			let refused = "";
			for (let i = 0; i < 8 && !refused; i++) {
				const begin = opened(w.journal);
				try {
					w.write([begin]);
				} catch (error) {
					refused = (error as Error).message;
					break;
				}
				w.recover();
				try {
					w.tidy();
				} catch (error) {
					expect((error as Error).message).toContain("full");
				}
			}
			expect(refused, `room ${room}`).toContain("full");
			w.recover();
			w.restart();
			expect(w.journal.interrupted()).toEqual([]);
		}
	});

	test("says so, and goes on as soon as there is room", () => {
		const w = nearlyFull(0);
		const open = opened(w.journal);
		expect(() => w.write([open])).toThrow("full");
		w.journal.takeStan();
		expect(w.journal.whyFull()).toMatch(/^journal: the storage is full; settle/);
		w.disk.capacityBytes = Number.POSITIVE_INFINITY;
		expect(w.journal.whyFull()).toBeUndefined();
		w.sale("approved");
		w.restart();
	});

	test("a record that is too long is refused, and nothing is written", () => {
		const journal = new Journal({ storage: new MemoryDisk(), seal: testSeal() });
		expect(() => journal.append(opened(journal, { operator: "x".repeat(9_000) }))).toThrow(
			"journal: a record must not exceed 8192 bytes",
		);
		expect(journal.last()).toBeUndefined();
	});
});
