import type { EventKind } from "./event.js";

/** What a day came to. All whole numbers. */
export interface DayCounts {
	/** Events of each kind. */
	readonly of: Readonly<Record<EventKind, number>>;
	/** Approved sales, completions included, in minor units. */
	readonly soldMinor: number;
	readonly refundedMinor: number;
}

/** One figure of a day that is compared with what the merchant's days usually come to. */
export interface Metric {
	/** A difference below this much is none, however alike the days were. */
	readonly leastDeviation: number;
	/** Only more than usual is a risk. */
	readonly onlyAbove: boolean;
	/** Undefined on a day with too few payments to tell. */
	readonly of: (day: DayCounts) => number | undefined;
}

/** Fewer payments say nothing about rates. */
const FEWEST_PAYMENTS = 10;

/** Payments that were tried. */
function paymentsOf({ of }: DayCounts): number {
	return of.sale + of.decline + of.preAuthorisation;
}

function permille(kind: EventKind): Metric["of"] {
	return day => {
		const payments = paymentsOf(day);
		return payments < FEWEST_PAYMENTS ? undefined : Math.floor((day.of[kind] * 1000) / payments);
	};
}

const rate = (kind: EventKind, leastDeviation: number): Metric =>
	Object.freeze({ leastDeviation, onlyAbove: true, of: permille(kind) });

/** The order is that of the figures in a kept state. */
export const METRICS = Object.freeze({
	payments: Object.freeze({ leastDeviation: 10, onlyAbove: false, of: paymentsOf }),
	averageMinor: Object.freeze({
		leastDeviation: 500,
		onlyAbove: true,
		of(day: DayCounts) {
			const sales = day.of.sale + day.of.completion;
			return sales < FEWEST_PAYMENTS ? undefined : Math.floor(day.soldMinor / sales);
		},
	}),
	refundPermille: Object.freeze({
		leastDeviation: 15,
		onlyAbove: true,
		of: ({ refundedMinor, soldMinor }: DayCounts) =>
			soldMinor === 0 ? undefined : Math.min(1000, Math.floor((refundedMinor * 1000) / soldMinor)),
	}),
	declinePermille: rate("decline", 15),
	cancelledPermille: rate("cancelledAfterApproval", 8),
	pinFailurePermille: rate("pinFailure", 8),
	fallbackPermille: rate("fallback", 8),
	forcedOnlinePermille: rate("forcedOnline", 8),
	reversalPermille: rate("reversal", 10),
	linkFaultPermille: rate("linkFault", 30),
} satisfies Readonly<Record<string, Metric>>);

export type MetricName = keyof typeof METRICS;
export const METRIC_NAMES = Object.freeze(Object.keys(METRICS) as MetricName[]);
