import type { Purpose } from "../binding/deskMessages.js";
import { contactingBank } from "../display/screens.js";
import { DeskConversation, DeskUnreachable } from "./deskConversation.js";
import { DESK_REFUSALS, deskProblem } from "./deskRefusals.js";
import type { FlowContext } from "./flowContext.js";
import { merchantCard } from "./merchantCard.js";
import { mayProveOffline, offlineProof } from "./offlineProof.js";
import type { Refusal } from "./refuse.js";

/**
 * The merchant's card and its PIN, for what a passcode alone must not do. The card's cryptogram is over a challenge that the
 * acquirer has just made, the purpose and the subject, and the acquirer judges it: cryptogram, PIN, and whether it is the
 * card of this binding. While nobody answers there the terminal judges, where the acquirer's certificate says that it may.
 * @param subject SHA-256 of what is agreed to; empty when the purpose says all
 * @returns why not; undefined when the merchant has agreed and the acquirer knows
 */
export async function secondFactor(
	c: FlowContext,
	purpose: Extract<Purpose, "acceptFees" | "refund" | "release" | "exportBackup">,
	subject: Uint8Array = new Uint8Array(0),
): Promise<Refusal | undefined> {
	let desk: DeskConversation | undefined;
	try {
		c.show(contactingBank(c.merchant.language));
		const opened = await openDesk(c);
		if (opened instanceof DeskUnreachable) {
			if (mayProveOffline(c, purpose)) return await offlineProof(c, purpose, subject);
			throw opened;
		}
		desk = opened;
		const card = await merchantCard(c, desk, purpose, subject);
		if (!("proof" in card)) return card;
		c.show(contactingBank(c.merchant.language));
		const asked = { purpose, card: card.proof, ...(subject.length && { subject }) };
		const { refusal } = await desk.ask(asked);
		return refusal && DESK_REFUSALS[refusal];
	} catch (error) {
		return deskProblem(error);
	} finally {
		desk?.close();
	}
}

async function openDesk(c: FlowContext): Promise<DeskConversation | DeskUnreachable> {
	try {
		return await DeskConversation.open(c);
	} catch (error) {
		if (error instanceof DeskUnreachable) return error;
		throw error;
	}
}
