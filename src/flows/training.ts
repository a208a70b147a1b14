import { notice } from "../display/operationScreens.js";
import type { FlowContext } from "./flowContext.js";
import type { TrainingEnd } from "./trainingHall.js";

const NOTICE_MS = 4_000;

/** The terminal trains its operator until they leave, and does nothing else meanwhile. */
export async function train(c: FlowContext, lesson?: string): Promise<TrainingEnd> {
	if (!c.training) return { done: false, reason: "this terminal has no training mode" };
	// What somebody learns is noted under their number.
	if (c.shift.isRequired && c.shift.operator === undefined) {
		c.show(notice("refused", "signOnFirst", "", c.merchant.language));
		await c.events.next(NOTICE_MS);
		return { done: false, reason: "nobody is signed on: sign on with number and passcode first" };
	}
	const { hold, hall } = c.training;
	c.log.line("terminal", "training begins: no money moves");
	try {
		const end = await hold(hall(), lesson);
		c.log.line("terminal", `training: ${end.reason}`);
		return end;
	} finally {
		c.log.line("terminal", "training has ended: this is the live terminal");
	}
}
