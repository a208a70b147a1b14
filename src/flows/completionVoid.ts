import type { FlowContext } from "./flowContext.js";
import type { Order } from "./order.js";
import { type Reference, referencedTransaction } from "./referencedTransaction.js";
import type { TransactionResult } from "./transactionResult.js";

const REFERENCE = Object.freeze<Reference>({
	of: Object.freeze(["completion"] as const),
	wholeMinor: original => original.amountMinor,
	objection: (original, _amountMinor, c) =>
		original.batch !== c.journal.batch || original.refundedMinor > 0 ? "notAllowed" : undefined,
	needsSupervisor: true,
});

/** Undoes a completion of the open batch; what the pre-authorisation held is held again. */
export function completionVoid(c: FlowContext, order: Order): Promise<TransactionResult> {
	return referencedTransaction(c, { ...order, operation: "completionVoid" }, REFERENCE);
}
