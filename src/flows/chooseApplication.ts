import type { Language } from "../display/messages.js";
import { chooseApplication as chooseApplicationScreen } from "../display/screens.js";
import type { ApplicationChoice, Candidate } from "../emv/candidate.js";
import { chooseFrom } from "./chooseFrom.js";
import type { FlowContext } from "./flowContext.js";

/** The cardholder chooses with the arrow keys and Enter (EMV 4.4 Book 1, 12.4). @returns the index, or why none */
export function chooseApplication(
	c: FlowContext,
	candidates: readonly Candidate[],
	language: Language,
): Promise<ApplicationChoice> {
	const labels = candidates.map(candidate => candidate.label);
	return chooseFrom(c, labels.length, selected => chooseApplicationScreen(labels, selected, language));
}
