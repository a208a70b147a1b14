import type { Language } from "../display/messages.js";
import { insertCard } from "../display/screens.js";
import { type Outcome, outcome } from "../emv/outcome.js";
import type { FlowContext } from "./flowContext.js";

const INSERT_TIMEOUT_MS = 60_000;

/** Asks for a card until one is seated. @returns what ended the wait instead */
export async function waitForCard(
	c: FlowContext,
	amountMinor: number,
	language: Language,
): Promise<Outcome | undefined> {
	c.events.clear();
	c.show(insertCard({ amountMinor, currencyCode: c.configuration.currencyCode }, language));
	while (!c.reader.present) {
		const event = await c.events.next(INSERT_TIMEOUT_MS);
		if (event === undefined) return outcome("timedOut", "no card was inserted");
		if (typeof event === "object" && event.key === "cancel")
			return outcome("cancelled", "cancelled before a card was in");
	}
	return undefined;
}
