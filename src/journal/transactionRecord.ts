import type { Operation } from "../operation.js";
import type { OpenedEntry, OwedKind, ReceiptFacts, TransactionEntry, TransactionName } from "./entries.js";

export type TransactionState =
	/** Under way. */
	| "open"
	| "approved"
	| "declined"
	/** Taken back: the bank has acknowledged. */
	| "reversed"
	| "voided"
	/** Cut short before anything was sent. */
	| "interrupted"
	/** To be taken back, and the bank has not acknowledged yet. */
	| "pending";

/** All that is known of a transaction: the sum of its entries and of those that refer to it. Never stored itself. */
export interface TransactionRecord extends TransactionName {
	readonly invoice: number;
	readonly openedAt: number;
	readonly closedAt: number | undefined;
	readonly operation: Operation;
	readonly state: TransactionState;
	/** As the flow named its end; undefined while open. */
	readonly outcome: string | undefined;
	/** What holds now: as asked, as the bank approved it, or as adjusted since. */
	readonly amountMinor: number;
	readonly cashbackMinor: number;
	readonly tipMinor: number;
	readonly currency: number;
	readonly original: TransactionName | undefined;
	readonly requestKey: string | undefined;
	readonly operator: string | undefined;
	readonly approvedBy: string | undefined;
	/** The request may have left the terminal. */
	readonly sent: boolean;
	readonly online: boolean;
	readonly panMasked: string | undefined;
	readonly cardLink: Uint8Array | undefined;
	readonly foreign: boolean;
	readonly adviceRequired: boolean;
	readonly scriptResults: Uint8Array | undefined;
	readonly responseCode: string | undefined;
	readonly authorisationCode: string | undefined;
	readonly retrievalReference: string | undefined;
	readonly hostDate: string | undefined;
	readonly hostTime: string | undefined;
	readonly receipt: ReceiptFacts | undefined;
	readonly sealedMessage: Uint8Array | undefined;
	/** What taking it back needs, sealed. */
	readonly reversal: Uint8Array | undefined;
	readonly reversalReason: string | undefined;
	/** Messages of it that the bank must still get. */
	readonly owed: readonly OwedKind[];
	/** Messages of it that the bank did not want. */
	readonly refused: readonly { readonly kind: Operation; readonly responseCode: string | undefined }[];
	/** Approved refunds of it. */
	readonly refundedMinor: number;
	/** Approved increments of it, on top of `amountMinor`. */
	readonly incrementedMinor: number;
	readonly voidedBy: TransactionName | undefined;
	readonly completedBy: TransactionName | undefined;
}

const VOIDS: readonly Operation[] = Object.freeze(["saleVoid", "preAuthorisationVoid", "completionVoid"]);
const COMPLETIONS: readonly Operation[] = Object.freeze(["completion", "completionAdvice"]);

/**
 * @param entries of the transaction, oldest first, beginning with "opened"
 * @param referring transactions that name it as their original, oldest first
 */
export function foldTransaction(
	entries: readonly TransactionEntry[],
	referring: readonly TransactionRecord[],
): TransactionRecord {
	const record = blank(entries[0] as OpenedEntry);
	let reversal: "none" | "owed" | "done" = "none";
	let isRefused = false;
	let unchanged: Pick<TransactionRecord, "amountMinor" | "tipMinor"> | undefined;
	for (const entry of entries)
		switch (entry.type) {
			case "opened":
				break;
			case "sent":
				record.sent = true;
				record.panMasked = entry.panMasked;
				record.reversal = entry.reversal;
				break;
			case "closed":
				takeClosed(record, entry);
				break;
			case "reversalOwed":
				reversal = "owed";
				record.reversal = entry.sealed ?? record.reversal;
				record.reversalReason = entry.reason;
				record.owed.push("reversal");
				break;
			case "reversed":
				reversal = "done";
				settle(record, "reversal");
				break;
			case "adviceOwed":
				record.owed.push(entry.kind);
				break;
			case "adviceDelivered":
				settle(record, entry.kind);
				record.retrievalReference = entry.retrievalReference ?? record.retrievalReference;
				break;
			case "adviceRefused":
				settle(record, entry.kind);
				record.refused.push({ kind: entry.kind, responseCode: entry.responseCode });
				if (entry.kind === "tip" || entry.kind === "adjust") Object.assign(record, unchanged);
				else if (entry.uncounted) isRefused = true;
				break;
			case "adjusted":
				unchanged = { amountMinor: record.amountMinor, tipMinor: record.tipMinor };
				record.amountMinor = entry.amountMinor;
				record.tipMinor = entry.tipMinor;
				break;
			case "attempt":
				break;
		}
	for (const other of referring) takeReferring(record, other);
	record.state = isRefused ? "declined" : stateOf(record, reversal);
	return record;
}

