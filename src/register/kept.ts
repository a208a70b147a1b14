import type { Terminal } from "../terminal.js";
import { isRegisterOperation, orderOf, type RegisterOrder } from "./registerOrder.js";
import { type TransactionView, viewOfChange, viewOfRecord } from "./transactionView.js";

/** Ended orders that are kept in memory, and as many services: what was refused before it began is nowhere else. */
const MOST_KEPT = 1_000;

/** Puts one more to the others, and forgets the oldest that have ended. */
export function keepNewest<T extends { readonly key: string; readonly hasEnded: boolean }>(
	all: Map<string, T>,
	one: T,
): void {
	all.set(one.key, one);
	for (const [key, { hasEnded }] of all) {
		if (all.size <= MOST_KEPT) break;
		if (hasEnded) all.delete(key);
	}
}

/** What the journal has under a key. */
export interface Kept {
	/** Undefined where no cash register orders such a thing. */
	readonly order: RegisterOrder | undefined;
	/** It has begun, and its end is not on the medium. */
	readonly isOpen: boolean;
	/** @param balanceMinor of a balance inquiry, which the journal does not keep */
	view(balanceMinor?: number): TransactionView;
}

/** What a key was taken for and what came of it, also before the last start. */
export function keptUnder(
	terminal: Pick<Terminal, "journal" | "result" | "resultOfKey">,
	key: string,
): Kept | undefined {
	const { journal } = terminal;
	const record = journal.byRequestKey(key);
	if (record) {
		const { operation, amountMinor, cashbackMinor, tipMinor, original } = journal.beginning(record)!;
		const invoice = original && journal.beginning(original)?.invoice;
		return {
			order: isRegisterOperation(operation)
				? orderOf(operation, { amountMinor, cashbackMinor, tipMinor, invoice })
				: undefined,
			isOpen: record.state === "open",
			view: balanceMinor => viewOfRecord(record, terminal.result(record), balanceMinor),
		};
	}
	const change = journal.changeByRequestKey(key);
	const sale = change && journal.transaction(change.sale);
	if (!sale || !isRegisterOperation(change.kind)) return undefined;
	const { amountMinor, tipMinor } = change;
	return {
		order: orderOf(change.kind, { amountMinor, tipMinor, cashbackMinor: undefined, invoice: sale.invoice }),
		isOpen: false,
		view: () => viewOfChange(key, change, sale, terminal.resultOfKey(key)!),
	};
}
