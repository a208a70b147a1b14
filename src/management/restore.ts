import { concat, equal, wipe } from "../bytes/bytes.js";
import { decodeCbor, encodeCbor } from "../bytes/cbor.js";
import type { JournalEntry } from "../journal/entries.js";
import { JournalStore } from "../journal/journalStore.js";
import type { RecordSeal } from "../journal/recordCodec.js";
import { restoreJournal, type UsedNumbers } from "../journal/restoreJournal.js";
import type { Crypto, Storage } from "../ports.js";
import { type BackupPart, closeEntry, decodeBackupPart } from "./backup.js";

const READY = "restore-ready";
const PART = /^restore-[0-9]{6}$/;
const partName = (part: number) => `restore-${String(part).padStart(6, "0")}`;

/** The terminal's lists, by name. */
export type Lists = Readonly<Record<string, readonly Uint8Array[]>>;

/** What is restored besides the parts. */
export interface RestoreHead {
	/** Of journal parts. The lists come last, as one more part. */
	readonly parts: number;
	/** `backupDigest` of all parts. */
	readonly digest: Uint8Array;
	readonly used: UsedNumbers;
}

/** Of the contents of all parts, in order. */
export function backupDigest(crypto: Crypto, parts: readonly Uint8Array[]): Uint8Array {
	return crypto.sha256(concat(...parts.map(part => crypto.sha256(part))));
}

/** What READY holds, sealed. */
interface Ready {
	readonly parts: number;
	readonly used: UsedNumbers;
	/** The journal is being made anew: what is there of it is no longer the terminal's own. */
	readonly isBegun: boolean;
}

/** A whole backup waits for the next start. */
export function restoreIsReady(storage: Pick<Storage, "size">): boolean {
	return storage.size(READY) !== undefined;
}

/** A backup on its way in: nothing of it counts before all of it is there and right. */
export class IncomingBackup {
	readonly #storage: Storage;
	readonly #seal: RecordSeal;
	readonly #crypto: Crypto;

	constructor(ports: { readonly storage: Storage; readonly seal: RecordSeal; readonly crypto: Crypto }) {
		this.#storage = ports.storage;
		this.#seal = ports.seal;
		this.#crypto = ports.crypto;
		this.discard();
	}

	/** @param plain wiped */
	keep(part: number, plain: Uint8Array): void {
		try {
			this.#storage.replace(partName(part), this.#seal.close(plain));
		} finally {
			wipe(plain); // WIPE
		}
	}

	/**
	 * Checks everything; from then on the next start of the terminal makes its journal of it.
	 * @returns one sentence when it is damaged: nothing of it is kept then
	 */
	finish({ parts, digest, used }: RestoreHead): string | undefined {
		const plain: Uint8Array[] = [];
		try {
			for (let part = 1; part <= parts + 1; part++) plain.push(this.#read(part));
			if (!equal(backupDigest(this.#crypto, plain), digest)) throw new Error("its digest is another");
			let next: number | undefined;
			for (const each of plain.slice(0, parts)) {
				const { from, records } = decodeBackupPart(each);
				if (next !== undefined && from !== next) throw new Error("records are missing");
				next = from + records.length;
			}
			decodeCbor(plain[parts]!);
		} catch (error) {
			this.discard();
			return `the backup is damaged and nothing was restored: ${error instanceof Error ? error.message : "unknown"}`;
		} finally {
			wipe(...plain); // WIPE
		}
		writeReady(this.#storage, this.#seal, { parts, used, isBegun: false });
		return undefined;
	}

	discard(): void {
		removeParts(this.#storage);
	}

	#read(part: number): Uint8Array {
		return readPart(this.#storage, this.#seal, part);
	}
}

/**
 * At the start, before the journal is opened: makes it of a backup that is here whole. Whatever happens to the power, the
 * next start ends it. A journal that has got transactions of its own since stays, and the backup goes.
 * @param refused told why, in one sentence
 * @returns the lists of the backup, and what to call once they are in use; undefined when there is nothing to restore
 */
export function restoreAtStart(
	{ storage, seal }: { readonly storage: Storage; readonly seal: RecordSeal },
	now: number,
	refused: (sentence: string) => void,
): { readonly lists: Lists; done(): void } | undefined {
	const size = storage.size(READY);
	if (size === undefined) {
		removeParts(storage); // nobody asks for the rest of them any more
		return undefined;
	}
	const head = seal.open(storage.read(READY, 0, size));
	if (!head) throw new Error("what is to be restored does not open: restore again");
	const { parts, used, isBegun } = decodeCbor(head) as Ready;
	if (!isBegun && JournalStore.open({ storage, seal }, refused).state.last) {
		storage.remove(READY);
		removeParts(storage);
		refused("the backup was not restored: this terminal has made transactions of its own since it came");
		return undefined;
	}
	writeReady(storage, seal, { parts, used, isBegun: true });
	restoreJournal({ storage, seal }, entriesOf(storage, seal, parts), used, now);
	const lists = readPart(storage, seal, parts + 1);
	return {
		lists: decodeCbor(lists) as Lists,
		done() {
			wipe(lists); // WIPE
			storage.remove(READY);
			removeParts(storage);
		},
	};
}

function* entriesOf(storage: Storage, seal: RecordSeal, parts: number): IterableIterator<readonly JournalEntry[]> {
	for (let part = 1; part <= parts; part++) {
		const plain = readPart(storage, seal, part);
		try {
			const { records }: BackupPart = decodeBackupPart(plain);
			for (const entries of records) yield entries.map(entry => closeEntry(entry, seal));
		} finally {
			wipe(plain); // WIPE
		}
	}
}

function readPart(storage: Storage, seal: RecordSeal, part: number): Uint8Array {
	const name = partName(part);
	const plain = seal.open(storage.read(name, 0, storage.size(name) ?? 0));
	if (!plain) throw new Error(`part ${part} does not open`);
	return plain;
}

function writeReady(storage: Storage, seal: RecordSeal, ready: Ready): void {
	storage.replace(READY, seal.close(encodeCbor(ready)));
}

function removeParts(storage: Storage): void {
	if (restoreIsReady(storage)) return; // it is decided
	for (const name of storage.list()) if (PART.test(name)) storage.remove(name);
}
