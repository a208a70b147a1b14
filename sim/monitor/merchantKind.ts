import type { RuleSet } from "../../src/monitor/rule.js";

/** How a kind of honest merchant's days go. Chances are in ten thousand payments, amounts in minor units. */
export interface MerchantKind {
	readonly name: string;
	/** Of the local day; undefined: open day and night. */
	readonly businessHours: RuleSet["businessHours"];
	/** When payments come, in minutes of the local day. */
	readonly busy: readonly (readonly [from: number, to: number])[];
	readonly payments: readonly [least: number, most: number];
	/** Ranges of prices, each as likely as the next. */
	readonly prices: readonly (readonly [least: number, most: number])[];
	/** The same customer pays once more within minutes. */
	readonly again: number;
	readonly decline: number;
	readonly pinFailure: number;
	readonly cardFault: number;
	/** The chip fails and the stripe is read. */
	readonly fallback: number;
	/** No answer from the bank; some of these owe a reversal. */
	readonly linkFault: number;
	/** A customer who changes their mind before, and after the approval. */
	readonly cancelled: number;
	readonly takenBack: number;
	readonly forcedOnline: number;
	/** With the receipt of the sale, and without it. */
	readonly refund: number;
	readonly refundWithoutSale: number;
	/** Payments that begin as a pre-authorisation and end as a completion hours later. */
	readonly preAuthorised: number;
	/** Days on which an issuer is out of order, so that its cards are declined for a while. */
	readonly issuerOutageDays: number;
}

const hours = (opens: number, closes: number) => Object.freeze({ opensMinute: opens * 60, closesMinute: closes * 60 });

export const MERCHANT_KINDS: readonly MerchantKind[] = Object.freeze([
	{
		name: "café",
		businessHours: hours(6, 22),
		busy: [
			[450, 660],
			[690, 840],
			[900, 1140],
		],
		payments: [120, 260],
		prices: [
			[1_200, 3_500],
			[2_500, 8_000],
		],
		again: 60,
		decline: 150,
		pinFailure: 40,
		cardFault: 60,
		fallback: 0,
		linkFault: 30,
		cancelled: 80,
		takenBack: 15,
		forcedOnline: 5,
		refund: 15,
		refundWithoutSale: 1,
		preAuthorised: 0,
		issuerOutageDays: 50,
	},
	{
		name: "supermarket",
		businessHours: hours(6, 23),
		busy: [
			[420, 720],
			[720, 1_020],
			[1_020, 1_320],
		],
		payments: [300, 620],
		prices: [
			[50, 2_000],
			[1_000, 9_000],
			[4_000, 30_000],
			[10_000, 65_000],
		],
		again: 40,
		decline: 200,
		pinFailure: 60,
		cardFault: 60,
		fallback: 8,
		linkFault: 20,
		cancelled: 90,
		takenBack: 12,
		forcedOnline: 5,
		refund: 60,
		refundWithoutSale: 1,
		preAuthorised: 0,
		issuerOutageDays: 50,
	},
	{
		name: "taxi",
		businessHours: undefined,
		busy: [
			[360, 600],
			[960, 1_430],
			[0, 150],
		],
		payments: [12, 34],
		prices: [
			[1_300, 6_000],
			[4_000, 18_000],
		],
		again: 20,
		decline: 300,
		pinFailure: 80,
		cardFault: 150,
		fallback: 20,
		linkFault: 800,
		cancelled: 150,
		takenBack: 20,
		forcedOnline: 10,
		refund: 5,
		refundWithoutSale: 0,
		preAuthorised: 0,
		issuerOutageDays: 20,
	},
	{
		name: "hotel",
		businessHours: undefined,
		busy: [
			[420, 720],
			[840, 1_380],
		],
		payments: [25, 90],
		prices: [
			[3_000, 40_000],
			[60_000, 280_000],
			[99_800, 99_800],
			[129_800, 450_000],
		],
		again: 60,
		decline: 250,
		pinFailure: 80,
		cardFault: 60,
		fallback: 15,
		linkFault: 30,
		cancelled: 100,
		takenBack: 80,
		forcedOnline: 20,
		refund: 200,
		refundWithoutSale: 2,
		preAuthorised: 5_500,
		issuerOutageDays: 50,
	},
]);
