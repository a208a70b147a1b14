import type { MessageValues } from "../host/messageValues.js";
import { request } from "../host/request.js";
import type { Operation } from "../operation.js";
import type { FlowContext } from "./flowContext.js";
import { nextMessage } from "./nextMessage.js";
import type { Answered } from "./underWay.js";

const ANSWER_TIMEOUT_MS = 60_000;

/** One message about a batch that need not be the open one. @returns the bank's consent, or why there is none */
export async function askAboutBatch(
	c: FlowContext,
	operation: Operation,
	batch: number,
	values: MessageValues,
): Promise<Answered | string> {
	const all = { ...nextMessage(c), ...values, batch };
	const reply = await request(c.link, c.hostTerminal, operation, all, c.keys.next(), ANSWER_TIMEOUT_MS);
	if (reply.kind !== "answered") return `the bank gave no valid answer: ${reply.reason}`;
	if (reply.signInAgain) c.signInWanted = true;
	return reply.approved ? reply : `the bank refused: ${reply.responseCode}`;
}
