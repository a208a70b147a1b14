import type { TransactionRecord } from "../journal/transactionRecord.js";
import { isOwnAdvice } from "./adviceKinds.js";
import type { FlowContext } from "./flowContext.js";
import type { TransactionResult, TransactionStatus } from "./transactionResult.js";

/** What the journal says of a transaction, as its definite answer now: for whoever asks again. */
export function resultOf(c: FlowContext, record: TransactionRecord): TransactionResult {
	const { receipt } = record;
	const refused = record.refused.find(({ kind }) => isOwnAdvice(record, kind));
	const responseCode = refused?.responseCode ?? record.responseCode;
	const status = statusOf(record);
	return {
		operation: record.operation,
		outcome: outcomeOf(record),
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
			responseCode === undefined
				? undefined
				: {
						responseCode,
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

function outcomeOf({ state, outcome }: TransactionRecord): TransactionResult["outcome"] {
	if (state === "approved" || state === "voided") return "approved";
	const isKnown = outcome !== undefined && outcome !== "approved" && outcome !== "interrupted";
	return isKnown ? (outcome as TransactionResult["outcome"]) : "declined";
}

function statusOf(record: TransactionRecord): TransactionStatus {
	if (record.state === "reversed") return "reversed";
	if (record.state === "pending" || record.state === "open") return "pending";
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
			return whyDeclined(record);
	}
}

function whyDeclined({ outcome, refused, responseCode }: TransactionRecord): string {
	if (outcome === "interrupted") return "the power failed before the bank was asked";
	if (outcome === "approved") return `the bank refused it when it was told: ${refused[0]?.responseCode}`;
	if (outcome === "declined") return responseCode === undefined ? "declined" : `declined: ${responseCode}`;
	return outcome ?? "declined";
}
