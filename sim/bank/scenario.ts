import { RESPONSE } from "./responseCode.js";

/** What the issuer can be told to answer, by the name that the field uses. */
export const SCENARIOS = Object.freeze({
	"refer to card issuer": RESPONSE.referToIssuer,
	"pick up": RESPONSE.pickUp,
	"do not honour": RESPONSE.doNotHonour,
	"invalid transaction": RESPONSE.invalidTransaction,
	"invalid amount": RESPONSE.invalidAmount,
	"no such card": RESPONSE.unknownCard,
	"lost card": RESPONSE.lostCard,
	"stolen card": RESPONSE.stolenCard,
	"insufficient funds": RESPONSE.insufficientFunds,
	expired: RESPONSE.expiredCard,
	"wrong PIN": RESPONSE.wrongPin,
	"limit exceeded": RESPONSE.limitExceeded,
	"restricted card": RESPONSE.restrictedCard,
	"PIN tries exceeded": RESPONSE.pinTriesExceeded,
	"issuer unavailable": RESPONSE.issuerUnavailable,
	"system malfunction": RESPONSE.systemMalfunction,
} as const);
export type Scenario = keyof typeof SCENARIOS;

/** Cents that choose the answer while magic amounts are switched on: x.01 to x.99 with one of these codes. */
const MAGIC_CENTS: readonly string[] = Object.freeze(Object.values(SCENARIOS));

interface Ordered {
	readonly scenario: Scenario;
	readonly pan: string | undefined;
	left: number;
}

/** Which requests are to be declined, and how: ordered by name; by cents only when that was switched on. */
export class Scenarios {
	readonly #ordered: Ordered[] = [];
	/** The cents of an amount choose the answer. Off unless somebody wants it: it surprises who does not know of it. */
	magicAmounts = false;

	/** @param pan of one card; undefined for any @param count how many requests; Infinity until `clear` */
	order(scenario: Scenario, pan: string | undefined, count: number): void {
		this.#ordered.push({ scenario, pan, left: count });
	}

	clear(): void {
		this.#ordered.length = 0;
	}

	/** Those that are still to come. */
	list(): readonly { readonly scenario: Scenario; readonly pan: string | undefined; readonly count: number }[] {
		return this.#ordered.map(({ scenario, pan, left }) => ({ scenario, pan, count: left }));
	}

	/** Uses up one. @returns the answer to this request, undefined when the bank judges it by itself */
	take(pan: string, amountMinor: number): string | undefined {
		const at = this.#ordered.findIndex(order => order.pan === undefined || order.pan === pan);
		if (at >= 0) {
			const order = this.#ordered[at]!;
			if (--order.left === 0) this.#ordered.splice(at, 1);
			return SCENARIOS[order.scenario];
		}
		const cents = String(amountMinor % 100).padStart(2, "0");
		return this.magicAmounts && MAGIC_CENTS.includes(cents) ? cents : undefined;
	}
}
