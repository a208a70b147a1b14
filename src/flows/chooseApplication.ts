import type { Language } from "../display/messages.js";
import { chooseApplication as chooseApplicationScreen } from "../display/screens.js";
import type { Candidate } from "../emv/candidate.js";
import type { FlowContext } from "./flowContext.js";

const CHOICE_TIMEOUT_MS = 30_000;

/** The cardholder chooses with the arrow keys and Enter (EMV 4.4 Book 1, 12.4). @returns undefined on Cancel, silence or removal */
export async function chooseApplication(
	c: FlowContext,
	candidates: readonly Candidate[],
	language: Language,
): Promise<number | undefined> {
	const labels = candidates.map(candidate => candidate.label);
	let selected = 0;
	for (;;) {
		c.show(chooseApplicationScreen(labels, selected, language));
		const event = await c.events.next(CHOICE_TIMEOUT_MS);
		if (event === undefined || event === "cardRemoved") return undefined;
		if (event === "cardInserted") continue;
		if (event.key === "enter") return selected;
		if (event.key === "cancel") return undefined;
		if (event.key === "up") selected = Math.max(0, selected - 1);
		if (event.key === "down") selected = Math.min(labels.length - 1, selected + 1);
	}
}
