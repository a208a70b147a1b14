import { TRANSACTION_TYPE_GOODS_WITH_CASHBACK } from "../emv/processingRestrictions.js";
import { cardTransaction } from "./cardTransaction.js";
import type { FlowContext } from "./flowContext.js";
import type { Order } from "./order.js";
import type { TransactionResult } from "./transactionResult.js";

/**
 * Goods, and cash from the till on top of them (EMV 4.4 Book 3, 5.4: 9F02 holds both, 9F03 the cash).
 * @throws {RangeError} when the cash is not part of the amount
 */
export function saleWithCashback(c: FlowContext, order: Order): Promise<TransactionResult> {
	const { amountMinor, cashbackMinor = 0 } = order;
	if (!(Number.isInteger(cashbackMinor) && cashbackMinor >= 1 && cashbackMinor < amountMinor))
		throw new RangeError("cashback is at least 1 minor unit and less than the amount");
	return cardTransaction(c, { ...order, operation: "saleWithCashback" }, TRANSACTION_TYPE_GOODS_WITH_CASHBACK);
}
