import { TRANSACTION_TYPE_INQUIRY } from "../emv/processingRestrictions.js";
import { cardTransaction } from "./cardTransaction.js";
import type { FlowContext } from "./flowContext.js";
import type { Order } from "./order.js";
import type { TransactionResult } from "./transactionResult.js";

/** What the cardholder's account has; moves no money. */
export function balance(c: FlowContext, order: Order): Promise<TransactionResult> {
	const asked: Order = { ...order, operation: "balance", amountMinor: 0, merchantForcedOnline: true };
	return cardTransaction(c, asked, TRANSACTION_TYPE_INQUIRY);
}
