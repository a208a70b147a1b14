import type { TransactionResult, TransactionStatus } from "../flows/transactionResult.js";
import type { ChangeRecord } from "../journal/changeRecord.js";
import type { OwedKind } from "../journal/entries.js";
import type { TransactionRecord } from "../journal/transactionRecord.js";
import type { Operation } from "../operation.js";

/** A transaction as a cash register sees it. Of the card the first 6 and last 4 digits only. */
export interface TransactionView {
	/** Absent of one that was not ordered by a cash register. */
	readonly key?: string;
	readonly operation: Operation;
	readonly status: "underWay" | TransactionStatus;
	/** While under way: "terminal" until the bank is asked, then "bank". */
	readonly phase?: "terminal" | "bank";
	/** Where it stands, in one sentence. */
	readonly reason: string;
	/** How the flow ended, e.g. "cancelled"; absent until then. */
	readonly outcome?: string;
	readonly online?: boolean;
	/** What holds now, cashback and tip included; absent of an order that names none, until the journal has it. */
	readonly amountMinor?: number;
	readonly cashbackMinor?: number;
	readonly tipMinor?: number;
	/** ISO 4217, numeric. */
	readonly currency?: number;
	readonly batch?: number;
	readonly stan?: number;
	/** The number on the receipt. */
	readonly invoice?: number;
	/** Milliseconds since 1970-01-01 00:00 UTC. */
	readonly startedAt?: number;
	readonly endedAt?: number;
	readonly panMasked?: string;
	readonly applicationLabel?: string;
	readonly responseCode?: string;
	readonly authorisationCode?: string;
	readonly retrievalReference?: string;
	/** Of a balance inquiry, until the terminal restarts: the journal does not keep it. */
	readonly balanceMinor?: number;
	/** Given back since. */
	readonly refundedMinor?: number;
	readonly voided?: true;
	/** Messages about it that the bank must still get. */
	readonly owed?: readonly OwedKind[];
}

/** Of one that is in the journal. @param result the terminal's answer for it now */
export function viewOfRecord(
	record: TransactionRecord,
	{ status, reason, bank }: TransactionResult,
	balanceMinor: number | undefined,
): TransactionView {
	return present({
		key: record.requestKey,
		operation: record.operation,
		status,
		reason,
		outcome: record.outcome,
		online: record.online,
		amountMinor: record.amountMinor,
		cashbackMinor: record.cashbackMinor || undefined,
		tipMinor: record.tipMinor || undefined,
		currency: record.currency,
		batch: record.batch,
		stan: record.stan,
		invoice: record.invoice,
		startedAt: record.openedAt,
		endedAt: record.closedAt,
		panMasked: record.panMasked,
		applicationLabel: record.receipt?.applicationLabel,
		responseCode: bank?.responseCode,
		authorisationCode: record.authorisationCode,
		retrievalReference: record.retrievalReference,
		balanceMinor,
		refundedMinor: record.refundedMinor || undefined,
		voided: record.voidedBy && (true as const),
		owed: record.owed.length ? record.owed : undefined,
	});
}

/** Of a tip or an adjustment: the sale as it is now, and whether the change stands. */
export function viewOfChange(
	key: string,
	change: ChangeRecord,
	sale: TransactionRecord,
	result: TransactionResult,
): TransactionView {
	const { kind: operation, at, state, responseCode } = change;
	const { status, reason, outcome } = result;
	const { endedAt: _sale, responseCode: _ofSale, owed: _owed, ...seen } = viewOfRecord(sale, result, undefined);
	return {
		...seen,
		...{ key, operation, status, reason, outcome, startedAt: at },
		...(responseCode !== undefined && { responseCode }),
		...(state === "owed" && { owed: [operation] }),
	};
}

/** The same without the members that are undefined. */
export function present<T extends object>(members: { readonly [K in keyof T]: T[K] | undefined }): T {
	return Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined)) as T;
}
