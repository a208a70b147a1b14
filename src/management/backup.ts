import { wipe } from "../bytes/bytes.js";
import { decodeCbor, encodeCbor } from "../bytes/cbor.js";
import { sealBox } from "../crypto/sealedBox.js";
import { asJournalEntry, type JournalEntry } from "../journal/entries.js";
import type { RecordSeal } from "../journal/recordCodec.js";
import type { Random } from "../ports.js";
import type { SyncedJournal } from "./journalSync.js";
import type { MessageBody } from "./messageKinds.js";

/** What an entry holds sealed under this device's key: what a reversal, an advice or a refund needs, card number included. */
const SEALED: readonly string[] = Object.freeze(["sealed", "reversal", "sealedMessage"]);
const MOST_BYTES = 4_096;
const MOST_RECORDS = 32;

/** One part of a backup, before it is sealed to whoever may read it. */
export interface BackupPart {
	/** Of the first record. */
	readonly from: number;
	readonly records: readonly (readonly JournalEntry[])[];
}

/**
 * Records that the backup does not have yet, with their sealed values opened: under this device's key nobody else could
 * ever read them. No key of the key store is in it.
 * @param bankKey X25519, 32 bytes
 * @returns undefined when the backup has all
 */
export function nextBackup(
	journal: SyncedJournal,
	id: Uint8Array,
	backedUp: number,
	{ seal, random, bankKey }: { readonly seal: RecordSeal; readonly random: Random; readonly bankKey: Uint8Array },
): MessageBody<"backup"> | undefined {
	if (backedUp >= journal.lastRecord) return undefined;
	const { firstRecord } = journal;
	const from = Math.max(backedUp + 1, firstRecord);
	const records: (readonly JournalEntry[])[] = [];
	let bytes = 0;
	/** Card numbers among them. */
	const secrets: Uint8Array[] = [];
	const kept = (secret: Uint8Array): Uint8Array => {
		secrets.push(secret);
		return secret;
	};
	try {
		for (const { entries } of journal.records(from)) {
			const opened = entries.map(entry => changed(entry, value => kept(openValue(value, seal))));
			bytes += kept(encodeCbor(opened)).length;
			if (records.length && bytes > MOST_BYTES) break;
			records.push(opened);
			if (records.length === MOST_RECORDS) break;
		}
		const plain = kept(encodeCbor({ from, records }));
		return {
			...{ journal: id, from, upTo: from + records.length - 1, box: sealBox(random, plain, bankKey) },
			...(firstRecord > backedUp + 1 && { goneBefore: firstRecord }),
		};
	} finally {
		wipe(...secrets); // WIPE
	}
}

/** @returns views into `plain` @throws {Error} when it is no part of a backup */
export function decodeBackupPart(plain: Uint8Array): BackupPart {
	const { from, records } = decodeCbor(plain) as Partial<BackupPart>;
	if (!Number.isSafeInteger(from) || !Array.isArray(records) || !records.every(Array.isArray))
		throw new Error("it is no part of a backup");
	return { from: from!, records: records.map(entries => entries.map(asJournalEntry)) };
}

/** With bytes of its own: the decoder gives views into some that are wiped. */
function ownValue(value: unknown): unknown {
	if (value instanceof Uint8Array) return new Uint8Array(value);
	if (Array.isArray(value)) return value.map(ownValue);
	if (typeof value !== "object" || value === null) return value;
	return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, ownValue(member)]));
}

/** An entry of a backup as this device keeps it; nothing in it is a view into the part that it came in. */
export function closeEntry(entry: JournalEntry, seal: RecordSeal): JournalEntry {
	return ownValue(changed(entry, value => seal.close(value))) as JournalEntry;
}

function openValue(value: Uint8Array, seal: RecordSeal): Uint8Array {
	const plain = seal.open(value);
	if (!plain) throw new Error("backup: a sealed value of the journal does not open");
	return plain;
}

function changed(entry: JournalEntry, change: (value: Uint8Array) => Uint8Array): JournalEntry {
	const result: Record<string, unknown> = { ...entry };
	for (const name of SEALED) if (result[name] instanceof Uint8Array) result[name] = change(result[name]);
	return result as unknown as JournalEntry;
}
