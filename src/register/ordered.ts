import type { TransactionResult } from "../flows/transactionResult.js";
import type { TransactionName } from "../journal/entries.js";
import type { RegisterOrder } from "./registerOrder.js";
import type { TransactionView } from "./transactionView.js";
import { Waiters } from "./waiters.js";

/** A transaction that a cash register has ordered since the terminal started. */
export class Ordered {
	readonly key: string;
	readonly order: RegisterOrder;
	readonly startedAt: number;
	phase: "terminal" | "bank" | "ended" | "failed" = "terminal";
	/** Once the journal has it. */
	name: TransactionName | undefined;
	/** Presses Cancel as soon as the terminal asks a person for something. */
	cancelWanted = false;
	/** Undefined until it has ended. */
	result: TransactionResult | undefined;
	/** Told when it is no longer under way. */
	readonly waiters = new Waiters();

	constructor(key: string, order: RegisterOrder, startedAt: number) {
		this.key = key;
		this.order = order;
		this.startedAt = startedAt;
	}

	/** With a result: what has failed may still be in the journal at the next start. */
	get hasEnded(): boolean {
		return this.phase === "ended";
	}

	get isUnderWay(): boolean {
		return this.phase === "terminal" || this.phase === "bank";
	}

	over(result: TransactionResult | undefined): void {
		this.result = result;
		this.phase = result ? "ended" : "failed";
		this.cancelWanted = false;
		this.waiters.tell();
	}

	/** While the journal has no more to say: under way, refused before it began, or the terminal has failed. */
	view(): TransactionView {
		const { key, order, startedAt, phase, result } = this;
		const { invoice: _original, ...ordered } = order;
		const known = { key, ...ordered, startedAt };
		if (result) {
			const { status, reason, outcome, online, currency } = result;
			return { ...known, status, reason, outcome, online, currency };
		}
		if (phase === "failed") return { ...known, status: "pending", reason: FAILED };
		const isBank = phase === "bank";
		return {
			...known,
			...this.name,
			status: "underWay",
			phase: isBank ? "bank" : "terminal",
			reason: isBank ? "the bank is asked" : "the terminal is at work",
		};
	}
}

const FAILED = "the terminal has failed: start it again, then ask with the same key";
