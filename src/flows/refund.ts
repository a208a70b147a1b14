import type { FlowContext } from "./flowContext.js";
import type { Order } from "./order.js";
import { type Reference, referencedTransaction } from "./referencedTransaction.js";
import type { TransactionResult } from "./transactionResult.js";

const REFERENCE = Object.freeze<Reference>({
	of: Object.freeze(["sale", "saleWithCashback", "offlineSale", "completion", "completionAdvice"] as const),
	objection: (original, amountMinor) =>
		original.refundedMinor + amountMinor > original.amountMinor ? "aboveOriginal" : undefined,
	needsSupervisor: true,
});

/** Gives money back for an earlier sale of this terminal: all of it, a part, or parts until all is given back. */
export function refund(c: FlowContext, order: Order): Promise<TransactionResult> {
	return referencedTransaction(c, { ...order, operation: "refund" }, REFERENCE);
}
