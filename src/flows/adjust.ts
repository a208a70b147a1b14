import { message } from "../display/messages.js";
import type { MessageValues } from "../host/messageValues.js";
import type { TransactionRecord } from "../journal/transactionRecord.js";
import { localDateTime } from "./cardUnderWay.js";
import { deliverAdvices } from "./deliverOwed.js";
import { refused } from "./endTransaction.js";
import type { FlowContext } from "./flowContext.js";
import type { Order } from "./order.js";
import { outcomeScreen } from "./outcomeScreen.js";
import { readyForMoney } from "./readyForMoney.js";
import { resultOf } from "./resultOf.js";
import { openValues, sealValues } from "./sealedValues.js";
import type { TransactionResult } from "./transactionResult.js";

/** Of the sale, in percent: the most that a tip may be. */
const MOST_TIP_PERCENT = 30;

/** Adds a tip to a sale of the open batch, or changes it. @param order `tipMinor` and the sale's invoice */
export function tip(c: FlowContext, order: Order): Promise<TransactionResult> {
	return adjustSale(c, { ...order, operation: "tip" }, original => {
		const tipMinor = order.tipMinor ?? 0;
		const withoutTip = original.amountMinor - original.tipMinor;
		return { tipMinor, amountMinor: withoutTip + tipMinor, allowed: tipMinor * 100 <= withoutTip * MOST_TIP_PERCENT };
	});
}

/** Lowers the amount of a sale of the open batch that the bank has approved for more. @param order the new amount and the sale's invoice */
export function adjust(c: FlowContext, order: Order): Promise<TransactionResult> {
	const { amountMinor } = order;
	return adjustSale(c, { ...order, operation: "adjust" }, original => ({
		amountMinor,
		tipMinor: Math.min(original.tipMinor, amountMinor),
		allowed: amountMinor <= original.amountMinor,
	}));
}

async function adjustSale(
	c: FlowContext,
	order: Order,
	change: (original: TransactionRecord) => { amountMinor: number; tipMinor: number; allowed: boolean },
): Promise<TransactionResult> {
	const refuse = (reason: string) => show(c, refused(c, { order }, reason));
	// 0 what is owed to the bank goes first
	const notReady = await readyForMoney(c, { ...order, amountMinor: order.amountMinor || order.tipMinor || 0 });
	if (notReady) return refuse(notReady);
	// 1 the sale, still in the open batch
	const original = order.invoice === undefined ? undefined : c.journal.byInvoice(order.invoice);
	if (!original) return refuse(message("notFound", "en"));
	const isSale = original.operation === "sale" || original.operation === "saleWithCashback";
	if (!isSale || original.state !== "approved" || original.batch !== c.journal.batch || !original.sealedMessage)
		return refuse(message("notAllowed", "en"));
	const { amountMinor, tipMinor, allowed } = change(original);
	if (!allowed) return refuse(message("aboveOriginal", "en"));
	if (original.owed.includes(order.operation)) return refuse("an earlier change waits for the bank: send it first");
	// 2 the change and the advice of it, in one write
	const name = { batch: original.batch, stan: original.stan };
	const at = c.clock.now();
	const stan = c.journal.takeStan();
	const earlier = openValues(c.seal, original.sealedMessage);
	const values: MessageValues = {
		...earlier,
		...localDateTime(c),
		stan,
		amountMinor,
		tipMinor,
		iccData: undefined,
		authorisationCode: original.authorisationCode,
		retrievalReference: original.retrievalReference,
		original: {
			...name,
			date: original.hostDate ?? earlier.localDate,
			time: earlier.localTime,
			operation: original.operation,
		},
	};
	const differenceMinor = amountMinor - original.amountMinor;
	c.journal.appendAll([
		{ type: "adjusted", ...name, at, amountMinor, tipMinor, differenceMinor, foreign: original.foreign },
		{ type: "adviceOwed", ...name, at, kind: order.operation, sealed: sealValues(c.seal, values) },
	]);
	// 3 the bank hears of it now, or as soon as it answers
	await deliverAdvices(c);
	return show(c, resultOf(c, c.journal.transaction(name)!));
}

function show(c: FlowContext, result: TransactionResult): TransactionResult {
	c.show(outcomeScreen(result, result.language));
	return result;
}
