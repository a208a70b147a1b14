import type { KeySlot } from "../keys/keyAttributes.js";
import type { FlowContext } from "./flowContext.js";

/**
 * Erases what belongs to the binding that has ended: the bank's keys, what was sold, the acquirer's lists, what is known of the
 * merchant's days, the binding itself. What is not settled, or owed, stays. A power cut leaves a mark with which the next
 * start goes on.
 * @returns slots whose keys were erased
 */
export function endBinding(c: FlowContext): KeySlot[] {
	c.housekeeping.beginEnding();
	const erased = c.device.eraseBankKeys();
	c.journal.eraseSettled();
	c.downloads.forget();
	c.monitor.forgetMerchant();
	c.binding.remove();
	c.housekeeping.endingDone();
	return erased;
}

/** At the start: ends what a power cut has interrupted. */
export function finishEnding(c: FlowContext): void {
	if (!c.housekeeping.isEnding) return;
	endBinding(c);
	c.log.line("terminal", "the binding had ended: what was kept for it is erased now");
}
