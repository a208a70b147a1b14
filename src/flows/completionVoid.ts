import type { FlowContext } from "./flowContext.js";
import type { Order } from "./order.js";
import { type Reference, referencedTransaction } from "./referencedTransaction.js";
import { withOriginalAmount } from "./saleVoid.js";
import type { TransactionResult } from "./transactionResult.js";

const REFERENCE = Object.freeze<Reference>({
	of: Object.freeze(["completion"] as const),
	objection: (original, _amountMinor, c) =>
		original.batch !== c.journal.batch || original.refundedMinor > 0 ? "notAllowed" : undefined,
	needsSupervisor: true,
});

/** Undoes a completion of the open batch; the amount is held again. */
export function completionVoid(c: FlowContext, order: Order): Promise<TransactionResult> {
	return referencedTransaction(c, withOriginalAmount(c, { ...order, operation: "completionVoid" }), REFERENCE);
}
