import type { MessageValues } from "../host/messageValues.js";
import { encodeRequest } from "../host/request.js";
import type { TransactionName } from "../journal/entries.js";
import type { TransactionRecord } from "../journal/transactionRecord.js";
import type { Operation } from "../operation.js";
import { isChangeAdvice } from "./adviceKinds.js";
import { bankOriginal } from "./bankOriginal.js";
import { deliverAdvices } from "./deliverOwed.js";
import { findOriginal } from "./findOriginal.js";
import type { FlowContext } from "./flowContext.js";
import { nextMessage } from "./nextMessage.js";
import type { Order } from "./order.js";
import { outcomeScreen } from "./outcomeScreen.js";
import { checkAmount, readyForMoney } from "./readyForMoney.js";
import { type Refusal, refuse } from "./refuse.js";
import { resultOfChange } from "./resultOfChange.js";
import { openValues, sealValues } from "./sealedValues.js";
import type { TransactionResult } from "./transactionResult.js";
import { whyUnfit } from "./underWay.js";

const SALES: readonly Operation[] = Object.freeze(["sale", "saleWithCashback"]);

/** What the sale comes to from now on, or why not. */
type Change = { readonly amountMinor: number; readonly tipMinor: number } | Refusal;

/** Adds a tip to a sale of the open batch, once. @param order `tipMinor` and the sale's invoice @throws {RangeError} on a tip that is none */
export function tip(c: FlowContext, order: Order): Promise<TransactionResult> {
	const { tipMinor = 0 } = order;
	checkAmount(tipMinor);
	return change(c, { ...order, operation: "tip" }, original => {
		if (original.tipMinor > 0) return { title: "notAllowed", reason: "the sale has a tip already" };
		if (tipMinor * 100 > original.amountMinor * c.downloads.limits.mostTipPercent) return { title: "aboveOriginal" };
		return { tipMinor, amountMinor: original.amountMinor + tipMinor };
	});
}

/**
 * Lowers the amount of a sale of the open batch.
 * @param order the new amount and the sale's invoice @throws {RangeError} on an amount that is none
 */
export function adjust(c: FlowContext, order: Order): Promise<TransactionResult> {
	const { amountMinor } = order;
	checkAmount(amountMinor);
	return change(c, { ...order, operation: "adjust" }, original => {
		if (amountMinor >= original.amountMinor) return { title: "aboveOriginal" };
		return { amountMinor, tipMinor: Math.min(original.tipMinor, amountMinor) };
	});
}

async function change(
	c: FlowContext,
	order: Order,
	decide: (original: TransactionRecord) => Change,
): Promise<TransactionResult> {
	// 0 what is owed to the bank goes first
	const notReady = await readyForMoney(c, order.operation);
	if (notReady) return refuse(c, order, notReady);
	// 1 the sale, still in the open batch, known to the bank
	const original = await findOriginal(c, order.invoice, SALES);
	if ("title" in original) return refuse(c, order, original);
	if (original.batch !== c.journal.batch || original.refundedMinor > 0)
		return refuse(c, order, { title: "notAllowed" });
	const changed = decide(original);
	if ("title" in changed) return refuse(c, order, changed);
	// 2 the change and the advice of it, in one write
	const values = changeValues(c, original, changed);
	const kind = order.operation;
	const reason = whyUnfit(() => encodeRequest(c.link.profile, c.hostTerminal, kind, values, c.keys.next()));
	if (reason !== undefined) return refuse(c, order, { title: "notAllowed", reason });
	const name: TransactionName = { batch: original.batch, stan: original.stan };
	const at = c.clock.now();
	const differenceMinor = changed.amountMinor - original.amountMinor;
	c.journal.appendAll([
		{
			...{ type: "adjusted", ...name, at, ...changed, differenceMinor, foreign: original.foreign },
			requestKey: order.requestKey,
		},
		{ type: "adviceOwed", ...name, at, kind, sealed: sealValues(c.seal, values) },
	]);
	// 3 the bank hears of it now, or as soon as it answers
	await deliverAdvices(c);
	const sale = c.journal.transaction(name)!;
	const refused = sale.refused[original.refused.length];
	const state = sale.owed.some(isChangeAdvice) ? "owed" : refused ? "refused" : "delivered";
	const result = resultOfChange(c, sale, { kind, state, responseCode: refused?.responseCode });
	c.show(outcomeScreen(c, result));
	return result;
}

function changeValues(
	c: FlowContext,
	original: TransactionRecord,
	{ amountMinor, tipMinor }: { readonly amountMinor: number; readonly tipMinor: number },
): MessageValues {
	const earlier = openValues(c.seal, original.sealedMessage!);
	const { pan, expiryYymm, panSequence, posEntryMode } = earlier;
	return {
		...nextMessage(c),
		invoice: original.invoice,
		pan,
		expiryYymm,
		panSequence,
		posEntryMode,
		amountMinor,
		tipMinor,
		currency: original.currency,
		authorisationCode: original.authorisationCode,
		retrievalReference: original.retrievalReference,
		original: bankOriginal(original, earlier),
	};
}
