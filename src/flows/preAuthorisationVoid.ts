import type { FlowContext } from "./flowContext.js";
import type { Order } from "./order.js";
import { type Reference, referencedTransaction } from "./referencedTransaction.js";
import type { TransactionResult } from "./transactionResult.js";

const REFERENCE = Object.freeze<Reference>({
	of: Object.freeze(["preAuthorisation"] as const),
	wholeMinor: original => original.amountMinor + original.incrementedMinor,
	objection: original => (original.completedBy ? "notAllowed" : undefined),
	needsSupervisor: true,
});

/** Frees what a pre-authorisation holds, its increments included. */
export function preAuthorisationVoid(c: FlowContext, order: Order): Promise<TransactionResult> {
	return referencedTransaction(c, { ...order, operation: "preAuthorisationVoid" }, REFERENCE);
}
