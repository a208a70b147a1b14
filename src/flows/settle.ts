import * as screens from "../display/screens.js";
import type { BatchState } from "../journal/journalState.js";
import type { SettlementRecord } from "../journal/lookUp.js";
import { askAboutBatch } from "./askAboutBatch.js";
import { deliverAdvices, deliverReversals } from "./deliverOwed.js";
import type { FlowContext } from "./flowContext.js";
import { closeInterrupted } from "./recover.js";
import type { ServiceResult } from "./serviceResult.js";
import { settlementReport } from "./settlementReport.js";
import { signIn } from "./signIn.js";
import { operatorLines, settlementLines, settlementTotalsOf } from "./totals.js";
import { uploadBatch } from "./uploadBatch.js";

/**
 * Closes the batch with the bank. Its state is in the journal before each message, so that a power cut is taken up where
 * it was: `settling`, `uploading` (how far), `settled`.
 * @param requestKey the cash register's own name for its request: asked again with it, no other batch is settled
 */
export async function settle(c: FlowContext, requestKey?: string): Promise<ServiceResult> {
	const known = requestKey === undefined ? undefined : c.journal.settlementByRequestKey(requestKey);
	if (known?.isSettled) return toldAgain(c, known);
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
	const last = known ? due.findIndex(({ batch }) => batch === known.batch) : due.length - 1;
	let result = failed("nothing was settled");
	for (const [i, batch] of due.slice(0, last + 1).entries()) {
		result = await settleBatch(c, batch, i === last ? requestKey : undefined);
		if (!result.done) break;
	}
	return result;
}

/** What became of the settlement under a cash register's key; undefined when no batch was closed under it. */
export function settlementUnder(c: FlowContext, requestKey: string): ServiceResult | undefined {
	const known = c.journal.settlementByRequestKey(requestKey);
	return known && toldAgain(c, known);
}

function toldAgain(c: FlowContext, { batch, totals, isSettled, verdict }: SettlementRecord): ServiceResult {
	if (!isSettled) return failed("not settled yet, it goes on with the next try");
	const reason = verdict === undefined ? "settled" : REASONS[verdict as keyof typeof REASONS];
	return { operation: "settlement", done: true, reason, lines: settlementLines(c, batch, settlementTotalsOf(totals)) };
}

const REASONS = Object.freeze({
	equal: "settled, the totals agree",
	uploaded: "settled after an upload: the totals differed",
});

async function settleBatch(
	c: FlowContext,
	{ batch, phase }: BatchState,
	requestKey: string | undefined,
): Promise<ServiceResult> {
	// 2 the totals, fixed from here on; the next transaction belongs to the next batch
	if (phase === "open") {
		const totals = c.journal.totals(batch);
		c.journal.append({ type: "settling", batch, at: c.clock.now(), totals, requestKey });
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
	const verdict = agree ? "equal" : "uploaded";
	c.journal.append({ type: "settled", batch, at: c.clock.now(), verdict });
	// 5 what it comes to, beside the bank's own statement
	return {
		operation: "settlement",
		done: true,
		reason: REASONS[verdict],
		lines: [...lines, ...operatorLines(c, batch), ...(await settlementReport(c, batch))],
	};
}

function isDue({ phase, count }: BatchState): boolean {
	return phase === "settling" || phase === "uploading" || (phase === "open" && count > 0);
}

function failed(reason: string): ServiceResult {
	return { operation: "settlement", done: false, reason, lines: [] };
}
