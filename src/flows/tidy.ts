import { stuckReversal } from "./deliverOwed.js";
import type { FlowContext } from "./flowContext.js";

/** What can be done when nobody waits. Where one of it cannot, the terminal says so and goes on with the next. */
const CHORES: readonly ((c: FlowContext, now: number) => void)[] = Object.freeze([
	c => c.shift.expire(),
	(c, now) => c.journal.tidy(now),
	c => c.monitor.tidy(),
	(c, now) => c.housekeeping.run(now),
	({ journal, monitor }) => monitor.notices.lasting("storageFull", journal.whyFull()),
	c =>
		c.monitor.notices.lasting(
			"reversalStuck",
			stuckReversal(c) && "a reversal was tried too often without an answer of the bank",
		),
]);

/** Second copies, what is kept no longer, who has gone, what the bank must know of. */
export function tidy(c: FlowContext): void {
	for (const chore of CHORES) {
		try {
			chore(c, c.clock.now());
		} catch (error) {
			c.log.line("terminal", error instanceof Error ? error.message : "unknown fault");
		}
	}
}
