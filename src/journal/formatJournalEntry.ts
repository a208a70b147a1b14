import { formatHex } from "../bytes/hex.js";
import {
	type BatchEntry,
	isOfTransaction,
	type JournalEntry,
	type OpenedEntry,
	type TransactionEntry,
} from "./entries.js";

/** One entry as a line for people; what is sealed stays sealed. */
export function formatJournalEntry(entry: JournalEntry): string {
	return isOfTransaction(entry) ? formatTransactionEntry(entry) : formatBatchEntry(entry);
}

function formatBatchEntry(entry: BatchEntry): string {
	switch (entry.type) {
		case "signedIn":
			return `batch ${sixDigits(entry.batch)} open: the bank has signed the terminal in`;
		case "batchOpened":
			return `batch ${sixDigits(entry.batch)} open`;
		case "stansTaken":
			return `trace numbers up to ${sixDigits(entry.upTo)} set aside`;
		case "settling":
			return `batch ${sixDigits(entry.batch)} closed, about to be settled`;
		case "uploading":
			return `batch ${sixDigits(entry.batch)} uploading: ${entry.position} transactions done`;
		case "restored":
			return `restored from the bank's backup: numbers go on above batch ${sixDigits(entry.batch)}, invoice ${sixDigits(entry.invoice)}`;
		case "settled":
			return `batch ${sixDigits(entry.batch)} settled: ${entry.verdict}`;
	}
}

function persons({ operator, approvedBy }: OpenedEntry): string {
	return `${operator === undefined ? "" : `, operator ${operator}`}${approvedBy === undefined ? "" : `, approved by ${approvedBy}`}`;
}

function formatTransactionEntry(entry: TransactionEntry): string {
	const name = sixDigits(entry.stan);
	switch (entry.type) {
		case "opened":
			return `${entry.operation} ${name} opened: ${entry.amountMinor} of currency ${entry.currency}${persons(entry)}`;
		case "sent":
			return `${name} about to be sent${entry.reversal ? ", its reversal kept" : ""}: card ${entry.panMasked ?? "-"}`;
		case "closed": {
			const answer = entry.responseCode === undefined ? "" : `, bank answered ${entry.responseCode}`;
			const scripts = entry.scriptResults && `, script results ${formatHex(entry.scriptResults)}`;
			const notes = `${entry.adviceRequired ? ", advice required" : ""}${scripts ?? ""}`;
			const code = entry.authorisationCode === undefined ? "" : `, authorisation ${entry.authorisationCode}`;
			return `${name} closed: ${entry.outcome}${answer}${code}${notes}`;
		}
		case "reversalOwed":
			return `${name} reversal owed: ${entry.reason}`;
		case "reversed":
			return `${name} reversed: the bank has acknowledged`;
		case "attempt":
			return `${name} ${entry.kind} not delivered: ${entry.problem}`;
		case "adviceOwed":
			return `${name} ${entry.kind} owed`;
		case "adviceDelivered":
			return `${name} ${entry.kind} delivered: the bank answered ${entry.responseCode ?? "nothing"}`;
		case "adviceRefused":
			return `${name} ${entry.kind} refused: the bank answered ${entry.responseCode ?? "nothing"}`;
		case "adjusted":
			return `${name} adjusted: ${entry.amountMinor}, of it tip ${entry.tipMinor}`;
	}
}

function sixDigits(number: number): string {
	return String(number).padStart(6, "0");
}
