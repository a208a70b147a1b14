import { addToTotals, type Totals } from "./totals.js";
import type { TransactionRecord } from "./transactionRecord.js";

/** What one person took and gave back. */
export interface OperatorTotals {
	/** Undefined: nobody was signed on. */
	readonly operator: string | undefined;
	readonly totals: Totals;
}

/** Approved transactions by the operator who was signed on, as they stand now; by number, those of nobody last. */
export function totalsByOperator(records: Iterable<TransactionRecord>): OperatorTotals[] {
	const all = new Map<string | undefined, Totals>();
	for (const { operator, operation, foreign, amountMinor, state } of records) {
		if (state !== "approved" && state !== "voided") continue;
		all.set(operator, addToTotals(all.get(operator) ?? [], { operation, foreign, count: 1, amountMinor }));
	}
	const order = (operator: string | undefined) => (operator === undefined ? Number.MAX_SAFE_INTEGER : Number(operator));
	return [...all]
		.map(([operator, totals]) => ({ operator, totals }))
		.sort((a, b) => order(a.operator) - order(b.operator));
}
