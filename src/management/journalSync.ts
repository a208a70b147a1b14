import { equal } from "../bytes/bytes.js";
import type { NumberedRecord } from "../journal/keptRecords.js";
import type { Random, Storage } from "../ports.js";
import type { MessageBody } from "./messageKinds.js";
import { encodePublicRecord } from "./publicRecord.js";

/** What synchronisation needs of the journal. */
export interface SyncedJournal {
	readonly firstRecord: number;
	readonly lastRecord: number;
	records(from: number): IterableIterator<NumberedRecord>;
}

/** How far the bank's copy of a journal goes. */
export interface Kept {
	readonly journal: Uint8Array;
	readonly upTo: number;
}

const ID_FILE = "journal.id";
const ID_LENGTH = 8;
/** A message of this size fits into a board's memory twice, signed and not. */
const MOST_BYTES = 4_096;
const MOST_RECORDS = 64;

/** Tells this terminal's journals apart; lies with the journal's files and goes where they go. */
export function journalId(storage: Storage, random: Random): Uint8Array {
	if (storage.size(ID_FILE) !== ID_LENGTH) storage.replace(ID_FILE, random.bytes(ID_LENGTH));
	return storage.read(ID_FILE, 0, ID_LENGTH);
}

/** Up to where the bank has this journal; 0 of another one. */
export function keptUpTo(kept: Kept, journal: Uint8Array): number {
	return equal(kept.journal, journal) ? kept.upTo : 0;
}

/** What follows behind what the bank has; undefined when it has all. */
export function nextChunk(journal: SyncedJournal, id: Uint8Array, kept: number): MessageBody<"journal"> | undefined {
	if (kept >= journal.lastRecord) return undefined;
	const { firstRecord } = journal;
	const from = Math.max(kept + 1, firstRecord);
	const records: Uint8Array[] = [];
	let bytes = 0;
	for (const { entries } of journal.records(from)) {
		const record = encodePublicRecord(entries);
		if (records.length && bytes + record.length > MOST_BYTES) break;
		records.push(record);
		bytes += record.length;
		if (records.length === MOST_RECORDS) break;
	}
	// Settled long ago and removed before the line ever stood: the bank hears of the gap.
	return { journal: id, from, records, ...(firstRecord > kept + 1 && { goneBefore: firstRecord }) };
}
