import type { ClosedEntry, JournalEntry, OpenedEntry, TransactionName } from "../journal/entries.js";
import type { TransactionRecord } from "../journal/transactionRecord.js";
import type { Operation } from "../operation.js";
import { cardOf, type EventKind, type MonitorEvent } from "./event.js";

/** What the events are made of besides the entries. */
export interface JournalEventSources {
	/** An earlier transaction, for what a refund or void takes back. */
	readonly find: (name: TransactionName) => TransactionRecord | undefined;
	/** Whether a card is the one that the terminal is bound to. */
	readonly isOwnCard: (cardLink: Uint8Array) => boolean;
}

const KINDS: Readonly<Partial<Record<Operation, EventKind>>> = Object.freeze({
	sale: "sale",
	saleWithCashback: "sale",
	cash: "sale",
	offlineSale: "sale",
	voiceAuthorisedSale: "sale",
	refund: "refund",
	saleVoid: "void",
	preAuthorisationVoid: "void",
	completionVoid: "void",
	preAuthorisation: "preAuthorisation",
	increment: "preAuthorisation",
	completion: "completion",
	completionAdvice: "completion",
});

/** ISO 8583 field 39: wrong PIN, too many of them. */
const WRONG_PIN: readonly string[] = Object.freeze(["55", "75"]);
const TVR_CVM_FAILED = 0x80;
const TVR_FORCED_ONLINE = 0x08;
/** CVM codes with a PIN that the card checks, without the bit for "apply the next" (EMV 4.4 Book 3, Annex C3). */
const OFFLINE_PIN_CODES: readonly number[] = Object.freeze([1, 3, 4, 5]);
const CVM_CODE = 0x3f;
const CVM_FAILED = 1;

/** Makes the monitor's events of what is written to the journal: nothing that it tells of can be left out anywhere else. */
export class JournalEvents {
	readonly #sources: JournalEventSources;
	/** The transaction under way. */
	#opened: OpenedEntry | undefined;
	/** The bank has to take it back. */
	#isReversed = false;

	constructor(sources: JournalEventSources) {
		this.#sources = sources;
	}

	/** @returns what the entry tells of, in the order in which it happened */
	take(entry: JournalEntry): MonitorEvent[] {
		switch (entry.type) {
			case "opened":
				this.#opened = entry;
				this.#isReversed = false;
				return [];
			case "reversalOwed":
				this.#isReversed = true;
				return [
					{ kind: "reversal", at: entry.at, amountMinor: this.#amountOf(entry) },
					...(entry.reason === "noResponse" ? [{ kind: "linkFault", at: entry.at } as const] : []),
				];
			case "attempt":
				return [{ kind: "linkFault", at: entry.at }];
			case "signedIn":
				return [{ kind: "signOn", at: entry.at }];
			case "closed":
				return this.#closed(entry);
			default:
				return [];
		}
	}

	#amountOf(name: TransactionName): number {
		const opened = this.#opened;
		if (opened?.batch === name.batch && opened.stan === name.stan) return opened.amountMinor;
		return this.#sources.find(name)?.amountMinor ?? 0;
	}

	#closed(closed: ClosedEntry): MonitorEvent[] {
		const opened = this.#opened;
		if (opened?.batch !== closed.batch || opened.stan !== closed.stan) return [];
		this.#opened = undefined;
		const { cardLink, at } = closed;
		const card = cardLink && cardOf(cardLink);
		const amountMinor = closed.approvedMinor ?? opened.amountMinor;
		const base = { at, amountMinor, ...(card !== undefined && { card }) };
		const isOwn = cardLink !== undefined && this.#sources.isOwnCard(cardLink);
		return [
			...before(closed).map(kind => ({ ...base, kind })),
			...this.#ended(opened, closed).map(kind => ({
				...base,
				kind,
				...(isOwn && { ownCard: 1 }),
				...(opened.original && { originalMinor: this.#sources.find(opened.original)?.amountMinor ?? 0 }),
			})),
		];
	}

	#ended({ operation }: OpenedEntry, closed: ClosedEntry): EventKind[] {
		const kind = KINDS[operation];
		switch (closed.outcome) {
			case "approved":
				if (!kind) return [];
				return operation === "saleVoid" ? ["void", "cancelledAfterApproval"] : [kind];
			case "declined":
				return kind === "sale" || kind === "preAuthorisation" ? ["decline"] : [];
			case "cardError":
				return ["cardFault"];
			case "cancelled":
			case "timedOut":
			case "cardRemoved":
				return [this.#isReversed && closed.authorisationCode ? "cancelledAfterApproval" : "cancelled"];
			default:
				return [];
		}
	}
}

/** What happened on the way, read from the card's part. */
function before({ receipt, responseCode }: ClosedEntry): EventKind[] {
	const { tvr, cvmResults, entryMode } = receipt ?? {};
	const events: EventKind[] = [];
	if (entryMode === "magstripe") events.push("fallback");
	const isWrongOffline =
		tvr !== undefined &&
		(tvr[2]! & TVR_CVM_FAILED) !== 0 &&
		cvmResults?.[2] === CVM_FAILED &&
		OFFLINE_PIN_CODES.includes(cvmResults[0]! & CVM_CODE);
	if (isWrongOffline || WRONG_PIN.includes(responseCode ?? "")) events.push("pinFailure");
	if (tvr && (tvr[3]! & TVR_FORCED_ONLINE) !== 0) events.push("forcedOnline");
	return events;
}
