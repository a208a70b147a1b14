import type { FlowContext } from "./flowContext.js";

/** What the journal can do when nobody waits. Where it cannot, the terminal goes on and says so. */
export function tidy(c: FlowContext): void {
	try {
		c.journal.tidy(c.clock.now());
		c.monitor.tidy();
	} catch (error) {
		c.log.line("journal", error instanceof Error ? error.message : "unknown fault");
	}
}
