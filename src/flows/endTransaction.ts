import { maskPan } from "../bytes/pan.js";
import type { Language } from "../display/messages.js";
import type { MessageValues } from "../host/messageValues.js";
import type { AdviceOwedEntry, JournalEntry, ReceiptFacts } from "../journal/entries.js";
import type { Operation } from "../operation.js";
import type { FlowContext } from "./flowContext.js";
import { sealValues } from "./sealedValues.js";
import type { TransactionCard, TransactionResult, TransactionStatus } from "./transactionResult.js";
import { opening, type UnderWay } from "./underWay.js";

/** What the end of a transaction tells beyond what is known of it anyway. */
export interface Ending {
	readonly outcome: TransactionResult["outcome"];
	readonly reason: string;
	readonly language: Language;
	readonly card?: EndingCard | undefined;
	/** Where no card says it. */
	readonly panMasked?: string | undefined;
	readonly foreign?: boolean | undefined;
	/** Other than the one in the bank's answer, e.g. given by telephone. */
	readonly authorisationCode?: string | undefined;
	/** What later messages about this transaction need; sealed in the journal. */
	readonly values?: MessageValues | undefined;
	/** Messages that the bank must still get, in this order. */
	readonly advices?: readonly { readonly kind: Operation; readonly values: MessageValues }[];
}

export interface EndingCard {
	readonly pan: string | undefined;
	/** Issued in another country than the terminal's. */
	readonly foreign: boolean;
	readonly adviceRequired: boolean;
	readonly facts: TransactionCard;
	readonly receipt: ReceiptFacts;
	readonly apdus: number;
	readonly bytesToCard: number;
	readonly bytesFromCard: number;
	readonly fallbackAllowed: boolean;
}

/** The end, and everything that is owed after it, in one write; nobody sees an outcome that is not on the medium. */
export function endTransaction(c: FlowContext, u: UnderWay, ending: Ending): TransactionResult {
	const { outcome, reason, card } = ending;
	const at = c.clock.now();
	c.why?.({ section: "docs/sale.md", rule: "how does it end", inputs: { reason }, result: outcome });
	if (u.owed)
		c.why?.({
			section: "docs/sale.md",
			rule: "must the bank take it back",
			inputs: { owed: u.owed },
			result: "reversal",
		});
	const { answer } = u;
	const authorisationCode = ending.authorisationCode ?? answer?.authorisationCode;
	const advices: AdviceOwedEntry[] = (ending.advices ?? []).map(({ kind, values }) => ({
		type: "adviceOwed",
		...u.name,
		at,
		kind,
		sealed: sealValues(c.seal, values),
	}));
	const entries: JournalEntry[] = [
		...opening(c, u),
		...(u.owed ? [{ type: "reversalOwed", ...u.name, at, reason: u.owed } as const] : []),
		{
			type: "closed",
			...u.name,
			at,
			outcome,
			online: u.sent,
			panMasked: card?.pan === undefined ? ending.panMasked : maskPan(card.pan),
			cardLink: card?.pan === undefined ? undefined : c.seal.link(c.crypto, card.pan),
			foreign: card?.foreign ?? ending.foreign,
			adviceRequired: card?.adviceRequired ?? false,
			scriptResults: card?.facts.scriptResults.length ? card.facts.scriptResults : undefined,
			responseCode: answer?.responseCode,
			authorisationCode,
			retrievalReference: answer?.retrievalReference,
			hostDate: answer?.hostDate,
			hostTime: answer?.hostTime,
			receipt: card?.receipt,
			sealedMessage: ending.values && sealValues(c.seal, ending.values),
		},
		...advices,
	];
	c.journal.appendAll(entries);
	u.isOpened = true;
	return {
		operation: u.order.operation,
		outcome,
		status: statusOf(u, outcome),
		reason,
		online: u.sent,
		amountMinor: u.order.amountMinor,
		currency: c.configuration.currencyCode,
		language: ending.language,
		name: u.name,
		stan: u.name.stan,
		invoice: u.invoice,
		card: card?.facts,
		bank: answer && {
			responseCode: answer.responseCode,
			authorisationCode,
			retrievalReference: answer.retrievalReference,
			balanceMinor: answer.values.balanceMinor,
		},
		apdus: card?.apdus ?? 0,
		bytesToCard: card?.bytesToCard ?? 0,
		bytesFromCard: card?.bytesFromCard ?? 0,
		reversal: u.owed ? "owed" : "none",
		fallbackAllowed: card?.fallbackAllowed ?? false,
	};
}

function statusOf(u: UnderWay, outcome: TransactionResult["outcome"]): TransactionStatus {
	if (u.owed) return "pending";
	return outcome === "approved" ? "approved" : "declined";
}
