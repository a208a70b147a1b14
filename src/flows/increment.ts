import type { FlowContext } from "./flowContext.js";
import type { Order } from "./order.js";
import { type Reference, referencedTransaction } from "./referencedTransaction.js";
import type { TransactionResult } from "./transactionResult.js";

const REFERENCE = Object.freeze<Reference>({
	of: Object.freeze(["preAuthorisation"] as const),
	objection: original => (original.completedBy ? "notAllowed" : undefined),
	needsSupervisor: false,
});

/** Holds more for a pre-authorisation that is not completed yet. */
export function increment(c: FlowContext, order: Order): Promise<TransactionResult> {
	return referencedTransaction(c, { ...order, operation: "increment" }, REFERENCE);
}
