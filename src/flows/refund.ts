import type { FlowContext } from "./flowContext.js";
import type { Order } from "./order.js";
import { type Reference, referencedTransaction } from "./referencedTransaction.js";
import { refundByCard } from "./refundByCard.js";
import type { TransactionResult } from "./transactionResult.js";

const REFERENCE = Object.freeze<Reference>({
	of: Object.freeze(["sale", "saleWithCashback", "completion", "completionAdvice"] as const),
	objection: (original, amountMinor) =>
		original.refundedMinor + amountMinor > original.amountMinor ? "aboveOriginal" : undefined,
	needsSupervisor: true,
});

/**
 * Gives money back for an earlier sale of this terminal, of any batch: all of it, a part, or parts until all is given back.
 * Without the invoice number of a sale the card in the slot says to whom.
 */
export function refund(c: FlowContext, order: Order): Promise<TransactionResult> {
	if (order.invoice === undefined) return refundByCard(c, { ...order, operation: "refund" });
	return referencedTransaction(c, { ...order, operation: "refund" }, REFERENCE);
}
