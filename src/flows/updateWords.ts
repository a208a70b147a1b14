import { message } from "../display/messages.js";
import type { UpdateRules } from "../update/updateRules.js";
import type { FlowContext } from "./flowContext.js";

const NOTICES = Object.freeze({
	nothing: undefined,
	available: undefined,
	required: "updateRequired",
	overdue: "updateOverdue",
	charge: "updateNeedsPower",
} as const satisfies Readonly<Record<UpdateRules["says"], string | undefined>>);

/** What the idle screen says of an update that must be installed; undefined when none must. */
export function updateNotice({ update, merchant }: FlowContext): string | undefined {
	const notice = update && NOTICES[update.rules.says];
	return notice && message(notice, merchant.language);
}

/** Version and state of the firmware, for the about screen. */
export function updateLines({ update, merchant: { language } }: FlowContext): string[] {
	if (!update) return [];
	const { offer, isOnTrial, isReady, failedVersion } = update;
	const lines = [`${message("firmware", language)}: ${update.version}`];
	if (isOnTrial) lines.push(message("updateOnTrial", language));
	if (failedVersion) lines.push(`${message("updateFailed", language)}: ${failedVersion}`);
	if (!offer) return lines;
	const held = isReady ? message("updateReady", language) : `${Math.floor((100 * update.held) / offer.size)} %`;
	lines.push(`${message("update", language)} ${offer.version}: ${held}`, offer.notes);
	const notice = NOTICES[update.rules.says];
	return notice ? [...lines, message(notice, language)] : lines;
}
