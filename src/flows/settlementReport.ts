import { BindingError } from "../binding/bindingError.js";
import type { Statement } from "../binding/deskMessages.js";
import { formatAmount } from "../display/amount.js";
import { message } from "../display/messages.js";
import { DeskConversation, DeskUnreachable } from "./deskConversation.js";
import { batchFees } from "./fees.js";
import type { FlowContext } from "./flowContext.js";

const DAY_MS = 24 * 3600_000;

/**
 * What a settled batch comes to: gross, fees, net, when and on which card the money is expected. The same from the acquirer's
 * books stands beside it where they differ.
 */
export async function settlementReport(c: FlowContext, batch: number): Promise<string[]> {
	const { certificate } = c.binding;
	const terms = c.binding.termsAt(c.clock.now());
	if (!certificate || !terms) return [];
	const own: Statement = { ...batchFees(c, batch), creditOn: creditDay(c, terms.creditDays) };
	const { language } = c.merchant;
	const money = (amountMinor: number) =>
		`${amountMinor < 0 ? "-" : ""}${formatAmount(Math.abs(amountMinor), c.configuration.currencyCode)}`;
	const rows = [
		[message("gross", language), money(own.grossMinor), (bank: Statement) => money(bank.grossMinor)],
		[message("fees", language), money(own.feeMinor), (bank: Statement) => money(bank.feeMinor)],
		[message("net", language), money(own.netMinor), (bank: Statement) => money(bank.netMinor)],
		[message("creditDate", language), own.creditOn, (bank: Statement) => bank.creditOn],
	] as const;
	const lines = rows.map(([label, value]) => `${label}: ${value}`);
	lines.push(`${message("settlementCard", language)}: ${certificate.settlementCard.masked}`);
	const statement = await statementOf(c, batch);
	if (typeof statement === "string") return statement ? [...lines, statement] : lines;
	const differences = rows
		.filter(([, value, ofBank]) => ofBank(statement) !== value)
		.map(([label, value, ofBank]) => `${message("totalsDiffer", language)}: ${label} ${value}, ${ofBank(statement)}`);
	return [...lines, ...(differences.length ? differences : [message("totalsAgree", language)])];
}

/** @returns the acquirer's word, or why there is none; "" for a terminal without a line to the desk */
async function statementOf(c: FlowContext, batch: number): Promise<Statement | string> {
	if (!c.device.desk) return "";
	let desk: DeskConversation | undefined;
	try {
		desk = await DeskConversation.open(c);
		const { statement, refusal } = await desk.ask({ purpose: "statement", batch });
		return statement ?? `the bank gives no statement: ${refusal ?? "it has none"}`;
	} catch (error) {
		if (error instanceof DeskUnreachable || error instanceof BindingError)
			return `the bank gives no statement: ${error.message}`;
		throw error;
	} finally {
		desk?.close();
	}
}

/** YYYY-MM-DD, local. */
function creditDay({ clock }: FlowContext, creditDays: number): string {
	return new Date(clock.now() + clock.utcOffsetMinutes * 60_000 + creditDays * DAY_MS).toISOString().slice(0, 10);
}
