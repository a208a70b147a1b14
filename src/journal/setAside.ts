import { decodeCbor, encodeCbor } from "../bytes/cbor.js";
import type { Storage } from "../ports.js";
import { BatchNumber } from "./batchNumber.js";

/** A journal that this terminal can no longer read, kept for the bank. */
export interface SetAside {
	/** Number of its newest batch. */
	readonly batch: number;
	/** Milliseconds since 1970-01-01 00:00 UTC. */
	readonly at: number;
	/** `set-aside.NNNNNN.NAME` for each file `NAME` of the journal, as it was. */
	readonly files: readonly string[];
}

const KEPT = /^(?:journal|mirror)\.(?!reserve$)/;
/** Made of the journal, or nothing but room. */
const DERIVED = /^(?:index\.|journal\.reserve$)/;
const MARK = /^set-aside\.([0-9]{6})$/;

export function hasJournal(storage: Storage): boolean {
	return storage.list().some(name => KEPT.test(name));
}

/**
 * Moves all files of the journal out of the way, whatever is in them; the next journal begins the batch behind theirs.
 * File by file, so that there must be room for one more: after a power cut it is called again and goes on.
 */
export function setAside(storage: Storage, at: number): SetAside {
	const names = storage.list().filter(name => KEPT.test(name));
	const batch = new BatchNumber(storage).value;
	const mark = `set-aside.${String(batch).padStart(6, "0")}`;
	for (const name of storage.list()) if (DERIVED.test(name)) storage.remove(name);
	if (storage.size(mark) === undefined) storage.replace(mark, encodeCbor({ at }));
	for (const name of names) {
		storage.replace(`${mark}.${name}`, storage.read(name, 0, storage.size(name)!));
		storage.remove(name);
	}
	return journalsSetAside(storage).find(each => each.batch === batch)!;
}

/** What was set aside and is still here, oldest first. */
export function journalsSetAside(storage: Storage): SetAside[] {
	const names = storage.list();
	const marks = names.filter(name => MARK.test(name)).sort();
	return marks.map(mark => ({
		batch: Number(MARK.exec(mark)![1]),
		at: (decodeCbor(storage.read(mark, 0, storage.size(mark)!)) as { at: number }).at,
		files: names.filter(name => name.startsWith(`${mark}.`)).sort(),
	}));
}

/** One sentence for the log and for who services the terminal. */
export function formatSetAside({ batch, at, files }: SetAside): string {
	const when = new Date(at).toISOString();
	return `the journal up to batch ${batch} was set aside at ${when} (${files.length} files): the bank must settle it from its side`;
}
