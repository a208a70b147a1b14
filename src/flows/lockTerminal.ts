import type { FlowContext } from "./flowContext.js";
import { hasMerchantCard } from "./merchantAgrees.js";
import { sentenceOf } from "./refuse.js";
import { supervisorApproves } from "./supervisorApproves.js";

/** A supervisor stops the terminal's sales until a supervisor and the merchant let it sell again (docs/incidents.md). */
export async function lockTerminal(c: FlowContext): Promise<{ readonly done: boolean; readonly reason: string }> {
	const agreed = await supervisorApproves(c, "lock");
	if (typeof agreed !== "string") return { done: false, reason: sentenceOf(agreed) };
	c.monitor.incidents.append(c.clock.now(), {
		type: "opened",
		cause: "localLock",
		by: agreed,
		detail: "from the menu",
	});
	const release = hasMerchantCard(c) ? "a supervisor and the merchant's card let" : "a supervisor lets";
	return { done: true, reason: `locked: ${release} it sell again` };
}
