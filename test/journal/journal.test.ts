import { describe, expect, test } from "vitest";
import { MemoryDisk, PowerCut } from "../../sim/world/memoryDisk.js";
import { SeededRandom } from "../../sim/world/seededRandom.js";
import { concat } from "../../src/bytes/bytes.js";
import { parseHex } from "../../src/bytes/hex.js";
import type { JournalEntry } from "../../src/journal/entries.js";
import { Journal } from "../../src/journal/journal.js";
import { JournalError, RecordFile } from "../../src/journal/recordFile.js";

const LINK = parseHex("0102030405060708");

const opened = (stan: number, amountMinor = 100): JournalEntry => ({
	type: "opened",
	stan,
	at: 1,
	amountMinor,
	currency: 156,
});
const sent = (stan: number): JournalEntry => ({
	type: "sent",
	stan,
	at: 2,
	panMasked: "622126******0018",
	reversal: Uint8Array.of(stan & 255, 0xaa),
});
const closed = (stan: number, outcome = "approved", cardLink: Uint8Array | undefined = LINK): JournalEntry => ({
	type: "closed",
	adviceRequired: false,
	scriptResults: undefined,
	stan,
	at: 3,
	outcome,
	online: true,
	panMasked: "622126******0018",
	cardLink,
	responseCode: "00",
	authorisationCode: "123456",
	retrievalReference: undefined,
});
const owed = (stan: number): JournalEntry => ({ type: "reversalOwed", stan, at: 3, reason: "noResponse" });
const reversed = (stan: number): JournalEntry => ({ type: "reversed", stan, at: 4 });

/** Two good sales, one taken back, one owed, one interrupted. */
const HISTORY: readonly JournalEntry[] = [
	opened(1),
	sent(1),
	closed(1),
	opened(2),
	closed(2, "declined"),
	opened(3),
	sent(3),
	owed(3),
	closed(3, "declined"),
	reversed(3),
	opened(4),
	sent(4),
	owed(4),
	closed(4, "declined"),
	opened(5),
	sent(5),
];

function read(storage: MemoryDisk): JournalEntry[] {
	const entries: JournalEntry[] = [];
	const payloads: Uint8Array[] = [];
	new RecordFile(storage, "journal").recover(payload => payloads.push(payload));
	const replay = new MemoryDisk();
	const journal = new Journal(replay, entry => entries.push(entry));
	for (let i = 0; i < payloads.length; i++) journal.append(HISTORY[i]!);
	return entries;
}

function write(storage: MemoryDisk, history: readonly JournalEntry[] = HISTORY): Journal {
	const journal = new Journal(storage);
	for (const entry of history) journal.append(entry);
	return journal;
}

function state(journal: Journal) {
	return {
		next: journal.nextStan(),
		owed: journal.owedReversals().map(({ stan }) => stan),
		interrupted: journal.interruptedSales(),
		recent: journal.recentAmountMinor(LINK),
	};
}

describe("the state is the sum of the entries", () => {
	const expected = { next: 6, owed: [4], interrupted: [{ stan: 5, sent: true }], recent: 100 };

	test("while it is written and after a restart", () => {
		const storage = new MemoryDisk();
		expect(state(write(storage))).toEqual(expected);
		storage.restart();
		expect(state(new Journal(storage))).toEqual(expected);
	});

	test("an owed reversal keeps what it needs until it is acknowledged", () => {
		const journal = write(new MemoryDisk());
		expect(journal.owedReversals()).toEqual([{ stan: 4, sealed: Uint8Array.of(4, 0xaa), reason: "noResponse" }]);
		journal.append(reversed(4));
		expect(journal.owedReversals()).toEqual([]);
	});

	test("a sale that was opened and not sent is interrupted, too", () => {
		expect(write(new MemoryDisk(), [opened(1)]).interruptedSales()).toEqual([{ stan: 1, sent: false }]);
		expect(write(new MemoryDisk(), [opened(1), closed(1)]).interruptedSales()).toEqual([]);
	});

	test("the last approved amount of a card counts, no other", () => {
		const other = parseHex("FFFFFFFFFFFFFFFF");
		const journal = write(new MemoryDisk(), [
			...[opened(1, 500), closed(1), opened(2, 700), closed(2)],
			...[opened(3, 900), closed(3, "declined"), opened(4, 300), closed(4, "approved", other)],
			...[opened(5, 50), { ...closed(5), cardLink: undefined } as JournalEntry],
		]);
		expect([LINK, other, parseHex("0000000000000000")].map(link => journal.recentAmountMinor(link))).toEqual([
			700, 300, 0,
		]);
	});

	test("the STAN runs to 999999 and begins at 1 again", () => {
		expect(new Journal(new MemoryDisk()).nextStan()).toBe(1);
		expect(write(new MemoryDisk(), [opened(999_998), closed(999_998)]).nextStan()).toBe(999_999);
		expect(write(new MemoryDisk(), [opened(999_999), closed(999_999)]).nextStan()).toBe(1);
	});

	test("who listens sees entries that are on the medium", () => {
		const storage = new MemoryDisk();
		const seen: number[] = [];
		const journal = new Journal(storage, () => seen.push(storage.size("journal")!));
		journal.append(opened(1));
		expect(seen).toEqual([storage.size("journal")]);
	});
});

