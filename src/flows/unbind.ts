import { message } from "../display/messages.js";
import { confirm } from "./confirm.js";
import { DeskConversation } from "./deskConversation.js";
import { DESK_REFUSALS, deskProblem } from "./deskRefusals.js";
import { deliverErasure, endBinding } from "./endBinding.js";
import type { FlowContext } from "./flowContext.js";
import { sentenceOf } from "./refuse.js";
import { settle } from "./settle.js";
import { supervisorApproves } from "./supervisorApproves.js";

/** How an unbinding ended. */
export interface UnbindResult {
	readonly done: boolean;
	/** One sentence for the person who asked. */
	readonly reason: string;
	/** Slots whose keys were erased. */
	readonly erased: readonly string[];
	/** Under the terminal's signature (docs/binding.md); undefined when nothing was erased. */
	readonly certificate: Uint8Array | undefined;
	/** The bank has that certificate. */
	readonly isDelivered: boolean;
}

/**
 * Ends a binding: the batch is settled, the bank has all that it is owed and knows of the end, then the bank's keys, what was
 * kept for the merchant and the binding are erased, and the bank gets the proof. Doing it again after a power cut or a lost
 * answer goes on where it was.
 */
export async function unbind(c: FlowContext): Promise<UnbindResult> {
	const refused = (reason: string): UnbindResult => {
		return { done: false, reason, erased: [], certificate: undefined, isDelivered: false };
	};
	const { certificate, kept } = c.binding;
	// 0 one that the power has cut short, or whose proof the bank does not have, comes to its end
	if (kept?.ended || (!kept && c.binding.erasure)) return finish(c);
	if (!certificate || !kept) return refused("the terminal is bound to no merchant");
	// 1 a person who may
	const approval = await supervisorApproves(c, "unbind");
	if (typeof approval !== "string") return refused(sentenceOf(approval));
	const rows = [
		[message("merchant", c.merchant.language), certificate.merchant.name],
		[message("bindingNumber", c.merchant.language), certificate.subject],
	] as const;
	if (!(await confirm(c, "unbind", rows))) return refused("cancelled");
	// 2 money, and what is owed before it, also of a binding that does not count any more: it counted when they came to be
	const settled = await settle(c);
	if (!settled.done) return refused(settled.reason);
	// 3 the bank
	let desk: DeskConversation | undefined;
	try {
		desk = await DeskConversation.open(c);
		const answer = await desk.ask({ purpose: "unbind", subject: c.crypto.sha256(kept.certificate) });
		if (answer.refusal) return refused(DESK_REFUSALS[answer.refusal].reason!);
	} catch (error) {
		return refused(deskProblem(error).reason!);
	} finally {
		desk?.close();
	}
	// 4 from this write on the binding has ended here too: keys and binding are erased, whatever happens
	c.binding.update({ ended: c.device.bankKeys() });
	return finish(c);
}

async function finish(c: FlowContext): Promise<UnbindResult> {
	const ended = endBinding(c);
	// 5 the bank gets the proof; until it has it the terminal keeps it
	const waits = await deliverErasure(c);
	if (waits) c.log.line("terminal", `the certificate of erasure waits for the bank: ${waits}`);
	const proof = waits ? `its certificate of erasure waits: ${waits}` : "the bank has the certificate of erasure";
	return {
		done: true,
		reason: ended ? `the binding ${ended.bindingNumber} has ended, its keys are erased; ${proof}` : proof,
		erased: ended?.erased ?? [],
		certificate: ended?.certificate,
		isDelivered: !waits,
	};
}
