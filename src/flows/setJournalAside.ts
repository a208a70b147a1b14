import { Journal } from "../journal/journal.js";
import { JournalError } from "../journal/journalError.js";
import { hasJournal, type SetAside, setAside } from "../journal/setAside.js";
import type { KeySlots } from "../keys/keySlots.js";
import { Seal } from "../keys/seal.js";
import type { Clock, Random, Storage } from "../ports.js";

/**
 * The way back after a tamper event, before or after the terminal is bound again: the journal's records are sealed under a
 * key that is gone. They are put away for the bank, and a fresh batch begins. A journal that opens, or that is unreadable
 * for another reason, is left alone.
 * @returns why not, in one sentence, or what was set aside
 */
export function setJournalAside(
	{
		storage,
		random,
		clock,
	}: { readonly storage: Storage; readonly random: Random; readonly clock: Pick<Clock, "now"> },
	slots: KeySlots,
): SetAside | string {
	if (!slots.zeroisation) return "the keys were never erased: the journal needs no setting aside";
	if (!hasJournal(storage)) return "there is no journal to set aside";
	if (!slots.isZeroised && opens(storage, new Seal(slots, random)))
		return "the journal opens with the keys of this terminal: settle it instead";
	return setAside(storage, clock.now());
}

function opens(storage: Storage, seal: Seal): boolean {
	try {
		new Journal({ storage, seal });
		return true;
	} catch (error) {
		if (error instanceof JournalError) return false;
		throw error;
	}
}