describe("the power is cut", () => {
	test("at any operation: no acknowledged entry is lost, none appears, and the terminal starts", () => {
		const counting = new MemoryDisk();
		write(counting);
		for (let n = 0; n <= counting.operations; n++) {
			const storage = new MemoryDisk();
			storage.cutAfter(n);
			let acknowledged = 0;
			try {
				const journal = new Journal(storage);
				for (const entry of HISTORY) {
					journal.append(entry);
					acknowledged++;
				}
			} catch (error) {
				expect(error).toBeInstanceOf(PowerCut);
			}
			storage.restart();
			const journal = new Journal(storage);
			expect(state(journal), `cut at ${n}`).toEqual(state(write(new MemoryDisk(), HISTORY.slice(0, acknowledged))));
			expect(read(storage)).toHaveLength(acknowledged);
			for (const entry of HISTORY.slice(acknowledged)) journal.append(entry);
			storage.restart();
			expect(state(new Journal(storage))).toEqual(state(write(new MemoryDisk())));
		}
	});

	test("and again while the torn end is set aside", () => {
		for (let n = 0; n < 4; n++) {
			const { storage, torn } = tornDisk();
			storage.cutAfter(n);
			try {
				new Journal(storage);
			} catch (error) {
				expect(error).toBeInstanceOf(PowerCut);
			}
			storage.restart();
			expect(state(new Journal(storage))).toEqual(state(write(new MemoryDisk(), HISTORY.slice(0, 3))));
			const aside = storage.read("journal.torn", 0, storage.size("journal.torn")!);
			expect(aside.subarray(-torn.length)).toEqual(torn);
		}
	});

	/** Three whole records and half of a fourth. */
	function tornDisk() {
		const storage = new MemoryDisk();
		write(storage, HISTORY.slice(0, 3));
		const size = storage.size("journal")!;
		const whole = new MemoryDisk();
		write(whole, HISTORY.slice(0, 4));
		const torn = whole.read("journal", size, 20);
		storage.append("journal", torn);
		storage.flush("journal");
		return { storage, torn };
	}

	test("a torn end is moved to journal.torn, byte for byte", () => {
		const { storage, torn } = tornDisk();
		const before = storage.size("journal")!;
		new Journal(storage);
		expect(storage.size("journal")).toBe(before - torn.length);
		expect(storage.read("journal.torn", 0, 100)).toEqual(torn);
		new Journal(storage);
		expect(storage.size("journal.torn")).toBe(torn.length);
	});

	test("any length of the last record: torn, and the entries before it stay", () => {
		const whole = new MemoryDisk();
		write(whole, HISTORY.slice(0, 3));
		const start = whole.size("journal")!;
		write(whole, []).append(HISTORY[3]!);
		for (let size = whole.size("journal")! - 1; size >= start; size--) {
			const storage = new MemoryDisk();
			storage.replace("journal", whole.read("journal", 0, size));
			expect(state(new Journal(storage))).toEqual(state(write(new MemoryDisk(), HISTORY.slice(0, 3))));
			expect(storage.size("journal")).toBe(start);
		}
	});
});

