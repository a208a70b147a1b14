import { formatAmount } from "../display/amount.js";
import { type MessageId, message } from "../display/messages.js";
import type { SettlementTotals } from "../host/messageValues.js";
import { totalsByOperator } from "../journal/operatorTotals.js";
import { settlementTotals, type Totals } from "../journal/totals.js";
import type { Operation } from "../operation.js";
import type { FlowContext } from "./flowContext.js";

/** The open batch by operation, for people. */
export function totalsLines(c: FlowContext): string[] {
	const { language } = c.merchant;
	const rows = c.journal.totals().map(({ operation, foreign, count, amountMinor }) => {
		const name = message(NAMES[operation] ?? "sale", language);
		const amount = formatAmount(Math.abs(amountMinor), c.configuration.currencyCode);
		return `${name}${foreign ? " *" : ""}: ${count}, ${amountMinor < 0 ? "-" : ""}${amount}`;
	});
	return [batchLine(c, c.journal.batch), ...rows, ...operatorLines(c, c.journal.batch)];
}

/** What each operator took and gave back in a batch; nothing where nobody signs on. */
export function operatorLines(c: FlowContext, batch: number): string[] {
	const all = totalsByOperator(c.journal.transactions(batch));
	if (all.every(({ operator }) => operator === undefined)) return [];
	const { language } = c.merchant;
	return all.flatMap(({ operator = "-", totals }) => {
		const { local, foreign } = settlementTotalsOf(totals);
		return (["debit", "credit"] as const).flatMap(side => {
			const count = local[side].count + foreign[side].count;
			const sum = formatAmount(local[side].sumMinor + foreign[side].sumMinor, c.configuration.currencyCode);
			const name = message(side === "debit" ? "sale" : "refund", language);
			return count ? [`${message("operator", language)} ${operator} ${name}: ${count}, ${sum}`] : [];
		});
	});
}

/** What a settlement told the bank, for people. */
export function settlementLines(c: FlowContext, batch: number, { local, foreign }: SettlementTotals): string[] {
	const { language } = c.merchant;
	const line = (name: string, { count, sumMinor }: SettlementTotals["local"]["debit"]) =>
		`${name}: ${count}, ${formatAmount(sumMinor, c.configuration.currencyCode)}`;
	const both = (mark: string, { debit, credit }: SettlementTotals["local"]) => [
		line(`${message("sale", language)}${mark}`, debit),
		line(`${message("refund", language)}${mark}`, credit),
	];
	const hasForeign = foreign.debit.count + foreign.credit.count > 0;
	return [batchLine(c, batch), ...both("", local), ...(hasForeign ? both(" *", foreign) : [])];
}

/** As the bank is told: cards from home and from abroad apart. */
export function settlementTotalsOf(totals: Totals): SettlementTotals {
	const group = (foreign: boolean) => {
		const { debit, credit } = settlementTotals(totals, foreign);
		return {
			debit: { count: debit.count, sumMinor: debit.amountMinor },
			credit: { count: credit.count, sumMinor: credit.amountMinor },
		};
	};
	return { local: group(false), foreign: group(true) };
}

function batchLine(c: FlowContext, batch: number): string {
	return `${message("batch", c.merchant.language)} ${String(batch).padStart(6, "0")}`;
}

/** What the totals can count. An adjustment counts amounts only, below zero when sales were lowered. */
const NAMES: Readonly<Partial<Record<Operation, MessageId>>> = Object.freeze({
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
	balance: "balance",
	adjust: "adjust",
});
