import { type MessageId, message } from "../display/messages.js";
import { notice } from "../display/operationScreens.js";
import type { Screen } from "../display/screen.js";
import type { FlowContext } from "./flowContext.js";
import type { Order } from "./order.js";
import type { TransactionResult } from "./transactionResult.js";

/** Why something is not even begun. */
export interface Refusal {
	/** What the display says, with a second line when there is more to say. */
	readonly title: MessageId;
	readonly detail?: MessageId;
	/** One sentence for the cash register and the log; the title's words when absent. */
	readonly reason?: string;
	/** Whom to call, in the place of the detail. */
	readonly contact?: string;
	/** "declined" unless told otherwise. */
	readonly outcome?: "notAccepted";
	/** In the place of the notice. */
	readonly screen?: Screen;
}

/** Why, in one sentence for the log and for whoever asked. */
export function sentenceOf({ reason, title }: Pick<Refusal, "reason" | "title">): string {
	return reason ?? message(title, "en");
}

/** Nothing was begun, nothing is in the journal; the display and the result say why. */
export function refuse(c: FlowContext, order: Order, refusal: Refusal): TransactionResult {
	const { title, detail, contact, outcome, screen } = refusal;
	const { language } = c.merchant;
	c.show(screen ?? notice("refused", title, contact ?? (detail ? message(detail, language) : ""), language));
	return {
		operation: order.operation,
		outcome: outcome ?? (title === "cancelled" ? "cancelled" : "declined"),
		status: "declined",
		reason: sentenceOf(refusal),
		online: false,
		amountMinor: order.amountMinor,
		currency: c.configuration.currencyCode,
		language,
		name: undefined,
		stan: undefined,
		invoice: undefined,
		card: undefined,
		bank: undefined,
		apdus: 0,
		bytesToCard: 0,
		bytesFromCard: 0,
		reversal: c.journal.owed().some(({ kind }) => kind === "reversal") ? "owed" : "none",
		fallbackAllowed: false,
	};
}
