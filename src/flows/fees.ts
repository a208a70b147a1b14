import { feeMinor, feeRuleFor } from "../binding/feeSchedule.js";
import type { TransactionRecord } from "../journal/transactionRecord.js";
import type { Operation } from "../operation.js";
import type { FlowContext } from "./flowContext.js";

/** What the acquirer keeps of a transaction, and what is left for the merchant. */
export interface Fee {
	readonly feeMinor: number;
	readonly netMinor: number;
}

/**
 * Operations that cost a fee, by which money comes to the merchant. CHOICE: a void takes its sale's fee back with the sale;
 * a refund costs none and gives none back.
 */
const CHARGED: readonly Operation[] = Object.freeze([
	"sale",
	"saleWithCashback",
	"cash",
	"completion",
	"completionAdvice",
	"offlineSale",
	"voiceAuthorisedSale",
]);
const REFUNDS: readonly Operation[] = Object.freeze(["refund"]);

/** By the terms that counted when the transaction began; undefined when it moved no money, or no rule fits the card. */
export function feeOf({ binding }: Pick<FlowContext, "binding">, record: TransactionRecord): Fee | undefined {
	if (record.state !== "approved") return undefined;
	const { operation, amountMinor, panMasked } = record;
	if (REFUNDS.includes(operation)) return { feeMinor: 0, netMinor: -amountMinor };
	const terms = binding.termsAt(record.openedAt);
	const rule = terms && panMasked !== undefined ? feeRuleFor(terms, panMasked) : undefined;
	if (!rule || !CHARGED.includes(operation)) return undefined;
	const fee = feeMinor(rule, amountMinor);
	return { feeMinor: fee, netMinor: amountMinor - fee };
}

/** Of a batch: what the cards paid, what the acquirer keeps, what the merchant gets. Refunds count below zero. */
export function batchFees(
	c: Pick<FlowContext, "binding" | "journal">,
	batch: number,
): { readonly grossMinor: number } & Fee {
	const sum = { grossMinor: 0, feeMinor: 0, netMinor: 0 };
	for (const record of c.journal.transactions(batch)) {
		const fee = feeOf(c, record);
		if (!fee) continue;
		sum.grossMinor += fee.feeMinor + fee.netMinor;
		sum.feeMinor += fee.feeMinor;
		sum.netMinor += fee.netMinor;
	}
	return sum;
}
