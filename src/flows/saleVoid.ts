import type { FlowContext } from "./flowContext.js";
import type { Order } from "./order.js";
import { type Reference, referencedTransaction } from "./referencedTransaction.js";
import type { TransactionResult } from "./transactionResult.js";

const REFERENCE = Object.freeze<Reference>({
	of: Object.freeze(["sale", "saleWithCashback", "cash"] as const),
	wholeMinor: original => original.amountMinor,
	// Settled: a refund undoes it.
	objection: (original, _amountMinor, c) =>
		original.batch !== c.journal.batch || original.refundedMinor > 0 ? "notAllowed" : undefined,
	needsSupervisor: true,
});

/** Undoes a sale of the open batch, whole. */
export function saleVoid(c: FlowContext, order: Order): Promise<TransactionResult> {
	return referencedTransaction(c, { ...order, operation: "saleVoid" }, REFERENCE);
}
