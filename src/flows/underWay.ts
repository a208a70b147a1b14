import { maskPan } from "../bytes/pan.js";
import type { Language } from "../display/messages.js";
import * as screens from "../display/screens.js";
import { operationProfile } from "../host/buildMessage.js";
import { Iso8583Error } from "../host/iso8583/iso8583Error.js";
import type { MessageValues, ReversalReason } from "../host/messageValues.js";
import type { HostProfile } from "../host/profiles/hostProfile.js";
import { encodeRequest, type HostReply, request } from "../host/request.js";
import { encodeReversal, reversalOf } from "../host/reverse.js";
import type { JournalEntry, OpenedEntry, TransactionName } from "../journal/entries.js";
import type { MessageKeys } from "../keys/hostKeys.js";
import type { FlowContext } from "./flowContext.js";
import type { Order } from "./order.js";
import { sealReversal } from "./sealedValues.js";

const ANSWER_TIMEOUT_MS = 30_000;

export type Answered = Extract<HostReply, { kind: "answered" }>;
/** "unfit": the values do not fit into a message, so that nothing was journalled or sent. */
export type OnlineReply = HostReply | { readonly kind: "unfit"; readonly reason: string };

/** A transaction between its numbers and its end; each step adds what it learns. */
export interface UnderWay {
	order: Order;
	readonly name: TransactionName;
	readonly invoice: number;
	readonly original: TransactionName | undefined;
	readonly openedAt: number;
	/** Of the PIN block and of the request. */
	readonly keys: MessageKeys;
	/** Its beginning is in the journal. */
	isOpened: boolean;
	/** The request may have left the terminal. */
	sent: boolean;
	answer: Answered | undefined;
	/** Why the bank must take the request back. */
	owed: ReversalReason | undefined;
}

/** Numbers and keys. Nothing is written yet: a transaction exists from the moment it matters to anybody else. */
export function begin(c: FlowContext, order: Order, original?: TransactionName): UnderWay {
	const stan = c.journal.nextStan(); // first: it may begin a batch
	return {
		order,
		name: { batch: c.journal.batch, stan },
		invoice: c.journal.nextInvoice(),
		original,
		openedAt: c.clock.now(),
		keys: c.keys.next(),
		isOpened: false,
		sent: false,
		answer: undefined,
		owed: undefined,
	};
}

/** The "opened" entry when it is not in the journal yet: always written together with what makes the transaction matter. */
export function opening(c: FlowContext, u: UnderWay): OpenedEntry[] {
	if (u.isOpened) return [];
	const { operation, amountMinor, cashbackMinor, tipMinor, requestKey, operator, approvedBy } = u.order;
	const { currencyCode: currency } = c.configuration;
	return [
		{
			type: "opened",
			...u.name,
			at: u.openedAt,
			invoice: u.invoice,
			operation,
			amountMinor,
			cashbackMinor,
			tipMinor,
			currency,
			original: u.original,
			requestKey,
			operator,
			approvedBy,
		},
	];
}

/**
 * Asks the bank, once. The intent and the reversal that it would need are on the medium before the first byte leaves.
 * @param reversalIccData field 55 of the reversal
 */
export async function askBank(
	c: FlowContext,
	u: UnderWay,
	values: MessageValues,
	reversalIccData: Uint8Array,
	language: Language,
): Promise<OnlineReply> {
	const { profile } = c.link;
	const { operation } = u.order;
	const mustReverse = operationProfile(profile, operation).reverses === true;
	const reversal = mustReverse ? reversalOf(profile, operation, values, reversalIccData) : undefined;
	const unfit = whyUnfit(() => {
		encodeRequest(profile, c.hostTerminal, operation, values, u.keys);
		if (reversal) encodeReversal(profile, c.hostTerminal, reversal, "noResponse", u.keys);
	});
	if (unfit !== undefined) return { kind: "unfit", reason: unfit };
	const sent: JournalEntry = {
		type: "sent",
		...u.name,
		at: c.clock.now(),
		panMasked: values.pan && maskPan(values.pan),
		reversal: reversal && sealReversal(c.seal, reversal),
	};
	c.journal.appendAll([...opening(c, u), sent]);
	[u.isOpened, u.sent, u.owed] = [true, true, mustReverse ? "noResponse" : undefined];
	c.show(screens.contactingBank(language));
	const reply = await request(c.link, c.hostTerminal, operation, values, u.keys, ANSWER_TIMEOUT_MS);
	if (reply.kind === "answered") u.answer = reply;
	if (reply.kind === "notSent") [u.sent, u.owed] = [false, undefined];
	if (reply.kind === "answered" && reply.signInAgain) c.signInWanted = true;
	if (reply.kind === "noValidReply" && reply.reason === "wrongMac") {
		if (mustReverse) u.owed = "macError";
		c.signInWanted ||= signInBringsKeys(profile);
	}
	return reply;
}

/** Work keys that the bank does not have any more are one reason why its MACs are wrong. */
export function signInBringsKeys({ security, operations }: HostProfile): boolean {
	return security.keyScheme === "masterSession" && operations.signIn !== undefined;
}

/** A message that cannot be encoded must be known before a reversal of it is owed, which could not be encoded either. */
export function whyUnfit(encode: () => unknown): string | undefined {
	try {
		encode();
		return undefined;
	} catch (error) {
		if (error instanceof Iso8583Error) return error.message;
		throw error;
	}
}
