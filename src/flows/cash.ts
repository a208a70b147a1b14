import { TRANSACTION_TYPE_CASH } from "../emv/processingRestrictions.js";
import { cardTransaction } from "./cardTransaction.js";
import type { FlowContext } from "./flowContext.js";
import type { Order } from "./order.js";
import type { TransactionResult } from "./transactionResult.js";

/** Cash over the counter. */
export function cash(c: FlowContext, order: Order): Promise<TransactionResult> {
	return cardTransaction(c, { ...order, operation: "cash" }, TRANSACTION_TYPE_CASH);
}
