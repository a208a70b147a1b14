import type { Order } from "../../src/flows/order.js";
import type { Service } from "../../src/flows/serve.js";
import type { TransactionResult } from "../../src/flows/transactionResult.js";
import type { Operation } from "../../src/operation.js";

export type Deed =
	| { readonly kind: "order"; readonly order: Order }
	| { readonly kind: "service"; readonly service: Service };

/** How many times in a hundred each thing is done; where it needs an earlier transaction and there is none, a sale is. */
const DEEDS = Object.freeze([
	["sale", 47],
	["saleVoid", 8],
	["refund", 8],
	["tip", 5],
	["adjust", 3],
	["saleWithCashback", 3],
	["cash", 2],
	["preAuthorisation", 6],
	["increment", 2],
	["completion", 4],
	["completionAdvice", 2],
	["preAuthorisationVoid", 1],
	["completionVoid", 1],
	["balance", 1],
	["deliver", 3],
	["signIn", 1],
	["query", 1],
	["settle", 2],
] as const);
type DeedName = (typeof DEEDS)[number][0];

const SALES: readonly Operation[] = Object.freeze(["sale", "saleWithCashback", "cash"]);
const COMPLETIONS: readonly Operation[] = Object.freeze(["completion", "completionAdvice"]);
/** Of the newest transactions one is chosen for what is done to an earlier one. */
const MOST_REMEMBERED = 12;

interface Made {
	readonly operation: Operation;
	readonly invoice: number;
	readonly amountMinor: number;
}

/** What the person at a terminal does next; what cannot be done any more is tried, too, and the terminal refuses it. */
export class Deeds {
	readonly #below: (limit: number) => number;
	readonly #made: Made[] = [];

	/** @param below a number by chance from 0 up to its limit */
	constructor(below: (limit: number) => number) {
		this.#below = below;
	}

	/** @param requestKey of the order, if it is one */
	next(profileHasSignIn: boolean, requestKey: string): Deed {
		const name = this.#pick();
		const amountMinor = 100 + this.#below(5_000);
		const order = (operation: Operation, more: Partial<Order> = {}): Deed => ({
			kind: "order",
			order: { operation, amountMinor, requestKey, ...more },
		});
		const about = (made: Made | undefined, more: (made: Made) => Partial<Order> = () => ({})): Deed =>
			made ? order(name as Operation, { invoice: made.invoice, ...more(made) }) : order("sale");
		switch (name) {
			case "saleVoid":
				return about(this.#earlier(SALES));
			case "refund":
				return about(this.#earlier([...SALES, ...COMPLETIONS]), made => ({
					amountMinor: 1 + this.#below(made.amountMinor),
				}));
			case "tip":
				return about(this.#earlier(["sale"]), made => ({ tipMinor: 1 + this.#below(Math.ceil(made.amountMinor / 3)) }));
			case "adjust":
				return about(this.#earlier(["sale"]), made => ({ amountMinor: 1 + this.#below(made.amountMinor) }));
			case "increment":
			case "preAuthorisationVoid":
				return about(this.#earlier(["preAuthorisation"]));
			case "completion":
			case "completionAdvice":
				return about(this.#earlier(["preAuthorisation"]), made => ({ amountMinor: 1 + this.#below(made.amountMinor) }));
			case "completionVoid":
				return about(this.#earlier(COMPLETIONS));
			case "saleWithCashback":
				return order(name, { cashbackMinor: 1 + this.#below(99) });
			case "balance":
				return order(name, { amountMinor: 0 });
			case "signIn":
				return profileHasSignIn ? { kind: "service", service: { service: "signIn" } } : order("sale");
			case "query": {
				const made = this.#earlier(SALES);
				return made ? { kind: "service", service: { service: "query", invoice: made.invoice } } : order("sale");
			}
			case "settle":
				return { kind: "service", service: { service: "settle", requestKey } };
			case "deliver":
				return { kind: "service", service: { service: "deliver" } };
			default:
				return order(name);
		}
	}

	remember({ status, operation, invoice, amountMinor }: TransactionResult): void {
		if (status !== "approved" || invoice === undefined) return;
		this.#made.push({ operation, invoice, amountMinor });
		if (this.#made.length > MOST_REMEMBERED) this.#made.shift();
	}

	#earlier(operations: readonly Operation[]): Made | undefined {
		const fit = this.#made.filter(({ operation }) => operations.includes(operation));
		return fit[this.#below(fit.length || 1)];
	}

	#pick(): DeedName {
		let chance = this.#below(100);
		for (const [name, percent] of DEEDS) {
			if (chance < percent) return name;
			chance -= percent;
		}
		return "sale";
	}
}
