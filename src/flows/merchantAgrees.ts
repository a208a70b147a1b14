import type { Purpose } from "../binding/deskMessages.js";
import type { FlowContext } from "./flowContext.js";
import type { Refusal } from "./refuse.js";
import { removeCard } from "./removeCard.js";
import { secondFactor } from "./secondFactor.js";
import { supervisorApproves } from "./supervisorApproves.js";

/**
 * The second factor at the terminal: the merchant's card with its PIN, which the acquirer's desk judges. While nobody
 * answers there the terminal judges, where the acquirer's certificate says that it may. CHOICE: where the terminal is bound to nobody, has no desk or cannot reach it, a supervisor's passcode stands in, so that a broken line does
 * not keep a shop closed; what the bank has locked still needs the bank (docs/incidents.md).
 * @param subject SHA-256 of what is agreed to; empty when the purpose says all
 * @returns who agreed, for the incident log, or why not
 */
export async function merchantAgrees(
	c: FlowContext,
	purpose: Extract<Purpose, "release" | "exportBackup">,
	subject: Uint8Array = new Uint8Array(0),
): Promise<string | Refusal> {
	if (c.device.desk && !c.bindingProblem()) {
		const refusal = await secondFactor(c, purpose, subject);
		if (!refusal && c.reader.present) await removeCard(c, c.merchant.language);
		if (!refusal) return "merchant card";
		if (refusal.title !== "bankUnreachable") return refusal;
	}
	return supervisorApproves(c, purpose);
}
