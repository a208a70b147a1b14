import type { ChangeRecord } from "../journal/changeRecord.js";
import type { TransactionRecord } from "../journal/transactionRecord.js";
import type { FlowContext } from "./flowContext.js";
import { resultOf } from "./resultOf.js";
import type { TransactionResult } from "./transactionResult.js";

/** A tip or an adjustment as its definite answer now: the sale as it is, and whether the change stands. */
export function resultOfChange(
	c: FlowContext,
	sale: TransactionRecord,
	{ kind, state, responseCode }: Pick<ChangeRecord, "kind" | "state" | "responseCode">,
): TransactionResult {
	const result: TransactionResult = { ...resultOf(c, sale), operation: kind };
	switch (state) {
		case "owed":
			return { ...result, status: "pending", reason: "the bank has not acknowledged it yet: it will be repeated" };
		case "refused":
			return { ...result, outcome: "declined", status: "declined", reason: `the bank declined: ${responseCode}` };
		case "delivered":
			return result;
	}
}

/** What the journal has under a cash register's key; undefined when nothing was done under it. */
export function resultOfKey(c: FlowContext, requestKey: string): TransactionResult | undefined {
	const record = c.journal.byRequestKey(requestKey);
	if (record) return resultOf(c, record);
	const change = c.journal.changeByRequestKey(requestKey);
	const sale = change && c.journal.transaction(change.sale);
	return sale && resultOfChange(c, sale, change);
}
