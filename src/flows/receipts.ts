import { formatHex } from "../bytes/hex.js";
import { formatAmount } from "../display/amount.js";
import { MESSAGES, type MessageId, message } from "../display/messages.js";
import { notice } from "../display/operationScreens.js";
import type { TransactionRecord } from "../journal/transactionRecord.js";
import { escPos } from "../receipt/escPos.js";
import { formatReceipt } from "../receipt/formatReceipt.js";
import { type ReceiptCopy, type ReceiptFacts, receipt } from "../receipt/receipt.js";
import type { ReceiptLine } from "../receipt/receiptLine.js";
import { merchantLines } from "./boundMerchant.js";
import { feeOf } from "./fees.js";
import type { FlowContext } from "./flowContext.js";
import { localTime } from "./localTime.js";
import { resultOf } from "./resultOf.js";
import type { ServiceResult } from "./serviceResult.js";
import { showPage } from "./showPage.js";

/** The receipt of a transaction in the journal, in the merchant's language. */
export function receiptOf(
	c: FlowContext,
	record: TransactionRecord,
	copy: ReceiptCopy,
	reprint: boolean,
): ReceiptLine[] {
	return receipt(factsOf(c, record, reprint), copy, c.merchant.language);
}

/** Prints a copy. Without a printer or paper the display says so; the receipt can be had again at any time. */
export async function printReceipt(
	c: FlowContext,
	record: TransactionRecord,
	copy: ReceiptCopy,
	reprint: boolean,
): Promise<void> {
	const printed = (await c.printer?.print(escPos(receiptOf(c, record, copy, reprint)))) ?? "notConnected";
	if (printed === "printed") return;
	c.log.line("terminal", `the ${copy}'s receipt was not printed: ${printed === "noPaper" ? "no paper" : "no printer"}`);
	if (c.printer) c.show(notice("attention", printed === "noPaper" ? "noPaper" : "noPrinter", "", c.merchant.language));
}

/** The merchant's copy once more: printed where there is a printer, and as lines. @param invoice the last one when absent */
export async function reprint(c: FlowContext, invoice: number | undefined): Promise<ServiceResult> {
	const record = invoice === undefined ? c.journal.last() : c.journal.byInvoice(invoice);
	if (!record) return { operation: "query", done: false, reason: message("notFound", "en"), lines: [] };
	if (c.printer) await printReceipt(c, record, "merchant", true);
	return { operation: record.operation, done: true, reason: "printed once more", lines: linesOf(c, record) };
}

/** Shows a receipt on the display, to be read with the arrow keys. */
export function showReceipt(c: FlowContext, record: TransactionRecord): Promise<void> {
	return showPage(c, "receipt", linesOf(c, record));
}

function linesOf(c: FlowContext, record: TransactionRecord): string[] {
	const text = formatReceipt(receiptOf(c, record, "merchant", true));
	return text.split("\n").filter(line => line.trim() !== "");
}

function factsOf(c: FlowContext, record: TransactionRecord, reprint: boolean): ReceiptFacts {
	const { status } = resultOf(c, record);
	const { receipt: kept } = record;
	const { date, time } = localTime({ now: () => record.openedAt, utcOffsetMinutes: c.clock.utcOffsetMinutes });
	const hex = (bytes: Uint8Array | undefined) => (bytes ? formatHex(bytes) : undefined);
	return {
		operation: (record.operation in MESSAGES ? record.operation : "sale") as MessageId,
		approved: status === "approved" || status === "pending",
		merchantName: c.merchant.name,
		merchantId: c.merchant.merchantId,
		terminalId: c.merchant.terminalId,
		merchantLines: merchantLines(c),
		date,
		time,
		batch: record.batch,
		invoice: record.invoice,
		stan: record.stan,
		operator: record.operator,
		// The terminal's own supervisor has no number to print.
		approvedBy: record.approvedBy === "supervisor" ? undefined : record.approvedBy,
		amountMinor: record.operation === "balance" ? undefined : record.amountMinor,
		tipMinor: record.tipMinor,
		cashbackMinor: record.cashbackMinor,
		currency: record.currency,
		panMasked: record.panMasked,
		chip: kept?.aid && {
			label: kept.applicationLabel ?? "-",
			aid: formatHex(kept.aid),
			cryptogram: hex(kept.applicationCryptogram),
			tvr: hex(kept.tvr) ?? "-",
			tsi: hex(kept.tsi) ?? "-",
		},
		cardholderVerified: verification(kept?.cvmResults),
		responseCode: record.responseCode,
		authorisationCode: record.authorisationCode,
		retrievalReference: record.retrievalReference,
		offline: record.operation === "sale" && !record.online,
		reprint,
		training: c.isTraining,
		merchantOnly: feeRows(c, record),
	};
}

/** What the acquirer keeps, and what is left: the merchant's business alone. */
function feeRows(c: FlowContext, record: TransactionRecord): [string, string][] {
	const fee = feeOf(c, record);
	if (!fee || fee.netMinor < 0) return [];
	const { language } = c.merchant;
	const money = (amountMinor: number) => formatAmount(amountMinor, record.currency);
	return [
		[message("fees", language), money(fee.feeMinor)],
		[message("net", language), money(fee.netMinor)],
	];
}

/** From the CVM results (EMV 4.4 Book 4, Annex A4). */
function verification(cvmResults: Uint8Array | undefined): ReceiptFacts["cardholderVerified"] {
	const method = (cvmResults?.[0] ?? 0x1f) & 0x3f;
	if (method === 0x1e || method === 0x03 || method === 0x05) return "signature";
	return method === 0x1f || method === 0x3f ? "none" : "pin";
}
