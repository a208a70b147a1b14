import { message } from "../display/messages.js";
import { notice } from "../display/operationScreens.js";
import type { Screen } from "../display/screen.js";
import type { FlowContext } from "./flowContext.js";
import { type Refusal, sentenceOf } from "./refuse.js";
import { supervisorApproves } from "./supervisorApproves.js";

/**
 * A supervisor has the history of the terminal whose place this one takes fetched from the bank (docs/management.md, "Backup and
 * restore"). It returns as soon as that has begun: the link goes on once nobody is at the terminal.
 */
export async function restoreHistory(c: FlowContext): Promise<{ readonly done: boolean; readonly reason: string }> {
	if (!c.restore) return { done: false, reason: "this terminal has no management link: nothing keeps a backup" };
	const why = c.restore.whyNot();
	if (why !== undefined) return { done: false, reason: why };
	const agreed = await supervisorApproves(c, "restore");
	if (typeof agreed !== "string") return { done: false, reason: sentenceOf(agreed) };
	c.restore.begin();
	return { done: true, reason: "the backup is being fetched: the display says when to start the terminal again" };
}

/** The journal that is here goes at the next start: nothing may be added to it. Undefined unless a backup waits for that. */
export function restoreWaits(c: FlowContext): Refusal | undefined {
	if (!c.restore?.isReady) return undefined;
	const reason = "the bank's backup is here: start the terminal again before anything is sold";
	return { title: "restoreReady", detail: "startAgain", reason, outcome: "notAccepted" };
}

/** What the idle terminal says until it is started again. */
export function restoreScreen(c: FlowContext): Screen | undefined {
	const { language } = c.merchant;
	return c.restore?.isReady
		? notice("attention", "restoreReady", message("startAgain", language), language)
		: undefined;
}
