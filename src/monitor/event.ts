import { readUint } from "../bytes/bytes.js";

/** Fields that an event brings with it, whole numbers; what is absent counts as 0. */
interface EventFields {
	/** Minor units of the terminal's currency. */
	readonly amountMinor?: number;
	/** 1: the card that the terminal is bound to, the merchant's own. */
	readonly ownCard?: number;
	/** Of a refund or void: what it takes back, in minor units; 0 when no transaction is named. */
	readonly originalMinor?: number;
	/** Of a refund: how much it is above what is left of its original, in minor units. */
	readonly aboveOriginalMinor?: number;
	/** Of a clock jump: by how much, in seconds. */
	readonly seconds?: number;
}

const MONEY = Object.freeze(["amountMinor"] as const);
const PAYMENT = Object.freeze(["amountMinor", "ownCard"] as const);

/** What can happen at a terminal, and which fields tell of it. The order is that of the numbers in a kept state. */
export const EVENTS = Object.freeze({
	/** An approved sale, offline or online. */
	sale: PAYMENT,
	/** A payment that the bank, the card or the terminal's own rules declined. */
	decline: PAYMENT,
	/** A refund that was approved, or asked for and refused at the terminal for being above its sale. */
	refund: Object.freeze(["amountMinor", "ownCard", "originalMinor", "aboveOriginalMinor"] as const),
	void: Object.freeze(["amountMinor", "originalMinor"] as const),
	preAuthorisation: PAYMENT,
	completion: MONEY,
	/** A wrong PIN, said so by the bank or by the card; or a card that has no try left for one. */
	pinFailure: Object.freeze([] as const),
	/** The stripe was read because the chip failed. */
	fallback: MONEY,
	/** A card that failed technically. */
	cardFault: Object.freeze([] as const),
	/** A person has signed on to work. */
	signOn: Object.freeze([] as const),
	/** A reversal came to be owed. */
	reversal: MONEY,
	/** The bank could not be reached or gave no valid answer, or a delivery to it failed. */
	linkFault: Object.freeze([] as const),
	/** Somebody got at the inside; told when there are keys again. */
	tamper: Object.freeze([] as const),
	/** The clock was set, or the time went another way than the uptime. */
	clockJump: Object.freeze(["seconds"] as const),
	/** Taken back by a person after the bank had approved: card pulled, or voided. */
	cancelledAfterApproval: MONEY,
	/** The merchant had the terminal go online with a payment that need not (TVR byte 4, bit 4). */
	forcedOnline: MONEY,
	/** Cancelled by a person before anything was approved. */
	cancelled: Object.freeze([] as const),
	/** The bank has opened another batch for the terminal. */
	signIn: Object.freeze([] as const),
} as const);

export type EventKind = keyof typeof EVENTS;
export const EVENT_KINDS = Object.freeze(Object.keys(EVENTS) as EventKind[]);

/** One thing that happened. It names no card: `card` only tells one from another, and only on this terminal. */
export interface MonitorEvent extends EventFields {
	readonly kind: EventKind;
	/** Milliseconds since 1970-01-01 00:00 UTC. */
	readonly at: number;
	/** See `cardOf`; absent when no card is known. */
	readonly card?: number;
}

/** Fields that a rule may ask about. The engine works the last three out for each event. */
export const FIELDS = Object.freeze([
	"amountMinor",
	"ownCard",
	"originalMinor",
	"aboveOriginalMinor",
	"seconds",
	/** Of the local day, 0 to 1439. */
	"minuteOfDay",
	/** 1: outside the business hours of the rule set. */
	"outsideHours",
	/** The amount in percent, rounded down, of the lowest limit that it does not reach; 0 when there is none. */
	"percentOfLimit",
] as const);
export type Field = (typeof FIELDS)[number];

const WORKED_OUT: readonly Field[] = Object.freeze(["minuteOfDay", "outsideHours"]);

/** Whether events of the kind can have the field. */
export function hasField(kind: EventKind, field: Field): boolean {
	const fields: readonly string[] = EVENTS[kind];
	return WORKED_OUT.includes(field) || fields.includes(field === "percentOfLimit" ? "amountMinor" : field);
}

const CARD_BYTES = 4;

/** A card for the monitor: the first 4 bytes of its keyed token (`Seal.link`), never 0. */
export function cardOf(cardLink: Uint8Array): number {
	return readUint(cardLink, 0, CARD_BYTES) || 1;
}
