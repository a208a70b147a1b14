import type { FlowContext } from "./flowContext.js";
import type { Order } from "./order.js";
import { type Reference, referencedTransaction } from "./referencedTransaction.js";
import type { TransactionResult } from "./transactionResult.js";

const REFERENCE = Object.freeze<Reference>({
	of: Object.freeze(["sale", "saleWithCashback", "cash"] as const),
	objection: (original, amountMinor, c) => {
		if (original.batch !== c.journal.batch) return "notAllowed"; // settled: a refund undoes it
		if (original.refundedMinor > 0 || original.owed.length > 0) return "notAllowed";
		return amountMinor === original.amountMinor ? undefined : "aboveOriginal";
	},
	needsSupervisor: true,
});

/** Undoes a sale of the open batch, whole. */
export function saleVoid(c: FlowContext, order: Order): Promise<TransactionResult> {
	return referencedTransaction(c, withOriginalAmount(c, { ...order, operation: "saleVoid" }), REFERENCE);
}

/** A void takes back all of it, whatever was asked. */
export function withOriginalAmount(c: FlowContext, order: Order): Order {
	const original = order.invoice === undefined ? undefined : c.journal.byInvoice(order.invoice);
	return original ? { ...order, amountMinor: original.amountMinor } : { ...order, amountMinor: order.amountMinor || 1 };
}
