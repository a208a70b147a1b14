import { encodeDeterministic } from "../bytes/cbor.js";
import type { Crypto } from "../ports.js";
import { type Decoded, integer, list, record, text, time } from "./codec.js";

const MOST_AMOUNT_MINOR = 999_999_999;
const PPM = 1_000_000;
const amount = integer(0, MOST_AMOUNT_MINOR);

/** What a sale with one kind of card costs the merchant. */
const rule = record({
	/** What the contract calls these cards, e.g. "debit". */
	kind: [1, text(/^[\x20-\x7e]{1,16}$/, "1 to 16 ASCII characters")],
	/** First digits of their numbers; none: all cards. */
	prefixes: [2, list(text(/^[0-9]{1,6}$/, "1 to 6 digits"), 0, 64)],
	/** Of the amount, in millionths. */
	ratePpm: [3, integer(0, PPM)],
	/** Added to the rate's part. */
	fixedMinor: [4, amount],
	minimumMinor: [5, amount],
	capMinor: [6, amount, "optional"],
});

/** What the acquirer keeps of each sale, from a moment on; the first rule that fits a card counts. */
export const feeSchedule = record({
	version: [1, integer(1, 0xffff_ffff)],
	/** The first moment of its force. */
	from: [2, time],
	rules: [3, list(rule, 1, 16)],
	/** Days from a settlement to its credit. */
	creditDays: [4, integer(0, 60)],
});

export type FeeSchedule = Decoded<typeof feeSchedule>;
export type FeeRule = Decoded<typeof rule>;

/** What a merchant agrees to, for the card's challenge: SHA-256 of the schedule as it is signed. */
export function feeSubject(crypto: Crypto, fees: FeeSchedule): Uint8Array {
	return crypto.sha256(encodeDeterministic(feeSchedule.encode(fees)));
}

/** @param pan the number, or what may be shown of it: its first digits count @returns undefined when no rule fits */
export function feeRuleFor({ rules }: FeeSchedule, pan: string): FeeRule | undefined {
	return rules.find(({ prefixes }) => !prefixes.length || prefixes.some(prefix => pan.startsWith(prefix)));
}

/**
 * What a sale costs: the rate's part, rounded half up to the minor unit, and the fixed part together; then at least the
 * minimum, at most the cap, and never more than the amount itself. No floating point: the largest product is below 2^53.
 * @param amountMinor 0 to 999999999
 */
export function feeMinor({ ratePpm, fixedMinor, minimumMinor, capMinor }: FeeRule, amountMinor: number): number {
	if (!Number.isInteger(amountMinor) || amountMinor < 0 || amountMinor > MOST_AMOUNT_MINOR)
		throw new RangeError("a fee is of an amount from 0 to 999999999");
	if (amountMinor === 0) return 0;
	const product = amountMinor * ratePpm + PPM / 2;
	const byRate = (product - (product % PPM)) / PPM;
	const fee = Math.max(byRate + fixedMinor, minimumMinor);
	return Math.min(fee, capMinor ?? fee, amountMinor);
}
