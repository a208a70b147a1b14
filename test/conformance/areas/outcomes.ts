import type { Outcome, OutcomeKind } from "../../../src/emv/outcome.js";
import { Words } from "../compare.js";

/** Kassa's outcomes in the words of the case format. */
const WORDS: Readonly<Record<OutcomeKind, readonly string[]>> = {
	approved: ["approved"],
	declined: ["declined"],
	notAccepted: ["not_accepted"],
	cardError: ["card_error"],
	cardBlocked: ["card_blocked"],
	cardRemoved: ["card_removed"],
	cancelled: ["cancelled"],
	timedOut: ["timed_out"],
};

export function wordsOf(ended: Outcome | undefined): Words {
	return new Words(...(ended ? WORDS[ended.kind] : ["ok"]));
}
