import type { Operation } from "../operation.js";
import { adjust, tip } from "./adjust.js";
import { balance } from "./balance.js";
import { cash } from "./cash.js";
import { completion, completionAdvice } from "./completion.js";
import { completionVoid } from "./completionVoid.js";
import { deliverAdvices } from "./deliverOwed.js";
import type { FlowContext } from "./flowContext.js";
import { increment } from "./increment.js";
import type { Order } from "./order.js";
import { preAuthorisation } from "./preAuthorisation.js";
import { preAuthorisationVoid } from "./preAuthorisationVoid.js";
import { checkAmount } from "./readyForMoney.js";
import { printReceipt } from "./receipts.js";
import { refund } from "./refund.js";
import { refuse } from "./refuse.js";
import { resultOfKey } from "./resultOfChange.js";
import { sale } from "./sale.js";
import { saleVoid } from "./saleVoid.js";
import { saleWithCashback } from "./saleWithCashback.js";
import { whyNotSignedOn } from "./signOn.js";
import type { TransactionResult } from "./transactionResult.js";

const ABOVE_LIMIT = Object.freeze({
	title: "limitExceeded",
	reason: "the amount is above the limit of the binding",
} as const);

type Flow = (c: FlowContext, order: Order) => Promise<TransactionResult>;

/** What a cash register, a command and the menu may order. */
export const TRANSACTIONS: Readonly<Partial<Record<Operation, Flow>>> = Object.freeze({
	sale,
	saleWithCashback,
	cash,
	saleVoid,
	refund,
	preAuthorisation,
	increment,
	preAuthorisationVoid,
	completion,
	completionAdvice,
	completionVoid,
	balance,
	tip,
	adjust,
});

/**
 * One transaction. Ordered again with the same request key it is not made again: its result is told as it is now.
 * @throws {RangeError} on an order that is none
 */
export async function perform(c: FlowContext, order: Order): Promise<TransactionResult> {
	const flow = TRANSACTIONS[order.operation];
	if (!flow) throw new RangeError(`${order.operation} is no transaction`);
	const known = order.requestKey === undefined ? undefined : resultOfKey(c, order.requestKey);
	if (known) return known;
	checkAmount(order.amountMinor, 0);
	const limit = c.bindingProblem() ? undefined : c.binding.certificate?.limits.perTransactionMinor;
	if (limit !== undefined && order.amountMinor > limit) return refuse(c, order, ABOVE_LIMIT);
	const notSignedOn = whyNotSignedOn(c, order.operation);
	if (notSignedOn) return refuse(c, order, notSignedOn);
	c.shift.used();
	// Who it was the terminal knows: whatever an order says of persons counts for nothing.
	const result = await flow(c, { ...order, operator: c.shift.operator, approvedBy: undefined });
	c.shift.used();
	await printBoth(c, result);
	// A bank that has just answered hears the rest while nobody waits for it.
	if (result.bank) await deliverAdvices(c);
	return result;
}

async function printBoth(c: FlowContext, result: TransactionResult): Promise<void> {
	const record = result.name && c.journal.transaction(result.name);
	if (
		record &&
		c.printer &&
		(result.status === "approved" || result.status === "pending") &&
		result.reversal === "none"
	) {
		await printReceipt(c, record, "merchant", false);
		await printReceipt(c, record, "cardholder", false);
	}
}
