import { formatAmount } from "../display/amount.js";
import { message } from "../display/messages.js";
import type { FlowContext } from "./flowContext.js";

/** The open batch by operation, for people. */
export function totalsLines(c: FlowContext): string[] {
	const { language } = c.merchant;
	const rows = c.journal.totals().map(({ operation, foreign, count, amountMinor }) => {
		const name = operation in NAMES ? message(NAMES[operation as keyof typeof NAMES], language) : operation;
		return `${name}${foreign ? " *" : ""}: ${count}, ${formatAmount(Math.abs(amountMinor), c.configuration.currencyCode)}`;
	});
	return [`${message("batch", language)} ${String(c.journal.batch).padStart(6, "0")}`, ...rows];
}

const NAMES = Object.freeze({
	sale: "sale",
	saleWithCashback: "saleWithCashback",
	cash: "cash",
	saleVoid: "saleVoid",
	refund: "refund",
	preAuthorisation: "preAuthorisation",
	increment: "increment",
	preAuthorisationVoid: "preAuthorisationVoid",
	completion: "completion",
	completionAdvice: "completionAdvice",
	completionVoid: "completionVoid",
	offlineSale: "offlineSale",
	adjust: "adjust",
	tip: "tipAdjust",
} as const);
