import { formatAmount } from "../display/amount.js";
import * as screens from "../display/screens.js";
import type { MessageValues, SettlementTotals } from "../host/messageValues.js";
import { type HostReply, request } from "../host/request.js";
import type { BatchState } from "../journal/journalState.js";
import { settlementTotals } from "../journal/totals.js";
import type { TransactionRecord } from "../journal/transactionRecord.js";
import type { Operation } from "../operation.js";
import { localDateTime } from "./cardUnderWay.js";
import { deliverAdvices, deliverReversals } from "./deliverOwed.js";
import type { FlowContext } from "./flowContext.js";
import { closeInterrupted } from "./recover.js";
import { openValues } from "./sealedValues.js";
import type { ServiceResult } from "./serviceResult.js";

const ANSWER_TIMEOUT_MS = 60_000;
/** Operations whose transactions a batch upload repeats. */
const UPLOADED: readonly Operation[] = Object.freeze([
	"sale",
	"saleWithCashback",
	"cash",
	"refund",
	"completion",
	"completionAdvice",
]);

/**
 * Closes the batch with the bank. Its state is in the journal before each message, so that a power cut is taken up where
 * it was: `settling`, `uploading` (how far), `settled`.
 */
export async function settle(c: FlowContext): Promise<ServiceResult> {
	c.show(screens.service("settling", c.merchant.language));
	// 0 what is owed goes first: the totals must hold on both sides
	closeInterrupted(c);
	if (!(await deliverReversals(c))) return failed("a reversal is owed and the bank does not answer: try again later");
	const waiting = await deliverAdvices(c);
	if (waiting) return failed(`${waiting} transactions still wait for the bank: try again later`);
	// 1 batches that a power cut or a silent bank has left, then the open one
	const due = c.journal.batches().filter(each => each.phase === "settling" || each.phase === "uploading");
	const open = c.journal.batches().find(each => each.phase === "open" && each.count > 0);
	if (!due.length && !open)
		return { operation: "settlement", done: true, reason: "there is nothing to settle", lines: [] };
	let result = failed("nothing was settled");
	for (const batch of open ? [...due, open] : due) {
		result = await settleBatch(c, batch);
		if (!result.done) return result;
	}
	return result;
}

async function settleBatch(c: FlowContext, { batch, phase }: BatchState): Promise<ServiceResult> {
	// 2 the totals, fixed from here on; the next transaction belongs to the next batch
	const totals = c.journal.totals(batch);
	if (phase === "open") c.journal.append({ type: "settling", batch, at: c.clock.now(), totals });
	const sums = settlementTotalsOf(totals);
	const reply = await ask(c, "settlement", batch, { totals: sums, currency: c.configuration.currencyCode });
	if (reply.kind !== "answered") return failed(`the bank gave no valid answer to the totals: ${reply.reason}`);
	if (!reply.approved) return failed(`the bank refused the settlement: ${reply.responseCode}`);
	const { local, foreign } = reply.values.settlementVerdict ?? { local: "equal", foreign: "equal" };
	const agree = local !== "unequal" && foreign !== "unequal";
	// 3 where the bank counts otherwise, every transaction of the batch once more
	if (!agree) {
		const problem = await uploadBatch(c, batch);
		if (problem) return failed(problem);
	}
	// 4 the end, on the medium
	const verdict = agree ? "equal" : "uploaded";
	c.journal.append({ type: "settled", batch, at: c.clock.now(), verdict });
	const reason = agree ? "settled, the totals agree" : "settled after an upload: the totals differed";
	return { operation: "settlement", done: true, reason, lines: lines(c, batch, sums) };
}

/** One message a transaction, in the order in which they happened. @returns why it stopped, undefined at its end */
async function uploadBatch(c: FlowContext, batch: number): Promise<string | undefined> {
	const from = c.journal.batches().find(each => each.batch === batch)?.position ?? 0;
	let position = 0;
	for (const record of c.journal.transactions(batch)) {
		if (!isUploaded(record)) continue;
		position++;
		if (position <= from) continue;
		const reply = await ask(c, "batchUpload", batch, uploadValues(c, record));
		if (reply.kind !== "answered") return `the bank gave no valid answer to the upload: ${reply.reason}`;
		if (!reply.approved) return `the bank refused transaction ${record.invoice} of the upload: ${reply.responseCode}`;
		c.journal.append({ type: "uploading", batch, at: c.clock.now(), position });
	}
	const end = await ask(c, "batchUploadEnd", batch, { uploadCount: position });
	if (end.kind !== "answered") return `the bank gave no valid answer to the end of the upload: ${end.reason}`;
	return end.approved ? undefined : `the bank refused the end of the upload: ${end.responseCode}`;
}

function isUploaded(record: TransactionRecord): boolean {
	return UPLOADED.includes(record.operation) && record.state === "approved" && record.sealedMessage !== undefined;
}

function uploadValues(c: FlowContext, record: TransactionRecord): MessageValues {
	const {
		pan,
		panSequence,
		posEntryMode,
		iccData,
		localDate: date,
		localTime: time,
	} = openValues(c.seal, record.sealedMessage!);
	return {
		pan,
		panSequence,
		posEntryMode,
		iccData,
		uploadClass: "chip",
		amountMinor: record.amountMinor,
		currency: record.currency,
		original: {
			batch: record.batch,
			stan: record.stan,
			date: record.hostDate ?? date,
			time,
			operation: record.operation,
		},
	};
}

function ask(c: FlowContext, operation: Operation, batch: number, values: MessageValues): Promise<HostReply> {
	const all = { ...localDateTime(c), ...values, batch, stan: c.journal.takeStan() };
	return request(c.link, c.hostTerminal, operation, all, c.keys.next(), ANSWER_TIMEOUT_MS);
}

function settlementTotalsOf(totals: Parameters<typeof settlementTotals>[0]): SettlementTotals {
	const group = (foreign: boolean) => {
		const { debit, credit } = settlementTotals(totals, foreign);
		return {
			debit: { count: debit.count, sumMinor: debit.amountMinor },
			credit: { count: credit.count, sumMinor: credit.amountMinor },
		};
	};
	return { local: group(false), foreign: group(true) };
}

function lines(c: FlowContext, batch: number, { local, foreign }: SettlementTotals): string[] {
	const { currencyCode } = c.configuration;
	const line = (name: string, { count, sumMinor }: SettlementTotals["local"]["debit"]) =>
		`${name}: ${count}, ${formatAmount(sumMinor, currencyCode)}`;
	return [
		`batch ${String(batch).padStart(6, "0")}`,
		line("local debit", local.debit),
		line("local credit", local.credit),
		line("foreign debit", foreign.debit),
		line("foreign credit", foreign.credit),
	];
}

function failed(reason: string): ServiceResult {
	return { operation: "settlement", done: false, reason, lines: [] };
}
