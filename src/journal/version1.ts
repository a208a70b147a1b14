import { concat, readUint } from "../bytes/bytes.js";
import { decodeCbor } from "../bytes/cbor.js";
import { crc32 } from "../bytes/crc32.js";
import type { Storage } from "../ports.js";
import { asJournalEntry, type JournalEntry } from "./entries.js";
import { JournalError } from "./journalError.js";
import { MOST_NUMBER, nextNumber } from "./journalState.js";

/** The one file of version 1: `4B 4A 01 | payload length (2) | sequence (4) | payload | CRC-32 of all before (4)`. */
export const VERSION_1_FILE = "journal";
const MAGIC: readonly number[] = Object.freeze([0x4b, 0x4a, 0x01]);
const HEADER_LENGTH = 9;
const CHECKSUM_LENGTH = 4;

/**
 * The entries of version 1, which knew sales only, as those of today. It had no batch in its entries: the open one is known,
 * and each STAN 1 before the end began one.
 * @param batch the open batch
 * @throws {JournalError} when a record that others follow is damaged; a torn end is left out
 */
export function* entriesOfVersion1(storage: Storage, openBatch: number): IterableIterator<JournalEntry[]> {
	let beginnings = 0;
	let lastStan = 0;
	for (const { type, stan } of records(storage))
		if (type === "opened") {
			if (stan <= lastStan) beginnings++;
			lastStan = stan;
		}
	let batch = ((openBatch - 1 - beginnings + MOST_NUMBER) % MOST_NUMBER) + 1;
	let invoice = 0;
	lastStan = 0;
	yield [{ type: "batchOpened", batch }];
	for (const record of records(storage)) {
		if (record.type !== "opened") {
			yield [asJournalEntry({ ...record, batch })];
			continue;
		}
		if (record.stan <= lastStan) {
			batch = nextNumber(batch);
			yield [{ type: "batchOpened", batch }];
		}
		lastStan = record.stan;
		invoice = nextNumber(invoice);
		yield [asJournalEntry({ ...record, batch, invoice, operation: "sale" })];
	}
}

interface Version1Entry {
	readonly type: string;
	readonly stan: number;
}

function* records(storage: Storage): IterableIterator<Version1Entry> {
	const size = storage.size(VERSION_1_FILE) ?? 0;
	for (let at = 0, sequence = 1; at < size; sequence++) {
		const header = storage.read(VERSION_1_FILE, at, HEADER_LENGTH);
		const length = header.length === HEADER_LENGTH ? HEADER_LENGTH + readUint(header, 3, 2) + CHECKSUM_LENGTH : size;
		const record = length <= size - at ? storage.read(VERSION_1_FILE, at, length) : undefined;
		if (!record || !isWhole(record) || readUint(record, 5, 4) !== sequence) {
			if (holdsRecord(storage.read(VERSION_1_FILE, at, size - at))) throw damaged(sequence);
			return;
		}
		yield asVersion1Entry(record.subarray(HEADER_LENGTH, length - CHECKSUM_LENGTH), sequence);
		at += length;
	}
}

function asVersion1Entry(payload: Uint8Array, sequence: number): Version1Entry {
	try {
		const entry = decodeCbor(concat(payload)) as Version1Entry | null;
		asJournalEntry({ ...entry, batch: 1 });
		return entry as Version1Entry;
	} catch {
		throw new JournalError(`journal: record ${sequence} cannot be understood; it was written by other firmware`);
	}
}

function holdsRecord(bytes: Uint8Array): boolean {
	for (let at = 0; at + HEADER_LENGTH + CHECKSUM_LENGTH <= bytes.length; at++) {
		const length = HEADER_LENGTH + readUint(bytes, at + 3, 2) + CHECKSUM_LENGTH;
		if (at + length <= bytes.length && isWhole(bytes.subarray(at, at + length))) return true;
	}
	return false;
}

function isWhole(record: Uint8Array): boolean {
	const end = record.length - CHECKSUM_LENGTH;
	return MAGIC.every((byte, i) => record[i] === byte) && crc32(record.subarray(0, end)) === readUint(record, end, 4);
}

function damaged(sequence: number): JournalError {
	return new JournalError(
		`journal: record ${sequence} is damaged; put the file back from a copy, or move it away and tell the bank`,
	);
}
