import type { FlowContext } from "./flowContext.js";
import type { Order } from "./order.js";
import { type Reference, referencedTransaction } from "./referencedTransaction.js";
import type { TransactionResult } from "./transactionResult.js";

const REFERENCE = Object.freeze<Reference>({
	of: Object.freeze(["preAuthorisation"] as const),
	objection: (original, amountMinor, c) => {
		if (original.completedBy) return "notAllowed";
		const heldMinor = original.amountMinor + original.incrementedMinor;
		return amountMinor * 100 > heldMinor * c.downloads.limits.mostCompletionPercent ? "aboveOriginal" : undefined;
	},
	needsSupervisor: false,
});

/** Takes what a pre-authorisation holds; the bank is asked. */
export function completion(c: FlowContext, order: Order): Promise<TransactionResult> {
	return referencedTransaction(c, { ...order, operation: "completion" }, REFERENCE);
}

/** Takes what a pre-authorisation holds; the bank is told, now or as soon as it answers. */
export function completionAdvice(c: FlowContext, order: Order): Promise<TransactionResult> {
	return referencedTransaction(c, { ...order, operation: "completionAdvice" }, REFERENCE);
}
