import { beforeEach, describe, expect, test } from "vitest";
import { MemoryDisk } from "../../sim/world/memoryDisk.js";
import { nodeCrypto } from "../../sim/world/nodeCrypto.js";
import { SeededRandom } from "../../sim/world/seededRandom.js";
import { asciiBytes, equal } from "../../src/bytes/bytes.js";
import { encodeCbor } from "../../src/bytes/cbor.js";
import { openSealedBox } from "../../src/crypto/sealedBox.js";
import { x25519PublicKey } from "../../src/crypto/x25519.js";
import type { JournalEntry } from "../../src/journal/entries.js";
import { Journal } from "../../src/journal/journal.js";
import type { RecordSeal } from "../../src/journal/recordCodec.js";
import { nextBackup } from "../../src/management/backup.js";
import { backupDigest, IncomingBackup, restoreAtStart } from "../../src/management/restore.js";
import { closed, opened, sent, testSeal } from "../journal/testEntries.js";

const PAN = asciiBytes("6226000000000010=2912");
const ID = Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8);
const BANK = { secretKey: new Uint8Array(32).fill(7), publicKey: x25519PublicKey(new Uint8Array(32).fill(7)) };
const USED = { batch: 1, stan: 1, invoice: 1 };

/** What went through the seal in the clear: the very bytes that its user has. */
const seen: Uint8Array[] = [];
const watched: RecordSeal = {
	close(plain) {
		seen.push(plain);
		return testSeal().close(plain);
	},
	open(sealed) {
		const plain = testSeal().open(sealed);
		if (plain) seen.push(plain);
		return plain;
	},
};

function holdsPan(bytes: Uint8Array): boolean {
	for (let at = 0; at + PAN.length <= bytes.length; at++)
		if (equal(bytes.subarray(at, at + PAN.length), PAN)) return true;
	return false;
}

function sell(journal: Journal, seal = testSeal()): void {
	const begin = opened(journal);
	journal.appendAll([begin, { ...sent(begin), reversal: testSeal().close(PAN) } as JournalEntry]);
	journal.append({ ...closed(begin), sealedMessage: seal.close(PAN) } as JournalEntry);
}

function journalOf(sales: number): Journal {
	const journal = new Journal({ storage: new MemoryDisk(), seal: testSeal() });
	for (let i = 0; i < sales; i++) sell(journal);
	return journal;
}

const backup = (journal: Journal, seal: RecordSeal = watched) =>
	nextBackup(journal, ID, 0, { seal, random: new SeededRandom(1), bankKey: BANK.publicKey });

beforeEach(() => {
	seen.length = 0;
});

describe("a backup leaves no card number in memory", () => {
	test("of what it holds, nor of the record that did not fit", () => {
		const journal = journalOf(60);
		const part = backup(journal)!;
		expect(holdsPan(openSealedBox(part.box, BANK)!)).toBe(true);
		expect(part.upTo).toBeLessThan(journal.lastRecord);
		expect(seen.length).toBeGreaterThan(1);
		expect(seen.filter(holdsPan)).toEqual([]);
	});

	test("when a later value does not open", () => {
		const journal = journalOf(1);
		sell(journal, testSeal(0x44));
		expect(() => backup(journal)).toThrow("does not open");
		expect(seen.length).toBe(3);
		expect(seen.filter(holdsPan)).toEqual([]);
	});
});

describe("a restore leaves no card number in memory", () => {
	/** A backup that has arrived, all of it but `finish`. */
	function arrived(storage: MemoryDisk, sealOfLast: RecordSeal = watched) {
		const part = openSealedBox(backup(journalOf(3))!.box, BANK)!;
		const parts = [part, encodeCbor({ hotCards: [PAN] })];
		const digest = backupDigest(nodeCrypto, parts);
		const incoming = new IncomingBackup({ storage, seal: watched, crypto: nodeCrypto });
		incoming.keep(1, parts[0]!);
		storage.replace("restore-000002", sealOfLast.close(parts[1]!));
		parts[1]!.fill(0);
		seen.length = 0;
		return { incoming, head: { parts: 1, digest, used: USED } };
	}

	test("of what was checked", () => {
		const { incoming, head } = arrived(new MemoryDisk());
		expect(incoming.finish(head)).toBeUndefined();
		expect(seen.length).toBeGreaterThan(2);
		expect(seen.filter(holdsPan)).toEqual([]);
	});

	test("of what was refused", () => {
		const { incoming, head } = arrived(new MemoryDisk(), testSeal(0x44));
		expect(incoming.finish(head)).toMatch("part 2 does not open");
		expect(seen.length).toBe(1);
		expect(seen.filter(holdsPan)).toEqual([]);
	});

	test("of what the journal was made of, and of the lists once they are in use", () => {
		const storage = new MemoryDisk();
		const { incoming, head } = arrived(storage);
		incoming.finish(head);
		seen.length = 0;
		const restored = restoreAtStart({ storage, seal: watched }, 1, () => {})!;
		expect(restored.lists).toEqual({ hotCards: [PAN] });
		restored.done();
		expect(seen.length).toBeGreaterThan(4);
		expect(seen.filter(holdsPan)).toEqual([]);
		const journal = new Journal({ storage, seal: testSeal() });
		const [record] = [...journal.transactions()];
		expect(testSeal().open(record!.reversal!)).toEqual(PAN);
		expect(record!.cardLink).toEqual([...journalOf(1).transactions()][0]!.cardLink);
	});
});

test("what is no part of a backup is refused", () => {
	const storage = new MemoryDisk();
	const parts = [encodeCbor({ from: "1", records: [] }), encodeCbor({})];
	const incoming = new IncomingBackup({ storage, seal: watched, crypto: nodeCrypto });
	const head = { parts: 1, digest: backupDigest(nodeCrypto, parts), used: USED };
	for (const [i, each] of parts.entries()) incoming.keep(i + 1, each);
	expect(incoming.finish(head)).toMatch("no part of a backup");
	expect(storage.list()).toEqual([]);
});
