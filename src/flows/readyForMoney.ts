import { MOST_AMOUNT_MINOR } from "../keypad/amountEntry.js";
import { KeyError } from "../keys/keyError.js";
import type { Operation } from "../operation.js";
import { notBound } from "./boundMerchant.js";
import { completeBinding } from "./completeBinding.js";
import { deliverReversals, stuckReversal } from "./deliverOwed.js";
import type { FlowContext } from "./flowContext.js";
import { lockedRefusal } from "./lockedScreen.js";
import { mayProceed } from "./mayProceed.js";
import { notOffered } from "./notOffered.js";
import { closeInterrupted } from "./recover.js";
import type { Refusal } from "./refuse.js";
import { restoreWaits } from "./restoreHistory.js";
import { signIn } from "./signIn.js";

/** @throws {RangeError} on an amount that is none */
export function checkAmount(amountMinor: number, least = 1): void {
	if (!Number.isInteger(amountMinor) || amountMinor < least || amountMinor > MOST_AMOUNT_MINOR)
		throw new RangeError("an amount is a whole number of minor units, at least 1 and at most 999999999");
}

/** Everything that must be so before a financial message may go. @returns why it must not; undefined when all is well */
export async function readyForMoney(c: FlowContext, operation: Operation): Promise<Refusal | undefined> {
	const unbound = notBound(c);
	if (unbound) return unbound;
	const unoffered = notOffered(c, operation);
	if (unoffered) return unoffered;
	const restore = restoreWaits(c);
	if (restore) return restore;
	const unfinished = await completeBinding(c);
	if (unfinished) return { ...unfinished, outcome: "notAccepted" };
	closeInterrupted(c);
	const lock = c.monitor.locked;
	if (lock?.missing.includes("bank")) return lockedRefusal(c, lock);
	const full = c.journal.whyFull();
	if (full) return { title: "storageFull", reason: full };
	try {
		return (await lineIsClear(c)) ?? (await mayProceed(c, operation));
	} catch (error) {
		if (error instanceof KeyError) return { title: "outOfService", reason: error.message };
		throw error;
	}
}

/** Signed in, and no reversal waits: a reversal may be what tells that a sign-in is wanted. */
async function lineIsClear(c: FlowContext): Promise<Refusal | undefined> {
	for (let round = 0; round < 2; round++) {
		if (c.signInWanted && !(await signIn(c)).done)
			return { title: "signInFirst", reason: "the bank wants the terminal to sign in, and that failed" };
		if (await deliverReversals(c)) return undefined;
		if (!c.signInWanted) break;
	}
	const reason = "an earlier transaction must be taken back first, and the bank does not answer";
	const stuck = stuckReversal(c);
	return stuck
		? { title: "reversalOwed", reason: `${reason}: call the acquirer`, screen: stuck }
		: { title: "reversalOwed", reason, detail: "bankUnreachable" };
}
