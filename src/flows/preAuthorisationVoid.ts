import type { FlowContext } from "./flowContext.js";
import type { Order } from "./order.js";
import { type Reference, referencedTransaction } from "./referencedTransaction.js";
import { withOriginalAmount } from "./saleVoid.js";
import type { TransactionResult } from "./transactionResult.js";

const REFERENCE = Object.freeze<Reference>({
	of: Object.freeze(["preAuthorisation", "increment"] as const),
	objection: original => (original.completedBy ? "notAllowed" : undefined),
	needsSupervisor: true,
});

/** Frees what a pre-authorisation, or an increment of it, holds. */
export function preAuthorisationVoid(c: FlowContext, order: Order): Promise<TransactionResult> {
	const whole = withOriginalAmount(c, { ...order, operation: "preAuthorisationVoid" });
	return referencedTransaction(c, whole, REFERENCE);
}
