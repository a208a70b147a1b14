import { asciiBytes } from "../bytes/bytes.js";
import type { FlowContext } from "./flowContext.js";
import type { Order } from "./order.js";
import { type Reference, referencedTransaction } from "./referencedTransaction.js";
import { refundByCard } from "./refundByCard.js";
import { type Refusal, refuse } from "./refuse.js";
import { removeCard } from "./removeCard.js";
import { secondFactor } from "./secondFactor.js";
import type { TransactionResult } from "./transactionResult.js";

/** Above the binding's limit the merchant's own card and PIN agree, before the card that gets the money is asked for. */
async function aboveLimit(c: FlowContext, { amountMinor, invoice = 0 }: Order): Promise<Refusal | undefined> {
	const limits = c.bindingProblem() ? undefined : c.binding.certificate?.limits;
	if (!limits || amountMinor <= limits.refundMinor) return undefined;
	const subject = c.crypto.sha256(asciiBytes(`refund ${invoice} ${amountMinor}`));
	const refusal = await secondFactor(c, "refund", subject);
	if (!refusal && c.reader.present) await removeCard(c, c.merchant.language);
	return refusal;
}

const REFERENCE = Object.freeze<Reference>({
	of: Object.freeze(["sale", "saleWithCashback", "completion", "completionAdvice"] as const),
	objection: (original, amountMinor) =>
		original.refundedMinor + amountMinor > original.amountMinor ? "aboveOriginal" : undefined,
	needsSupervisor: true,
});

/**
 * Gives money back for an earlier sale of this terminal, of any batch: all of it, a part, or parts until all is given back.
 * Without the invoice number of a sale the card in the slot says to whom.
 */
export async function refund(c: FlowContext, order: Order): Promise<TransactionResult> {
	const refusal = await aboveLimit(c, order);
	if (refusal) return refuse(c, { ...order, operation: "refund" }, refusal);
	if (order.invoice === undefined) return refundByCard(c, { ...order, operation: "refund" });
	return referencedTransaction(c, { ...order, operation: "refund" }, REFERENCE);
}
