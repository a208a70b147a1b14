import type { MessageId } from "../display/messages.js";
import { confirm as confirmScreen } from "../display/operationScreens.js";
import type { FlowContext } from "./flowContext.js";

const ANSWER_TIMEOUT_MS = 60_000;

/** Shows what is about to be done. @returns whether the person agreed; silence is no */
export async function confirm(
	c: FlowContext,
	title: MessageId,
	rows: readonly (readonly [label: string, value: string])[],
): Promise<boolean> {
	c.events.clear(); // a key pressed for something else agrees with nothing
	c.show(confirmScreen(title, rows, c.merchant.language));
	for (;;) {
		const event = await c.events.next(ANSWER_TIMEOUT_MS);
		if (event === undefined) return false;
		if (typeof event !== "object") continue;
		if (event.key === "enter") return true;
		if (event.key === "cancel") return false;
	}
}
