import type { OwedKind } from "../journal/entries.js";
import type { TransactionRecord } from "../journal/transactionRecord.js";

/** Whether this advice is the transaction itself, whose money the bank books when it comes. */
export function isOwnAdvice({ operation }: Pick<TransactionRecord, "operation">, kind: OwedKind): boolean {
	return kind === operation || kind === "offlineSale" || kind === "voiceAuthorisedSale";
}

/** Whether this advice changes the amount of its sale. */
export function isChangeAdvice(kind: OwedKind): boolean {
	return kind === "tip" || kind === "adjust";
}
