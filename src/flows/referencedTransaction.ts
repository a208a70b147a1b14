import { formatAmount } from "../display/amount.js";
import type { MessageId } from "../display/messages.js";
import { message } from "../display/messages.js";
import { operationProfile } from "../host/buildMessage.js";
import type { MessageValues } from "../host/messageValues.js";
import type { TransactionRecord } from "../journal/transactionRecord.js";
import type { Operation } from "../operation.js";
import { localDateTime } from "./cardUnderWay.js";
import { confirm } from "./confirm.js";
import { deliverAdvices } from "./deliverOwed.js";
import { endTransaction, refused } from "./endTransaction.js";
import type { FlowContext } from "./flowContext.js";
import type { Order } from "./order.js";
import { outcomeScreen } from "./outcomeScreen.js";
import { readyForMoney } from "./readyForMoney.js";
import { openValues } from "./sealedValues.js";
import { supervisorApproves } from "./supervisorApproves.js";
import type { TransactionResult } from "./transactionResult.js";
import { askBank, begin, type UnderWay } from "./underWay.js";

/** What makes one operation on an earlier transaction differ from the others. */
export interface Reference {
	/** What the earlier transaction must have been. */
	readonly of: readonly Operation[];
	/** Why it cannot be done to this one; undefined when it can. */
	readonly objection: (original: TransactionRecord, amountMinor: number, c: FlowContext) => MessageId | undefined;
	readonly needsSupervisor: boolean;
}

const NO_ICC_DATA = new Uint8Array(0);

/**
 * A transaction about an earlier one of this terminal, by its invoice number and without a card.
 * @throws {JournalError} or the storage's own error when the journal cannot be written
 */
export async function referencedTransaction(
	c: FlowContext,
	order: Order,
	reference: Reference,
): Promise<TransactionResult> {
	const refuse = (reason: string) => show(c, refused(c, { order }, reason));
	// 0 what is owed to the bank goes before the next financial message
	const notReady = await readyForMoney(c, order);
	if (notReady) return refuse(notReady);
	// 1 the earlier transaction, and whether this can be done to it
	const original = order.invoice === undefined ? undefined : c.journal.byInvoice(order.invoice);
	const problem = objection(c, order, reference, original);
	if (problem) return refuse(message(problem, "en"));
	const found = original!;
	// 2 persons agree
	if (!(await confirm(c, "confirm", rows(c, order, found)))) return refuse("cancelled before anything was sent");
	const noSupervisor = reference.needsSupervisor ? await supervisorApproves(c) : undefined;
	if (noSupervisor) return refuse(noSupervisor);
	// 3 numbers and keys; the bank is asked, or will hear of it
	const u = begin(c, order, { batch: found.batch, stan: found.stan });
	const values = referencedValues(c, u, found);
	if (operationProfile(c.link.profile, order.operation).advice) return advise(c, u, values);
	const reply = await askBank(c, u, values, NO_ICC_DATA, c.merchant.language);
	const approved = reply.kind === "answered" && reply.approved;
	if (reply.kind === "answered") u.owed = undefined;
	// 4 the end is on the medium before anybody sees it
	const reason =
		reply.kind !== "answered"
			? `the bank gave no valid answer: ${reply.reason}`
			: approved
				? "the bank approved"
				: `the bank declined: ${reply.responseCode}`;
	const ending = { outcome: approved ? "approved" : "declined", reason, language: c.merchant.language } as const;
	return show(c, endTransaction(c, u, { ...ending, ...(approved && { values: withAnswer(u, values) }) }));
}

/** It stands as it is in the journal; the bank is told now, or as soon as it answers. */
async function advise(c: FlowContext, u: UnderWay, values: MessageValues): Promise<TransactionResult> {
	const result = endTransaction(c, u, {
		outcome: "approved",
		reason: "the bank is told of it",
		language: c.merchant.language,
		values,
		advices: [{ kind: u.order.operation, values }],
	});
	await deliverAdvices(c);
	const record = c.journal.transaction(u.name);
	const [refusedByBank] = record?.refused ?? [];
	if (refusedByBank)
		return show(c, {
			...result,
			outcome: "declined",
			status: "declined",
			online: true,
			reason: `the bank declined: ${refusedByBank.responseCode}`,
		});
	if (record?.owed.length)
		return show(c, {
			...result,
			status: "pending",
			reason: "the bank has not acknowledged it yet: it will be repeated",
		});
	return show(c, { ...result, online: true, reason: "the bank has acknowledged it" });
}

function objection(
	c: FlowContext,
	order: Order,
	reference: Reference,
	original: TransactionRecord | undefined,
): MessageId | undefined {
	if (!original) return "notFound";
	if (!reference.of.includes(original.operation)) return "notAllowed";
	if (original.state === "voided") return "alreadyVoided";
	if (original.state !== "approved" || !original.sealedMessage) return "notAllowed";
	return reference.objection(original, order.amountMinor, c);
}

/** Card and account from the earlier message, everything else of this one. */
function referencedValues(c: FlowContext, u: UnderWay, original: TransactionRecord): MessageValues {
	const earlier = openValues(c.seal, original.sealedMessage!);
	const {
		pan,
		expiryYymm,
		panSequence,
		posEntryMode,
		localDate: date,
		localTime: time,
		transmissionDateTime,
	} = earlier;
	const { amountMinor, cashbackMinor, tipMinor, operator } = u.order;
	return {
		...u.name,
		...localDateTime(c),
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
		original: {
			batch: original.batch,
			stan: original.stan,
			date: original.hostDate ?? date,
			time,
			transmissionDateTime,
			operation: original.operation,
		},
	};
}

function withAnswer(u: UnderWay, values: MessageValues): MessageValues {
	const { answer } = u;
	return {
		...values,
		authorisationCode: answer?.authorisationCode ?? values.authorisationCode,
		retrievalReference: answer?.retrievalReference ?? values.retrievalReference,
	};
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

function show(c: FlowContext, result: TransactionResult): TransactionResult {
	c.show(outcomeScreen(result, result.language));
	return result;
}
