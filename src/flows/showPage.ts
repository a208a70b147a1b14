import type { MessageId } from "../display/messages.js";
import { MOST_ROWS, page } from "../display/operationScreens.js";
import type { FlowContext } from "./flowContext.js";

const READING_TIMEOUT_MS = 120_000;

/** A text to be read with the arrow keys, until Enter, Cancel or silence. */
export async function showPage(c: FlowContext, title: MessageId, lines: readonly string[]): Promise<void> {
	const last = Math.max(0, lines.length - MOST_ROWS);
	let first = 0;
	for (;;) {
		c.show(page(title, lines, first, c.merchant.language));
		const event = await c.events.next(READING_TIMEOUT_MS);
		if (event === undefined) return;
		if (typeof event !== "object") continue;
		if (event.key === "enter" || event.key === "cancel") return;
		if (event.key === "up") first = Math.max(0, first - 1);
		if (event.key === "down") first = Math.min(last, first + 1);
	}
}
