import { stuckReversal } from "./deliverOwed.js";
import type { FlowContext } from "./flowContext.js";

/** What can be done when nobody waits: second copies, what is kept no longer. Where it cannot, the terminal goes on and says so. */
export function tidy(c: FlowContext): void {
	try {
		c.journal.tidy(c.clock.now());
		c.monitor.tidy();
		c.housekeeping.run(c.clock.now());
		const { notices } = c.monitor;
		notices.lasting("storageFull", c.journal.whyFull());
		notices.lasting(
			"reversalStuck",
			stuckReversal(c) && "a reversal was tried too often without an answer of the bank",
		);
	} catch (error) {
		c.log.line("journal", error instanceof Error ? error.message : "unknown fault");
	}
}
