import type { Operation } from "../operation.js";

/** Approved transactions of one operation, of cards from home or from abroad. */
export interface TotalsRow {
	readonly operation: Operation;
	readonly foreign: boolean;
	readonly count: number;
	readonly amountMinor: number;
}

export type Totals = readonly TotalsRow[];

/** The batch with one more transaction, or with an amount changed (`count` 0). */
export function addToTotals(totals: Totals, { operation, foreign, count, amountMinor }: TotalsRow): Totals {
	const at = totals.findIndex(row => row.operation === operation && row.foreign === foreign);
	const before = at < 0 ? { count: 0, amountMinor: 0 } : totals[at]!;
	const row: TotalsRow = {
		operation,
		foreign,
		count: before.count + count,
		amountMinor: before.amountMinor + amountMinor,
	};
	return at < 0 ? [...totals, row] : totals.map((each, i) => (i === at ? row : each));
}

/** How a settlement counts an operation. CHOICE: a void does not undo its sale in the totals, it stands against it as a credit. */
const CLASSES: Readonly<Partial<Record<Operation, "debit" | "credit">>> = Object.freeze({
	sale: "debit",
	saleWithCashback: "debit",
	cash: "debit",
	completion: "debit",
	completionAdvice: "debit",
	offlineSale: "debit",
	voiceAuthorisedSale: "debit",
	tip: "debit",
	adjust: "debit",
	refund: "credit",
	saleVoid: "credit",
	completionVoid: "credit",
});

/** Whether a settlement counts such transactions, so that an upload of the batch repeats them. */
export function isSettled(operation: Operation): boolean {
	return CLASSES[operation] !== undefined;
}

export interface SettlementSum {
	readonly count: number;
	readonly amountMinor: number;
}

export interface SettlementTotals {
	readonly debit: SettlementSum;
	readonly credit: SettlementSum;
}

/** What the terminal tells the bank of its batch, cards from home and from abroad apart [MNY-NUM-03]. */
export function settlementTotals(totals: Totals, foreign: boolean): SettlementTotals {
	const sum = { debit: { count: 0, amountMinor: 0 }, credit: { count: 0, amountMinor: 0 } };
	for (const row of totals) {
		const side = CLASSES[row.operation];
		if (!side || row.foreign !== foreign) continue;
		sum[side].count += row.count;
		sum[side].amountMinor += row.amountMinor;
	}
	return sum;
}
