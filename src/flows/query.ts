import { message } from "../display/messages.js";
import { request } from "../host/request.js";
import { localDateTime } from "./cardUnderWay.js";
import type { FlowContext } from "./flowContext.js";
import { resultOf } from "./resultOf.js";
import type { ServiceResult } from "./serviceResult.js";

const QUERY_TIMEOUT_MS = 30_000;

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
	const known = `terminal: ${status}, ${reason}`;
	if (!c.link.profile.operations.query) return result(true, known, [known]);
	const values = {
		...localDateTime(c),
		batch: c.journal.batch,
		stan: c.journal.takeStan(),
		original: {
			batch: record.batch,
			stan: record.stan,
			date: record.hostDate,
			time: record.hostTime,
			operation: record.operation,
		},
	};
	const reply = await request(c.link, c.hostTerminal, "query", values, c.keys.next(), QUERY_TIMEOUT_MS);
	if (reply.kind !== "answered") return result(false, `the bank gave no valid answer: ${reply.reason}`, [known]);
	const state = reply.values.originalState ?? "unknown";
	return result(true, `the bank says ${state}`, [known, `bank: ${state}`]);
}
