import type { TransactionRecord } from "../journal/transactionRecord.js";
import type { FlowContext } from "./flowContext.js";
import type { TransactionResult, TransactionStatus } from "./transactionResult.js";

/** What the journal says of a transaction, as its definite answer now: for whoever asks again. */
export function resultOf(c: FlowContext, record: TransactionRecord): TransactionResult {
	const { receipt } = record;
	const isApproved = record.state === "approved" || record.state === "voided";
	const [refused] = record.refused;
	const status = statusOf(record);
	return {
		operation: record.operation,
		outcome: isApproved && status !== "declined" ? "approved" : "declined",
		status,
		reason: reasonOf(record, status),
		online: record.online,
		amountMinor: record.amountMinor,
		currency: record.currency,
		language: c.merchant.language,
		name: { batch: record.batch, stan: record.stan },
		stan: record.stan,
		invoice: record.invoice,
		card: receipt?.tvr && {
			aid: receipt.aid,
			panMasked: record.panMasked,
			tvr: receipt.tvr,
			tsi: receipt.tsi ?? new Uint8Array(2),
			cvmResults: receipt.cvmResults,
			cid: receipt.cryptogramInformation,
			scriptResults: record.scriptResults ?? new Uint8Array(0),
		},
		bank:
			(refused?.responseCode ?? record.responseCode) === undefined
				? undefined
				: {
						responseCode: (refused?.responseCode ?? record.responseCode)!,
						authorisationCode: record.authorisationCode,
						retrievalReference: record.retrievalReference,
						balanceMinor: undefined,
					},
		apdus: 0,
		bytesToCard: 0,
		bytesFromCard: 0,
		reversal: record.owed.includes("reversal") ? "owed" : "none",
		fallbackAllowed: false,
	};
}

function statusOf(record: TransactionRecord): TransactionStatus {
	if (record.state === "reversed") return "reversed";
	if (record.state === "pending" || record.state === "open") return "pending";
	if (record.refused.some(({ kind }) => kind === record.operation)) return "declined";
	if (record.state !== "approved" && record.state !== "voided") return "declined";
	return record.owed.includes(record.operation) ? "pending" : "approved";
}

function reasonOf(record: TransactionRecord, status: TransactionStatus): string {
	if (record.state === "open") return "it is under way";
	if (record.voidedBy) return "approved, and voided since";
	switch (status) {
		case "approved":
			return record.owed.length ? "approved; the bank is still to be told of it" : "approved";
		case "reversed":
			return "taken back, the bank has acknowledged";
		case "pending":
			return record.owed.includes("reversal")
				? "to be taken back: the bank has not acknowledged yet"
				: "the bank has not acknowledged it yet: it will be repeated";
		case "declined":
			return record.outcome === "interrupted" ? "the power failed before the bank was asked" : "declined";
	}
}
