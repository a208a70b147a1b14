import { removeCard as removeCardScreen } from "../display/screens.js";
import type { FlowContext } from "./flowContext.js";

/** How long an outcome stays on the display. */
const OUTCOME_MS = 3_000;
const REMINDER_MS = 10_000;

/** Waits until the card is gone: the outcome first, then the request to take the card, for as long as it takes. */
export async function removeCard(c: FlowContext): Promise<void> {
	c.events.clear();
	if (!c.slot.present) {
		await c.events.next(OUTCOME_MS);
		return;
	}
	let shownMs = OUTCOME_MS;
	while (c.slot.present) {
		const event = await c.events.next(shownMs);
		if (event === undefined && c.slot.present) {
			c.show(removeCardScreen(c.merchant.language));
			shownMs = REMINDER_MS;
		}
	}
}
