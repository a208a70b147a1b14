import { wipe } from "../bytes/bytes.js";
import * as screens from "../display/screens.js";
import type { Decision } from "../emv/decision.js";
import { encodeIccData } from "../emv/iccData.js";
import { toFirstCryptogram } from "../emv/kernel.js";
import { outcome } from "../emv/outcome.js";
import { iccTags } from "../host/iccData.js";
import { advicesOf } from "./advices.js";
import { beginCard, type CardUnderWay, cardValues, endingCard, language } from "./cardUnderWay.js";
import { approve, cardFailure, decline, type Ended, ended, unableToGoOnlineOutcome } from "./completeCard.js";
import { endTransaction } from "./endTransaction.js";
import type { FlowContext } from "./flowContext.js";
import type { Order } from "./order.js";
import { outcomeScreen } from "./outcomeScreen.js";
import { checkAmount, readyForMoney } from "./readyForMoney.js";
import { referral } from "./referral.js";
import { refuse } from "./refuse.js";
import type { TransactionResult } from "./transactionResult.js";
import { askBank, begin, type OnlineReply, type UnderWay } from "./underWay.js";
import { waitForCard } from "./waitForCard.js";

/**
 * A transaction with a card in the slot, from the amount to its definite end. Everything that can happen is in the result.
 * @param transactionType tag 9C
 * @throws {RangeError} on an amount that is none
 * @throws {JournalError} or the storage's own error when the journal cannot be written
 */
export async function cardTransaction(
	c: FlowContext,
	order: Order,
	transactionType: number,
): Promise<TransactionResult> {
	// 0 what is owed to the bank goes before the next financial message
	checkAmount(order.amountMinor, order.operation === "balance" ? 0 : 1);
	const notReady = await readyForMoney(c, order.operation);
	if (notReady) return refuse(c, order, notReady);
	// 1 STAN, invoice, date, amount, keys
	const u = begin(c, order);
	const card = beginCard(c, u, transactionType);
	const stopWatching = [c.onCardRemoved(() => card.pinEntry.cardRemoved()), c.onTampered(() => card.pinEntry.shut())];
	let end: Ended;
	try {
		end = await run(c, u, card);
	} catch (error) {
		end = cardFailure(error);
	} finally {
		for (const stop of stopWatching) stop();
		card.pinEntry.forget(); // WIPE
		wipe(card.transaction.onlinePinBlock); // WIPE
		await card.session.deactivate();
	}
	// 10 the end is on the medium before anybody sees it
	const result = endTransaction(c, u, {
		outcome: end.outcome.kind,
		reason: end.outcome.reason,
		language: language(c, card.transaction),
		card: endingCard(card, end.outcome.kind),
		authorisationCode: end.voiceCode,
		...advicesOf(c, u, card, end),
	});
	// 11 one outcome, one message
	c.show(outcomeScreen(c, result));
	return result;
}

async function run(c: FlowContext, u: UnderWay, card: CardUnderWay): Promise<Ended> {
	const t = card.transaction;
	// 2 the card, its reset and its answer
	const noCard = await waitForCard(c, u.order.amountMinor, c.merchant.language);
	if (noCard) return ended(noCard);
	c.show(screens.pleaseWait(c.merchant.language));
	await card.session.activate();
	// 3 to 7 selection, records, authentication, verification, risk, the card's first decision
	const stopped = await toFirstCryptogram(t);
	if (stopped) return ended(stopped);
	if (t.cryptogram === "TC") return ended(outcome("approved", "the card approved offline"));
	if (t.cryptogram === "AAC") return ended(outcome("declined", "the card declined offline"));
	// 8 the card wants the issuer: ask, and be ready to take the question back
	const reversalIccData = encodeIccData(t, iccTags(c.link.profile.reversalIccTags));
	const reply = await askBank(c, u, cardValues(c, u, card), reversalIccData, language(c, t));
	c.why?.(explainReply(reply));
	// 9 the issuer's answer to the card, and the card's last word
	switch (reply.kind) {
		case "answered":
			if (reply.approved) return approve(u, t, reply);
			return (await referral(c, u, t, reply)) ?? decline(c, u, t, reply);
		case "notSent":
			return unableToGoOnlineOutcome(t);
		case "unfit":
			return ended(outcome("cardError", `the card's data do not fit into a message: ${reply.reason}`));
		case "noValidReply":
			return decline(c, u, t, undefined);
	}
}

/** For who asks why: the bank's part in the decision. */
function explainReply(reply: OnlineReply): Decision {
	const rule = "what does the issuer say";
	if (reply.kind === "answered")
		return { section: "Book 3, 10.9", rule, inputs: { "field 39": reply.responseCode }, result: "answered" };
	return { section: "Book 3, 10.9", rule, inputs: { reason: reply.reason }, result: reply.kind };
}
