import { operationProfile } from "../host/buildMessage.js";
import type { MessageValues } from "../host/messageValues.js";
import { encodeRequest } from "../host/request.js";
import { deliverAdvices } from "./deliverOwed.js";
import { type Ending, type EndingCard, endTransaction } from "./endTransaction.js";
import type { FlowContext } from "./flowContext.js";
import { resultOf } from "./resultOf.js";
import type { TransactionResult } from "./transactionResult.js";
import { askBank, type OnlineReply, type UnderWay, whyUnfit } from "./underWay.js";

const NO_ICC_DATA = new Uint8Array(0);

/** Whom the transaction is about, when it ends. */
export type Parties = Pick<Ending, "language" | "foreign"> & { readonly card?: EndingCard | undefined };

/**
 * The end of a transaction in which no card has a say any more: the bank is asked, or told, as the profile has it.
 * What is in the result is in the journal.
 */
export async function concludeWithBank(
	c: FlowContext,
	u: UnderWay,
	values: MessageValues,
	parties: Parties,
): Promise<TransactionResult> {
	if (operationProfile(c.link.profile, u.order.operation).advice) return advise(c, u, values, parties);
	const reply = await askBank(c, u, values, NO_ICC_DATA, parties.language);
	if (reply.kind !== "answered")
		return endTransaction(c, u, { ...parties, outcome: "declined", reason: whyNot(reply) });
	u.owed = undefined;
	const { approved, responseCode } = reply;
	return endTransaction(c, u, {
		...parties,
		outcome: approved ? "approved" : "declined",
		reason: approved ? "the bank approved" : `the bank declined: ${responseCode}`,
		values: approved ? values : undefined,
	});
}

/** It stands as it is in the journal; the bank is told now, or as soon as it answers. */
async function advise(
	c: FlowContext,
	u: UnderWay,
	values: MessageValues,
	parties: Parties,
): Promise<TransactionResult> {
	const { operation } = u.order;
	const reason = whyUnfit(() => encodeRequest(c.link.profile, c.hostTerminal, operation, values, u.keys));
	if (reason !== undefined)
		return endTransaction(c, u, {
			...parties,
			outcome: "declined",
			reason: `it does not fit into a message: ${reason}`,
		});
	const result = endTransaction(c, u, {
		...parties,
		outcome: "approved",
		reason: "the bank is told of it",
		values,
		advices: [{ kind: operation, values }],
	});
	await deliverAdvices(c);
	const { outcome, status, reason: now, bank } = resultOf(c, c.journal.transaction(u.name)!);
	return { ...result, outcome, status, reason: now, bank, online: status !== "pending" };
}

function whyNot(reply: Exclude<OnlineReply, { kind: "answered" }>): string {
	if (reply.kind === "notSent") return `the bank could not be reached: ${reply.reason}`;
	if (reply.kind === "unfit") return `it does not fit into a message: ${reply.reason}`;
	return `the bank gave no valid answer: ${reply.reason}`;
}