describe("damage", () => {
	test("of any byte before the last record is refused with one sentence, and nothing is changed", () => {
		const storage = new MemoryDisk();
		write(storage, HISTORY.slice(0, 3));
		const end = storage.size("journal")!;
		write(storage, []).append(HISTORY[3]!);
		for (let at = 0; at < end; at++) {
			storage.flip("journal", at);
			const before = storage.read("journal", 0, 10_000);
			expect(() => new Journal(storage), `byte ${at}`).toThrow(JournalError);
			expect(() => new Journal(storage)).toThrow(
				/^journal: record [1-3] is damaged; put the file back from a copy, or move it away and tell the bank$/,
			);
			expect(storage.read("journal", 0, 10_000)).toEqual(before);
			expect(storage.size("journal.torn")).toBeUndefined();
			storage.flip("journal", at);
		}
	});

	test("a record taken out or put in twice is refused", () => {
		const storage = new MemoryDisk();
		write(storage, HISTORY.slice(0, 1));
		const first = storage.read("journal", 0, 1000);
		write(storage, []).append(HISTORY[1]!);
		const second = storage.read("journal", first.length, 1000);
		write(storage, []).append(HISTORY[2]!);
		const third = storage.read("journal", first.length + second.length, 1000);
		for (const bytes of [concat(first, third), concat(second, third), concat(first, second, second)]) {
			storage.replace("journal", bytes);
			expect(() => new Journal(storage)).toThrow(JournalError);
		}
	});

	test("hostile files end in a JournalError or an empty journal, and never hang", () => {
		const random = new SeededRandom(11);
		for (let round = 0; round < 300; round++) {
			const storage = new MemoryDisk();
			const magic = round & 1 ? parseHex("4B4A01") : new Uint8Array(0);
			storage.replace("journal", concat(magic, random.bytes(random.bytes(1)[0]!)));
			try {
				expect(new Journal(storage).nextStan()).toBe(1);
			} catch (error) {
				expect(error).toBeInstanceOf(JournalError);
			}
		}
	});

	test.each([
		["no CBOR", "FF"],
		["no entry", "01"],
		["an entry of another kind", "A2647479706563666F6F647374616E01"],
		["an entry without STAN", "A164747970656672657665727365"],
	])("a whole record with %s was written by other firmware", (_name, payload) => {
		const storage = new MemoryDisk();
		const file = new RecordFile(storage, "journal");
		file.append(parseHex(payload));
		expect(() => new Journal(storage)).toThrow(
			/^journal: record 1 cannot be understood; it was written by other firmware$/,
		);
	});
});

describe("an entry that does not belong is refused before it is written:", () => {
	test.each<[string, readonly JournalEntry[], JournalEntry]>([
		["sent without a beginning", [], sent(1)],
		["closed twice", [opened(1), closed(1)], closed(1)],
		["reversed without being owed", [opened(1), closed(1)], reversed(1)],
		["opened while it is open", [opened(1), sent(1), owed(1), closed(1, "declined")], opened(1)],
	])("%s", (_name, history, entry) => {
		const storage = new MemoryDisk();
		const journal = write(storage, history);
		const before = storage.size("journal");
		expect(() => journal.append(entry)).toThrow(JournalError);
		expect(storage.size("journal")).toBe(before);
		expect(state(new Journal(storage))).toEqual(state(journal));
	});

	test("a record that is too long", () => {
		const file = new RecordFile(new MemoryDisk(), "journal");
		expect(() => file.append(new Uint8Array(65_536))).toThrow(JournalError);
	});
});

test("what a failed write left does not stand before the next record", () => {
	const storage = new MemoryDisk();
	const journal = write(storage, [opened(1)]);
	const append = storage.append.bind(storage);
	storage.append = (name, bytes) => {
		append(name, bytes.subarray(0, 10));
		throw new Error("no space left on the medium");
	};
	expect(() => journal.append(sent(1))).toThrow("no space");
	storage.append = append;
	journal.append(closed(1));
	storage.restart();
	const again = new Journal(storage);
	expect(again.interruptedSales()).toEqual([]);
	expect(storage.size("journal.torn")).toBeUndefined();
});
