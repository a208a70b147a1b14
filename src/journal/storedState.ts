import { readUint, uintBytes } from "../bytes/bytes.js";
import type { TransactionName } from "./entries.js";
import type { BatchState, JournalState, OpenTransaction, OwedMessage } from "./journalState.js";
import type { Position } from "./position.js";

const CARD_LINK_LENGTH = 8;
const AMOUNT_LENGTH = 6;
const TIME_LENGTH = 6;

type Row<T, K extends readonly (keyof T)[]> = { readonly [I in keyof K]: T[K[I] & keyof T] };

const OWED = ["batch", "stan", "kind", "reason", "attempts"] as const satisfies (keyof OwedMessage)[];
const BATCH = [
	"batch",
	"phase",
	"count",
	"first",
	"totals",
	"position",
	"verdict",
	"settledAt",
] as const satisfies (keyof BatchState)[];

/** The state as a checkpoint keeps it: rows instead of objects, so that it stays short. */
export interface StoredState {
	readonly numbers: readonly [lastStan: number, stansTaken: number, lastInvoice: number, batch: number];
	readonly last: TransactionName | undefined;
	readonly open: readonly OpenTransaction[];
	readonly owed: readonly Row<OwedMessage, typeof OWED>[];
	readonly batches: readonly Row<BatchState, typeof BATCH>[];
	readonly expiring: JournalState["expiring"];
	readonly keptFrom: Position;
	/** Each card link (8) and amount (6). */
	readonly recent: Uint8Array;
	/** When each of them was, milliseconds since 1970 (6). Absent in what older firmware has kept: they count as expired then. */
	readonly recentTimes?: Uint8Array;
}

export function storeState(state: JournalState): StoredState {
	const { lastStan, stansTaken, lastInvoice, batch, last, open, owed, batches, expiring, keptFrom, recent } = state;
	return {
		numbers: [lastStan, stansTaken, lastInvoice, batch],
		last,
		open,
		expiring,
		keptFrom,
		owed: owed.map(each => OWED.map(key => each[key]) as unknown as Row<OwedMessage, typeof OWED>),
		batches: batches.map(each => BATCH.map(key => each[key]) as unknown as Row<BatchState, typeof BATCH>),
		recent: recentBytes(recent),
		recentTimes: recentTimes(recent),
	};
}

/** Written in place: each of many arguments of a call would take one of the few slots of the engine's stack. */
function recentBytes(recent: JournalState["recent"]): Uint8Array {
	const length = CARD_LINK_LENGTH + AMOUNT_LENGTH;
	const bytes = new Uint8Array(recent.length * length);
	recent.forEach(({ cardLink, amountMinor }, i) => {
		bytes.set(cardLink, i * length);
		bytes.set(uintBytes(amountMinor, AMOUNT_LENGTH), i * length + CARD_LINK_LENGTH);
	});
	return bytes;
}

function recentTimes(recent: JournalState["recent"]): Uint8Array {
	const bytes = new Uint8Array(recent.length * TIME_LENGTH);
	recent.forEach(({ at }, i) => {
		bytes.set(uintBytes(at, TIME_LENGTH), i * TIME_LENGTH);
	});
	return bytes;
}

export function restoreState(state: JournalState, stored: StoredState): void {
	[state.lastStan, state.stansTaken, state.lastInvoice, state.batch] = stored.numbers;
	state.last = stored.last;
	state.open = stored.open.map(each => ({ ...each }));
	state.owed = stored.owed.map(row => fromRow<OwedMessage>(OWED, row));
	state.batches = stored.batches.map(row => fromRow<BatchState>(BATCH, row));
	state.expiring = stored.expiring;
	state.keptFrom = stored.keptFrom;
	state.recent = [];
	const length = CARD_LINK_LENGTH + AMOUNT_LENGTH;
	for (let at = 0; at < stored.recent.length; at += length)
		state.recent.push({
			at: stored.recentTimes ? readUint(stored.recentTimes, (at / length) * TIME_LENGTH, TIME_LENGTH) : 0,
			cardLink: stored.recent.slice(at, at + CARD_LINK_LENGTH),
			amountMinor: readUint(stored.recent, at + CARD_LINK_LENGTH, AMOUNT_LENGTH),
		});
}

function fromRow<T>(keys: readonly string[], row: readonly unknown[]): T {
	return Object.fromEntries(keys.map((key, i) => [key, row[i]])) as T;
}
