import type {
	AdviceRefusedEntry,
	ClosedEntry,
	JournalEntry,
	OpenedEntry,
	TransactionName,
} from "../journal/entries.js";
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

/** Why a reversal is owed when the bank had approved; with other reasons nobody knows what it would have said. */
const AFTER_APPROVAL = "other";

/** What a customer pays or promises to pay: that it was declined is worth an event. */
const PAYMENTS: readonly (EventKind | undefined)[] = Object.freeze(["sale", "preAuthorisation"] as const);

/** ISO 8583 field 39: wrong PIN, too many of them. */
const WRONG_PIN: readonly string[] = Object.freeze(["55", "75"]);
/** Byte 4 of the TVR (EMV 4.4 Book 3, Annex C5). */
const TVR_FORCED_ONLINE = 0x08;

/** Makes the monitor's events of what is written to the journal: nothing that it tells of can be left out anywhere else. */
export class JournalEvents {
	readonly #sources: JournalEventSources;
	/** The transaction under way. */
	#opened: OpenedEntry | undefined;
	/** Its request may have left the terminal, or was about to. */
	#isSent = false;
	/** The bank had approved, and has to take it back. */
	#isTakenBack = false;

	constructor(sources: JournalEventSources) {
		this.#sources = sources;
	}

	/** @returns what the entry tells of, in the order in which it happened */
	take(entry: JournalEntry): MonitorEvent[] {
		switch (entry.type) {
			case "opened":
				this.#opened = entry;
				[this.#isSent, this.#isTakenBack] = [false, false];
				return [];
			case "sent":
				this.#isSent = true;
				return [];
			case "reversalOwed":
				this.#isTakenBack = entry.reason === AFTER_APPROVAL;
				return [{ kind: "reversal", at: entry.at, amountMinor: this.#amountOf(entry) }];
			case "adviceRefused":
				return this.#refused(entry);
			case "attempt":
				return [{ kind: "linkFault", at: entry.at }];
			case "signedIn":
				return [{ kind: "signIn", at: entry.at }];
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
		const { at } = closed;
		const about = { at, amountMinor: closed.approvedMinor ?? opened.amountMinor, ...this.cardFields(closed) };
		return [
			...before(closed, this.#isSent).map(kind => ({ kind, ...about })),
			...this.#ended(opened, closed).map(kind => ({
				...{ kind, ...about },
				...(opened.original && { originalMinor: this.#sources.find(opened.original)?.amountMinor ?? 0 }),
			})),
		];
	}

	/** What the card had approved offline and the bank declines now. */
	#refused({ batch, stan, at, uncounted }: AdviceRefusedEntry): MonitorEvent[] {
		if (!uncounted || !PAYMENTS.includes(KINDS[uncounted.operation])) return [];
		const { amountMinor } = uncounted;
		return [{ kind: "decline", at, amountMinor, ...this.cardFields(this.#sources.find({ batch, stan })) }];
	}

	/** What an event says of its card. */
	cardFields({ cardLink }: Partial<Pick<ClosedEntry, "cardLink">> = {}): Pick<MonitorEvent, "card" | "ownCard"> {
		if (!cardLink) return {};
		return { card: cardOf(cardLink), ...(this.#sources.isOwnCard(cardLink) && { ownCard: 1 }) };
	}

	#ended({ operation }: OpenedEntry, closed: ClosedEntry): EventKind[] {
		const kind = KINDS[operation];
		switch (closed.outcome) {
			case "approved":
				if (!kind) return [];
				return operation === "saleVoid" ? ["void", "cancelledAfterApproval"] : [kind];
			case "declined":
				return PAYMENTS.includes(kind) && this.#isDeclined(closed) ? ["decline"] : [];
			case "cardError":
				return ["cardFault"];
			case "cancelled":
			case "timedOut":
			case "cardRemoved":
				return [this.#isTakenBack ? "cancelledAfterApproval" : "cancelled"];
			default:
				return [];
		}
	}

	/** By the bank or with the card: what came to nothing because no answer came was declined by nobody. */
	#isDeclined({ responseCode, receipt }: ClosedEntry): boolean {
		return responseCode !== undefined || (!this.#isSent && receipt !== undefined);
	}
}

/** What happened on the way. */
function before({ receipt, responseCode }: ClosedEntry, isSent: boolean): EventKind[] {
	const { tvr, entryMode } = receipt ?? {};
	return [
		...(entryMode === "magstripe" ? (["fallback"] as const) : []),
		...(WRONG_PIN.includes(responseCode ?? "") ? (["pinFailure"] as const) : []),
		...(tvr && (tvr[3]! & TVR_FORCED_ONLINE) !== 0 ? (["forcedOnline"] as const) : []),
		...(isSent && responseCode === undefined ? (["linkFault"] as const) : []),
	];
}
