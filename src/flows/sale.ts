import { TRANSACTION_TYPE_GOODS } from "../emv/processingRestrictions.js";
import { cardTransaction } from "./cardTransaction.js";
import type { FlowContext } from "./flowContext.js";
import type { Order } from "./order.js";
import type { TransactionResult } from "./transactionResult.js";

/** Goods or services, paid with the card in the slot. */
export function sale(c: FlowContext, order: Order): Promise<TransactionResult> {
	return cardTransaction(c, { ...order, operation: "sale" }, TRANSACTION_TYPE_GOODS);
}
