import * as screens from "../display/screens.js";
import type { MessageValues } from "../host/messageValues.js";
import type { HostReply } from "../host/request.js";
import { request } from "../host/request.js";
import type { Operation } from "../operation.js";
import type { FlowContext } from "./flowContext.js";
import { nextMessage } from "./nextMessage.js";
import type { ServiceResult } from "./serviceResult.js";

const ANSWER_TIMEOUT_MS = 30_000;

/** One message without money, and its answer. */
export function manage(c: FlowContext, operation: Operation, values: MessageValues = {}): Promise<HostReply> {
	return request(c.link, c.hostTerminal, operation, { ...values, ...nextMessage(c) }, c.keys.next(), ANSWER_TIMEOUT_MS);
}

/** Whether the line and the bank are there. */
export function echo(c: FlowContext): Promise<ServiceResult> {
	return simple(c, "echo", "the bank answers");
}

/** The end of a day: the next financial message signs in first. */
export async function signOff(c: FlowContext): Promise<ServiceResult> {
	const result = await simple(c, "signOff", "signed off");
	if (result.done) c.signInWanted = true;
	return result;
}

/** Tells the bank how the terminal is. @param text without card data */
export function uploadStatus(c: FlowContext, text: string): Promise<ServiceResult> {
	return simple(c, "statusUpload", "the bank has the status", { text });
}

async function simple(
	c: FlowContext,
	operation: Operation,
	done: string,
	values?: MessageValues,
): Promise<ServiceResult> {
	const result = (isDone: boolean, reason: string): ServiceResult => ({ operation, done: isDone, reason, lines: [] });
	if (!c.link.profile.operations[operation]) return result(false, `this acquirer offers no ${operation}`);
	c.show(screens.contactingBank(c.merchant.language));
	const reply = await manage(c, operation, values);
	if (reply.kind !== "answered") return result(false, `the bank gave no valid answer: ${reply.reason}`);
	return reply.approved ? result(true, done) : result(false, `the bank refused: ${reply.responseCode}`);
}
