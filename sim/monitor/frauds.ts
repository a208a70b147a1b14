import { BUILT_IN_RULES } from "../../src/monitor/builtInRules.js";
import type { MonitorEvent } from "../../src/monitor/event.js";
import type { Dice } from "./dice.js";
import { someCard } from "./honestDay.js";
import type { MerchantKind } from "./merchantKind.js";

export interface FraudContext {
	readonly dice: Dice;
	readonly kind: MerchantKind;
	/** What the honest part of the day sold. */
	readonly soldMinor: number;
}

/** Seconds after the fraud begins, and what happens then. */
type Step = readonly [seconds: number, event: Omit<MonitorEvent, "at">];

/** A fraud, named after the rule that is to find it. Its strength varies: some are too slow or too small to be seen. */
export interface Fraud {
	readonly rule: string;
	/** When it is done; "closed": at night, where a merchant closes. */
	readonly when: "open" | "closed";
	readonly steps: (context: FraudContext) => readonly Step[];
}

const OWN_CARD = 1;
const [PIN_LIMIT, SUPERVISOR_LIMIT] = BUILT_IN_RULES.limitsMinor as readonly [number, number];

/** `count` steps with a pause of `pause` seconds between them. */
function repeated(
	dice: Dice,
	count: readonly [number, number],
	pause: readonly [number, number],
	event: (i: number) => Omit<MonitorEvent, "at">,
): Step[] {
	let seconds = 0;
	return Array.from({ length: dice.between(...count) }, (_, i) => {
		if (i > 0) seconds += dice.between(...pause);
		return [seconds, event(i)] as const;
	});
}

export const FRAUDS: readonly Fraud[] = Object.freeze([
	{
		rule: "ownCard", // turnover that is none, cash from the merchant's own credit card
		when: "open",
		steps: ({ dice }) =>
			repeated(dice, [1, 3], [60, 1_800], () => ({
				kind: "sale",
				card: OWN_CARD,
				ownCard: 1,
				amountMinor: dice.between(50_000, 400_000),
			})),
	},
	{
		rule: "sameCardAgain", // the cashier charges twice
		when: "open",
		steps: ({ dice }) => {
			const card = someCard(dice);
			const amountMinor = dice.between(1_000, 20_000);
			return repeated(dice, [2, 3], [20, 190], () => ({ kind: "sale", card, amountMinor }));
		},
	},
	{
		rule: "justBelowLimit",
		when: "open",
		steps: ({ dice }) =>
			repeated(dice, [3, 8], [300, 2_700], () => {
				const limit = dice.of([PIN_LIMIT, SUPERVISOR_LIMIT]);
				return { kind: "sale", card: someCard(dice), amountMinor: limit - dice.between(1, limit / 25) };
			}),
	},
	{
		rule: "split", // one purchase above the limit in parts below it
		when: "open",
		steps: ({ dice }) => {
			const card = someCard(dice);
			return repeated(dice, [2, 5], [60, 700], () => ({
				kind: "sale",
				card,
				amountMinor: dice.between(52_000, PIN_LIMIT - 5_000),
			}));
		},
	},
	{
		rule: "declineBurst", // stolen cards, one after the other
		when: "open",
		steps: ({ dice }) =>
			repeated(dice, [7, 15], [15, 90], () => ({
				kind: "decline",
				card: someCard(dice),
				amountMinor: dice.between(20_000, 90_000),
			})),
	},
	{
		rule: "cardTesting",
		when: "open",
		steps: ({ dice }) =>
			repeated(dice, [7, 20], [10, 110], () => ({
				kind: dice.chance(6_000) ? "decline" : "sale",
				card: someCard(dice),
				amountMinor: dice.between(1, 400),
			})),
	},
	{
		rule: "refundWithoutSale",
		when: "open",
		steps: ({ dice }) =>
			repeated(dice, [1, 3], [60, 3_600], () => ({
				kind: "refund",
				card: someCard(dice),
				amountMinor: dice.between(5_000, 90_000),
			})),
	},
	{
		rule: "refundAboveSale",
		when: "open",
		steps: ({ dice }) => {
			const originalMinor = dice.between(1_000, 9_000);
			const aboveOriginalMinor = dice.between(100, 90_000);
			const refund = { amountMinor: originalMinor + aboveOriginalMinor, originalMinor, aboveOriginalMinor };
			return [[0, { kind: "refund", card: someCard(dice), ...refund }]];
		},
	},
	{
		rule: "refundRatio", // the till's takings go back to a friend's card
		when: "open",
		steps: ({ dice, soldMinor }) => {
			const count = dice.between(3, 8);
			const each = Math.floor((soldMinor * dice.between(27, 60)) / 100 / count);
			return repeated(dice, [count, count], [60, 1_200], () => ({
				kind: "refund",
				card: OWN_CARD + 1,
				amountMinor: each,
				originalMinor: each,
			}));
		},
	},
	{
		rule: "pinFailures", // guessing the PINs of found cards
		when: "open",
		steps: ({ dice }) =>
			repeated(dice, [5, 10], [8, 150], i => ({ kind: "pinFailure", card: 500 + Math.floor(i / 3), amountMinor: 100 })),
	},
	{
		rule: "forcedOnline",
		when: "open",
		steps: ({ dice }) =>
			repeated(dice, [4, 9], [60, 1_300], () => ({
				kind: "forcedOnline",
				card: someCard(dice),
				amountMinor: dice.between(5_000, 90_000),
			})),
	},
	{
		rule: "fallback", // copied stripes
		when: "open",
		steps: ({ dice }) =>
			repeated(dice, [3, 8], [60, 1_700], () => ({
				kind: "fallback",
				card: someCard(dice),
				amountMinor: dice.between(20_000, 90_000),
			})),
	},
	{
		rule: "outsideHours",
		when: "closed",
		steps: ({ dice }) =>
			repeated(dice, [1, 5], [60, 1_200], () => ({
				kind: "sale",
				card: someCard(dice),
				amountMinor: dice.between(20_000, 90_000),
			})),
	},
	{
		rule: "reversals",
		when: "open",
		steps: ({ dice }) =>
			repeated(dice, [5, 10], [60, 900], () => ({
				kind: "reversal",
				card: someCard(dice),
				amountMinor: dice.between(5_000, 90_000),
			})),
	},
	{
		rule: "cancelledAfterApproval", // goods leave, money comes back
		when: "open",
		steps: ({ dice }) =>
			repeated(dice, [3, 7], [120, 3_000], () => ({
				kind: "cancelledAfterApproval",
				card: someCard(dice),
				amountMinor: dice.between(5_000, 90_000),
			})),
	},
]);
