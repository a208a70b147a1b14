import { formatAmount } from "../display/amount.js";
import { type MessageId, message } from "../display/messages.js";
import type { MessageValues } from "../host/messageValues.js";
import type { TransactionRecord } from "../journal/transactionRecord.js";
import { cardOf } from "../monitor/event.js";
import type { Operation } from "../operation.js";
import { bankOriginal } from "./bankOriginal.js";
import { concludeWithBank } from "./concludeWithBank.js";
import { confirm } from "./confirm.js";
import { findOriginal } from "./findOriginal.js";
import type { FlowContext } from "./flowContext.js";
import { messageTime } from "./nextMessage.js";
import type { Order } from "./order.js";
import { outcomeScreen } from "./outcomeScreen.js";
import { checkAmount, readyForMoney } from "./readyForMoney.js";
import { refuse } from "./refuse.js";
import { openValues } from "./sealedValues.js";
import { supervisorApproves } from "./supervisorApproves.js";
import type { TransactionResult } from "./transactionResult.js";
import { begin, type UnderWay } from "./underWay.js";

/** What makes one operation on an earlier transaction differ from the others. */
export interface Reference {
	/** What the earlier transaction must have been. */
	readonly of: readonly Operation[];
	/** The amount where it is not for anybody to choose: a void takes back all that there is. */
	readonly wholeMinor?: (original: TransactionRecord) => number;
	/** Why it cannot be done to this one; undefined when it can. */
	readonly objection: (original: TransactionRecord, amountMinor: number, c: FlowContext) => MessageId | undefined;
	readonly needsSupervisor: boolean;
}

/**
 * A transaction about an earlier one of this terminal, by its invoice number and without a card.
 * @throws {RangeError} on an amount that is none
 * @throws {JournalError} or the storage's own error when the journal cannot be written
 */
export async function referencedTransaction(
	c: FlowContext,
	asked: Order,
	reference: Reference,
): Promise<TransactionResult> {
	if (!reference.wholeMinor) checkAmount(asked.amountMinor);
	// 0 what is owed to the bank goes before the next financial message
	const notReady = await readyForMoney(c, asked.operation);
	if (notReady) return refuse(c, asked, notReady);
	// 1 the earlier transaction, known to the bank, and whether this can be done to it
	const found = await findOriginal(c, asked.invoice, reference.of);
	if ("title" in found) return refuse(c, asked, found);
	let order: Order = { ...asked, amountMinor: reference.wholeMinor?.(found) ?? asked.amountMinor };
	const objection = reference.objection(found, order.amountMinor, c);
	if (objection) {
		if (objection === "aboveOriginal") noteRefundAbove(c, order, found);
		return refuse(c, order, { title: objection });
	}
	// 2 persons agree
	if (!(await confirm(c, order.operation as MessageId, rows(c, order, found))))
		return refuse(c, order, { title: "cancelled", reason: "cancelled before anything was sent" });
	if (reference.needsSupervisor) {
		const approval = await supervisorApproves(c, order.operation);
		if (typeof approval !== "string") return refuse(c, order, approval);
		order = { ...order, approvedBy: approval };
	}
	// 3 numbers and keys; the bank is asked, or will hear of it; the end is on the medium before anybody sees it
	const u = begin(c, order, { batch: found.batch, stan: found.stan });
	const parties = { language: c.merchant.language, foreign: found.foreign, panMasked: found.panMasked };
	const result = await concludeWithBank(c, u, referencedValues(c, u, found), parties);
	// 4 one outcome, one message
	c.show(outcomeScreen(c, result));
	return result;
}

/** Card and account from the earlier message, everything else of this one. */
function referencedValues(c: FlowContext, u: UnderWay, original: TransactionRecord): MessageValues {
	const earlier = openValues(c.seal, original.sealedMessage!);
	const { pan, expiryYymm, panSequence, posEntryMode } = earlier;
	const { amountMinor, cashbackMinor, tipMinor, operator } = u.order;
	return {
		...u.name,
		...messageTime(c.clock),
		invoice: u.invoice,
		operator,
		amountMinor,
		cashbackMinor,
		tipMinor,
		currency: original.currency,
		pan,
		expiryYymm,
		panSequence,
		posEntryMode,
		authorisationCode: original.authorisationCode,
		retrievalReference: original.retrievalReference,
		original: bankOriginal(original, earlier),
	};
}

/** Nothing of it comes into the journal, so that the monitor has to hear of it here. */
function noteRefundAbove(c: FlowContext, { amountMinor }: Order, original: TransactionRecord): void {
	const leftMinor = original.amountMinor - original.refundedMinor;
	const { cardLink } = original;
	c.monitor.take({
		kind: "refund",
		at: c.clock.now(),
		amountMinor,
		originalMinor: original.amountMinor,
		aboveOriginalMinor: amountMinor - leftMinor,
		...(cardLink && { card: cardOf(cardLink) }),
	});
}

function rows(c: FlowContext, order: Order, original: TransactionRecord): [string, string][] {
	const { language } = c.merchant;
	const word = (id: MessageId) => message(id, language);
	return [
		[word("invoice"), String(original.invoice).padStart(6, "0")],
		[word("cardNumber"), original.panMasked ?? "-"],
		[word("total"), formatAmount(original.amountMinor, original.currency)],
		[word("amount"), formatAmount(order.amountMinor, original.currency)],
	];
}
