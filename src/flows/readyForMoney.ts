import { MOST_AMOUNT_MINOR } from "../keypad/amountEntry.js";
import { KeyError } from "../keys/keyError.js";
import { deliverReversals } from "./deliverOwed.js";
import type { FlowContext } from "./flowContext.js";
import type { Order } from "./order.js";
import { closeInterrupted } from "./recover.js";
import { signIn } from "./signIn.js";

/**
 * Everything that must be so before a financial message may go.
 * @returns why it must not; undefined when all is well
 * @throws {RangeError} on an amount that is none
 */
export async function readyForMoney(c: FlowContext, order: Order): Promise<string | undefined> {
	const { operation, amountMinor } = order;
	const least = operation === "balance" || operation === "query" ? 0 : 1;
	if (!Number.isInteger(amountMinor) || amountMinor < least || amountMinor > MOST_AMOUNT_MINOR)
		throw new RangeError("an amount is a whole number of minor units, at least 1 and at most 999999999");
	if (!c.link.profile.operations[operation]) return `this acquirer offers no ${operation}`;
	closeInterrupted(c);
	const full = c.journal.whyFull();
	if (full) return full;
	if (c.signInWanted && !(await signIn(c)).done) return "the bank wants the terminal to sign in, and that failed";
	try {
		if (!(await deliverReversals(c)))
			return "an earlier transaction must be taken back first, and the bank does not answer";
	} catch (error) {
		if (error instanceof KeyError) return error.message;
		throw error;
	}
	return undefined;
}
