import type { Screen } from "../display/screen.js";
import { locked } from "../display/screens.js";
import type { OpenIncident } from "../monitor/incident.js";
import { supportContact } from "./boundMerchant.js";
import type { FlowContext } from "./flowContext.js";
import type { Refusal } from "./refuse.js";

/** Who has locked the terminal and why, who has to release it and whom to call; undefined while nobody has. */
export function lockedScreen(c: FlowContext): Screen | undefined {
	const incident = c.monitor.locked;
	return incident && locked(wordsOf(c, incident));
}

/** What a person is told who wants money of a locked terminal. */
export function lockedRefusal(c: FlowContext, incident: OpenIncident): Refusal {
	const { by, reason, call } = wordsOf(c, incident);
	return {
		title: "terminalLocked",
		reason: `the terminal is locked by ${by}: ${reason}; call ${call}`,
		screen: locked(wordsOf(c, incident)),
	};
}

function wordsOf(c: FlowContext, { by = "the terminal", detail, call, missing }: OpenIncident) {
	return {
		...{ by, reason: detail, call: call ?? supportContact(c) },
		until: missing.includes("bank") ? ("untilBank" as const) : ("untilHere" as const),
	};
}
