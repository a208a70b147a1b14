import { TRANSACTION_TYPE_GOODS } from "../emv/processingRestrictions.js";
import { cardTransaction } from "./cardTransaction.js";
import type { FlowContext } from "./flowContext.js";
import type { Order } from "./order.js";
import type { TransactionResult } from "./transactionResult.js";

/** Holds an amount on the card's account until it is completed or voided; only the issuer can promise that. */
export function preAuthorisation(c: FlowContext, order: Order): Promise<TransactionResult> {
	const held: Order = { ...order, operation: "preAuthorisation", merchantForcedOnline: true };
	return cardTransaction(c, held, TRANSACTION_TYPE_GOODS);
}