type Writable = { -readonly [K in keyof TransactionRecord]: TransactionRecord[K] } & {
	owed: OwedKind[];
	refused: { kind: Operation; responseCode: string | undefined }[];
};

function blank(opened: OpenedEntry): Writable {
	return {
		batch: opened.batch,
		stan: opened.stan,
		invoice: opened.invoice,
		openedAt: opened.at,
		closedAt: undefined,
		operation: opened.operation,
		state: "open",
		outcome: undefined,
		amountMinor: opened.amountMinor,
		cashbackMinor: opened.cashbackMinor ?? 0,
		tipMinor: opened.tipMinor ?? 0,
		currency: opened.currency,
		original: opened.original,
		requestKey: opened.requestKey,
		operator: opened.operator,
		approvedBy: opened.approvedBy,
		sent: false,
		online: false,
		panMasked: undefined,
		cardLink: undefined,
		foreign: false,
		adviceRequired: false,
		scriptResults: undefined,
		responseCode: undefined,
		authorisationCode: undefined,
		retrievalReference: undefined,
		hostDate: undefined,
		hostTime: undefined,
		receipt: undefined,
		sealedMessage: undefined,
		reversal: undefined,
		reversalReason: undefined,
		owed: [],
		refused: [],
		refundedMinor: 0,
		incrementedMinor: 0,
		voidedBy: undefined,
		completedBy: undefined,
	};
}

function takeClosed(record: Writable, entry: Extract<TransactionEntry, { type: "closed" }>): void {
	record.closedAt = entry.at;
	record.outcome = entry.outcome;
	record.online = entry.online;
	record.amountMinor = entry.approvedMinor ?? record.amountMinor;
	record.panMasked = entry.panMasked ?? record.panMasked;
	record.cardLink = entry.cardLink;
	record.foreign = entry.foreign ?? false;
	record.adviceRequired = entry.adviceRequired;
	record.scriptResults = entry.scriptResults;
	record.responseCode = entry.responseCode;
	record.authorisationCode = entry.authorisationCode;
	record.retrievalReference = entry.retrievalReference;
	record.hostDate = entry.hostDate;
	record.hostTime = entry.hostTime;
	record.receipt = entry.receipt;
	record.sealedMessage = entry.sealedMessage;
}

function takeReferring(record: Writable, other: TransactionRecord): void {
	if (other.state !== "approved") return;
	const name = { batch: other.batch, stan: other.stan };
	if (VOIDS.includes(other.operation)) record.voidedBy = name;
	else if (COMPLETIONS.includes(other.operation)) record.completedBy = name;
	else if (other.operation === "refund") record.refundedMinor += other.amountMinor;
	else if (other.operation === "increment") record.incrementedMinor += other.amountMinor;
}

function settle(record: Writable, kind: OwedKind): void {
	record.owed = record.owed.filter(each => each !== kind);
}

function stateOf(record: TransactionRecord, reversal: "none" | "owed" | "done"): TransactionState {
	if (record.outcome === undefined) return "open";
	if (reversal !== "none") return reversal === "owed" ? "pending" : "reversed";
	if (record.outcome === "approved") return record.voidedBy ? "voided" : "approved";
	return record.outcome === "interrupted" ? "interrupted" : "declined";
}
