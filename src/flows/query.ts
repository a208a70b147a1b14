import { message } from "../display/messages.js";
import { bankOriginal } from "./bankOriginal.js";
import type { FlowContext } from "./flowContext.js";
import { manage } from "./networkManagement.js";
import { notInBinding } from "./notOffered.js";
import { sentenceOf } from "./refuse.js";
import { resultOf } from "./resultOf.js";
import { openReversal, openValues } from "./sealedValues.js";
import type { ServiceResult } from "./serviceResult.js";

/** What became of a transaction, as the terminal knows it and as the bank says. Changes nothing. */
export async function query(c: FlowContext, invoice: number): Promise<ServiceResult> {
	const result = (done: boolean, reason: string, lines: string[] = []): ServiceResult => ({
		operation: "query",
		done,
		reason,
		lines,
	});
	const record = c.journal.byInvoice(invoice);
	if (!record) return result(false, message("notFound", "en"));
	const { status, reason } = resultOf(c, record);
	const refusal = notInBinding(c, "query");
	if (refusal) return result(false, sentenceOf(refusal));
	const known = `terminal: ${status}, ${reason}`;
	if (!c.link.profile.operations.query) return result(true, known, [known]);
	const { sealedMessage, reversal } = record;
	const earlier = sealedMessage ? openValues(c.seal, sealedMessage) : reversal && openReversal(c.seal, reversal).values;
	if (!earlier) return result(true, known, [known]);
	const reply = await manage(c, "query", { original: bankOriginal(record, earlier) });
	if (reply.kind !== "answered") return result(false, `the bank gave no valid answer: ${reply.reason}`, [known]);
	if (!reply.approved) return result(false, `the bank refused: ${reply.responseCode}`, [known]);
	const state = reply.values.originalState ?? "unknown";
	return result(true, `the bank says ${state}`, [known, `bank: ${state}`]);
}
