import { message } from "../display/messages.js";
import type { FlowContext } from "./flowContext.js";
import { supervisorApproves } from "./supervisorApproves.js";

/** A supervisor stops the terminal's sales, until a supervisor lets it sell again (docs/incidents.md). */
export async function lockTerminal(c: FlowContext): Promise<{ readonly done: boolean; readonly reason: string }> {
	const agreed = await supervisorApproves(c, "release");
	if (typeof agreed !== "string")
		return { done: false, reason: agreed.reason ?? message(agreed.title, c.merchant.language) };
	c.monitor.incidents.append(c.clock.now(), { type: "opened", cause: "localLock", detail: `by ${agreed}` });
	return { done: true, reason: "locked: a supervisor lets it sell again" };
}
