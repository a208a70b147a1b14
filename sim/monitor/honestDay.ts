import type { EventKind, MonitorEvent } from "../../src/monitor/event.js";
import type { Dice } from "./dice.js";
import type { MerchantKind } from "./merchantKind.js";

/** An event, and which fraud it belongs to; undefined: an honest one. */
export interface Labelled {
	readonly event: MonitorEvent;
	readonly fraud: string | undefined;
}

export const UTC_OFFSET_MINUTES = 480;
const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;
/** Regular customers, who come again on other days. */
const REGULARS = 400;

/** Milliseconds since 1970 at which local day `day` after 1 January 2026 begins. */
export function startOfDay(day: number): number {
	return Date.UTC(2026, 0, 1) - UTC_OFFSET_MINUTES * MINUTE_MS + day * DAY_MS;
}

/** A card that nobody else has; the merchant's own is 1. */
export function someCard(dice: Dice): number {
	return dice.chance(3_000) ? 2 + dice.between(0, REGULARS) : dice.between(1_000_000, 0xffff_fffe);
}

/** Everything that the terminal of an honest merchant tells on one day, in order. */
export function honestDay(kind: MerchantKind, day: number, dice: Dice): Labelled[] {
	const start = startOfDay(day);
	const events: MonitorEvent[] = [];
	const add = (atMs: number, event: Omit<MonitorEvent, "at">) => events.push({ ...event, at: start + atMs });
	const opening = Math.min(...kind.busy.map(([from]) => from));
	add(Math.max(0, opening - dice.between(5, 20)) * MINUTE_MS, { kind: "signOn" });
	const outageAt = dice.chance(kind.issuerOutageDays) ? momentOf(kind, dice) : undefined;
	const payments = dice.between(...kind.payments);
	for (let i = 0; i < payments; i++) {
		const atMs = momentOf(kind, dice);
		const isOutage = outageAt !== undefined && atMs >= outageAt && atMs < outageAt + 30 * MINUTE_MS;
		payment(kind, dice, { atMs, declines: isOutage ? 4_000 : kind.decline }, add);
	}
	return events.sort((a, b) => a.at - b.at).map(event => ({ event, fraud: undefined }));
}

type Add = (atMs: number, event: Omit<MonitorEvent, "at">) => void;

/** One customer, with all that can come of it. */
function payment(kind: MerchantKind, dice: Dice, { atMs, declines }: { atMs: number; declines: number }, add: Add) {
	const card = someCard(dice);
	const amountMinor = priceOf(kind, dice);
	const money = { card, amountMinor };
	const at = (seconds: number) => atMs + seconds * 1000;
	const told = (event: EventKind, seconds: number) => add(at(seconds), { kind: event, ...money });
	if (dice.chance(kind.cardFault)) told("cardFault", -20);
	if (dice.chance(kind.pinFailure)) told("pinFailure", -8);
	if (dice.chance(kind.fallback)) told("fallback", -5);
	if (dice.chance(kind.forcedOnline)) told("forcedOnline", -1);
	if (dice.chance(kind.cancelled)) {
		told("cancelled", 0);
		return;
	}
	if (dice.chance(kind.linkFault)) {
		told("linkFault", 0);
		if (dice.chance(2_000)) told("reversal", 1);
		return;
	}
	if (dice.chance(declines)) {
		told("decline", 0);
		if (dice.chance(4_000)) return;
		// Another card, or the same once more
		add(at(dice.between(20, 60)), { kind: "sale", card: dice.chance(7_000) ? someCard(dice) : card, amountMinor });
		return;
	}
	if (dice.chance(kind.preAuthorised)) {
		told("preAuthorisation", 0);
		told("completion", dice.between(1_800, 36_000));
		return;
	}
	told("sale", 0);
	if (dice.chance(kind.again)) add(at(dice.between(40, 900)), { kind: "sale", card, amountMinor: priceOf(kind, dice) });
	if (dice.chance(kind.takenBack)) {
		told("cancelledAfterApproval", dice.between(5, 120));
		if (dice.chance(5_000)) told("reversal", 121);
		else add(at(121), { kind: "void", ...money, originalMinor: amountMinor });
	}
	if (dice.chance(kind.refund)) {
		const part = dice.chance(6_000) ? amountMinor : Math.max(1, Math.floor(amountMinor / 2));
		add(at(dice.between(300, 7_200)), { kind: "refund", card, amountMinor: part, originalMinor: amountMinor });
	}
	if (dice.chance(kind.refundWithoutSale)) add(at(60), { kind: "refund", ...money });
}

function momentOf(kind: MerchantKind, dice: Dice): number {
	const [from, to] = dice.of(kind.busy);
	return dice.between(from * MINUTE_MS, to * MINUTE_MS - 1);
}

/** Whole units most times, as on price tags. */
function priceOf(kind: MerchantKind, dice: Dice): number {
	const [least, most] = dice.of(kind.prices);
	const price = dice.between(least, most);
	return dice.chance(6_000) && price >= 1_000 ? price - (price % 100) : price;
}
