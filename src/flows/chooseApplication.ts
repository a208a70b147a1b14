import type { Language } from "../display/messages.js";
import { chooseApplication as chooseApplicationScreen } from "../display/screens.js";
import type { ApplicationChoice, Candidate } from "../emv/candidate.js";
import type { FlowContext } from "./flowContext.js";

const CHOICE_TIMEOUT_MS = 30_000;

/** The cardholder chooses with the arrow keys and Enter (EMV 4.4 Book 1, 12.4). @returns the index, or why none */
export async function chooseApplication(
	c: FlowContext,
	candidates: readonly Candidate[],
	language: Language,
): Promise<ApplicationChoice> {
	const labels = candidates.map(candidate => candidate.label);
	let selected = 0;
	for (;;) {
		c.show(chooseApplicationScreen(labels, selected, language));
		const event = await c.events.next(CHOICE_TIMEOUT_MS);
		if (event === undefined) return "timedOut";
		if (event === "cardRemoved") return "cardRemoved";
		if (event === "cardInserted") continue;
		if (event.key === "enter") return selected;
		if (event.key === "cancel") return "cancelled";
		if (event.key === "up") selected = Math.max(0, selected - 1);
		if (event.key === "down") selected = Math.min(labels.length - 1, selected + 1);
	}
}
