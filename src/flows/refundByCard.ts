import * as screens from "../display/screens.js";
import { toRefundCryptogram } from "../emv/kernel.js";
import { TRANSACTION_TYPE_REFUND } from "../emv/processingRestrictions.js";
import { beginCard, type CardUnderWay, cardValues, endingCard, language } from "./cardUnderWay.js";
import { cardFailure, type Ended, ended } from "./completeCard.js";
import { concludeWithBank } from "./concludeWithBank.js";
import { endTransaction } from "./endTransaction.js";
import type { FlowContext } from "./flowContext.js";
import type { Order } from "./order.js";
import { outcomeScreen } from "./outcomeScreen.js";
import { checkAmount, readyForMoney } from "./readyForMoney.js";
import { refuse } from "./refuse.js";
import { supervisorApproves } from "./supervisorApproves.js";
import type { TransactionResult } from "./transactionResult.js";
import { begin, type UnderWay } from "./underWay.js";
import { waitForCard } from "./waitForCard.js";

/**
 * A refund without the sale's receipt: the card in the slot says to whom, and has no part in the decision. It is asked for an
 * AAC, which ends its part at once (EMV 4.4 Book 3, 10.8 and 6.5.5).
 * @throws {RangeError} on an amount that is none
 */
export async function refundByCard(c: FlowContext, order: Order): Promise<TransactionResult> {
	checkAmount(order.amountMinor);
	// 0 what is owed to the bank goes before the next financial message
	const notReady = await readyForMoney(c, order.operation);
	if (notReady) return refuse(c, order, notReady);
	// 1 to 7 numbers and keys; the card, up to its AAC
	const u = begin(c, order);
	const card = beginCard(c, u, TRANSACTION_TYPE_REFUND);
	let failure: Ended | undefined;
	try {
		failure = await readCard(c, u, card);
	} catch (error) {
		failure = cardFailure(error);
	} finally {
		await card.session.deactivate();
	}
	const parties = {
		language: language(c, card.transaction),
		card: endingCard(card, failure?.outcome.kind ?? "declined"),
	};
	// 8 a supervisor agrees
	if (!failure) {
		const approval = await supervisorApproves(c, order.operation);
		if (typeof approval === "string") u.order = { ...u.order, approvedBy: approval };
		else {
			const kind = approval.title === "cancelled" ? "cancelled" : "declined";
			failure = ended({ kind, reason: approval.reason! });
		}
	}
	// 9 the bank is asked or told; the end is on the medium before anybody sees it
	const result = failure
		? endTransaction(c, u, { ...parties, outcome: failure.outcome.kind, reason: failure.outcome.reason })
		: await concludeWithBank(c, u, cardValues(c, u, card), parties);
	// 10 one outcome, one message
	c.show(outcomeScreen(c, result));
	return result;
}

/** @returns what ended it; undefined when the card has given its AAC */
async function readCard(c: FlowContext, u: UnderWay, card: CardUnderWay): Promise<Ended | undefined> {
	const noCard = await waitForCard(c, u.order.amountMinor, c.merchant.language);
	if (noCard) return ended(noCard);
	c.show(screens.pleaseWait(c.merchant.language));
	await card.session.activate();
	const stopped = await toRefundCryptogram(card.transaction);
	return stopped && ended(stopped);
}
