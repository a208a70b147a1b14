import * as screens from "../display/screens.js";
import type { BatchState } from "../journal/journalState.js";
import { askAboutBatch } from "./askAboutBatch.js";
import { deliverAdvices, deliverReversals } from "./deliverOwed.js";
import type { FlowContext } from "./flowContext.js";
import { closeInterrupted } from "./recover.js";
import type { ServiceResult } from "./serviceResult.js";
import { settlementReport } from "./settlementReport.js";
import { signIn } from "./signIn.js";
import { settlementLines, settlementTotalsOf } from "./totals.js";
import { uploadBatch } from "./uploadBatch.js";

/**
 * Closes the batch with the bank. Its state is in the journal before each message, so that a power cut is taken up where
 * it was: `settling`, `uploading` (how far), `settled`.
 */
export async function settle(c: FlowContext): Promise<ServiceResult> {
	// 0 what is owed goes first: the totals must hold on both sides
	closeInterrupted(c);
	if (c.signInWanted && !(await signIn(c)).done)
		return failed("the bank wants the terminal to sign in, and that failed");
	c.show(screens.service("settling", c.merchant.language));
	if (!(await deliverReversals(c))) return failed("a reversal is owed and the bank does not answer: try again later");
	const waiting = await deliverAdvices(c);
	if (waiting) return failed(`${waiting} messages still wait for the bank: try again later`);
	// 1 batches that a power cut or a silent bank has left, then the open one
	const due = c.journal.batches().filter(isDue);
	if (!due.length) return { operation: "settlement", done: true, reason: "there is nothing to settle", lines: [] };
	let result = failed("nothing was settled");
	for (const batch of due) {
		result = await settleBatch(c, batch);
		if (!result.done) break;
	}
	return result;
}

async function settleBatch(c: FlowContext, { batch, phase }: BatchState): Promise<ServiceResult> {
	// 2 the totals, fixed from here on; the next transaction belongs to the next batch
	if (phase === "open") {
		const totals = c.journal.totals(batch);
		c.journal.append({ type: "settling", batch, at: c.clock.now(), totals });
	}
	const totals = settlementTotalsOf(c.journal.totals(batch));
	const reply = await askAboutBatch(c, "settlement", batch, { totals, currency: c.configuration.currencyCode });
	if (typeof reply === "string") return failed(`not settled: ${reply}`);
	const { local, foreign } = reply.values.settlementVerdict ?? {};
	const agree = local === "equal" && foreign !== "unequal";
	// 3 where the bank counts otherwise, every transaction of the batch once more
	if (!agree) {
		const problem = await uploadBatch(c, batch);
		if (problem) return failed(`not settled, the upload goes on with the next try: ${problem}`);
	}
	// 4 the end, on the medium
	const lines = settlementLines(c, batch, totals);
	c.journal.append({ type: "settled", batch, at: c.clock.now(), verdict: agree ? "equal" : "uploaded" });
	const reason = agree ? "settled, the totals agree" : "settled after an upload: the totals differed";
	// 5 what it comes to, beside the bank's own statement
	return { operation: "settlement", done: true, reason, lines: [...lines, ...(await settlementReport(c, batch))] };
}

function isDue({ phase, count }: BatchState): boolean {
	return phase === "settling" || phase === "uploading" || (phase === "open" && count > 0);
}

function failed(reason: string): ServiceResult {
	return { operation: "settlement", done: false, reason, lines: [] };
}
