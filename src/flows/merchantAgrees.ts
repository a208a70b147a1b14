import type { Purpose } from "../binding/deskMessages.js";
import type { FlowContext } from "./flowContext.js";
import type { Refusal } from "./refuse.js";
import { removeCard } from "./removeCard.js";
import { secondFactor } from "./secondFactor.js";
import { supervisorApproves } from "./supervisorApproves.js";

/**
 * The second factor at the terminal: the merchant's card with its PIN, which the acquirer's desk judges. While nobody
 * answers there the terminal judges, where the acquirer's certificate says that it may; otherwise it waits for the line.
 * A supervisor's passcode stands in only where there is no merchant's card to be judged (docs/incidents.md).
 * @param subject SHA-256 of what is agreed to; empty when the purpose says all
 * @returns who agreed, for the incident log, or why not
 */
export async function merchantAgrees(
	c: FlowContext,
	purpose: Extract<Purpose, "release" | "exportBackup">,
	subject: Uint8Array = new Uint8Array(0),
): Promise<string | Refusal> {
	if (!hasMerchantCard(c)) return supervisorApproves(c, purpose);
	const refusal = await secondFactor(c, purpose, subject);
	if (!refusal) {
		if (c.reader.present) await removeCard(c, c.merchant.language);
		return "merchant card";
	}
	return refusal.title === "bankUnreachable" ? { ...refusal, ...LINE_IS_NEEDED } : refusal;
}

/** The terminal is bound to a merchant whose card a desk can judge. */
export function hasMerchantCard(c: FlowContext): boolean {
	return c.device.desk !== undefined && c.bindingProblem() !== "notBound";
}

const LINE_IS_NEEDED = Object.freeze({
	detail: "merchantCardWaits",
	reason: "the bank must check the merchant's card and does not answer: try again when the line is back",
} as const satisfies Pick<Refusal, "detail" | "reason">);
