import type { Language } from "../display/messages.js";
import { removeCard as removeCardScreen } from "../display/screens.js";
import type { FlowContext } from "./flowContext.js";

/** How long an outcome stays on the display. */
const OUTCOME_MS = 3_000;
const REMINDER_MS = 10_000;

/** Waits until the card is gone: the outcome first, then the request to take the card, for as long as it takes. */
export async function removeCard(c: FlowContext, language: Language): Promise<void> {
	c.events.clear();
	if (!c.reader.present) await showOutcome(c);
	for (let shownMs = OUTCOME_MS; c.reader.present; ) {
		const event = await c.events.next(shownMs);
		if (event === undefined && c.reader.present) {
			c.show(removeCardScreen(language));
			shownMs = REMINDER_MS;
		}
	}
	c.events.clear();
}

/** Digits are nobody's now: someone may still be typing the PIN that is no longer asked for. */
async function showOutcome(c: FlowContext): Promise<void> {
	const until = c.clock.now() + OUTCOME_MS;
	for (let left = OUTCOME_MS; left > 0; left = Math.min(OUTCOME_MS, until - c.clock.now())) {
		const event = await c.events.next(left);
		if (event === undefined || (typeof event === "object" && (event.key === "enter" || event.key === "cancel"))) return;
	}
}
