import { BindingError } from "../binding/bindingError.js";
import { DeskConversation, DeskUnreachable } from "./deskConversation.js";
import { DESK_REFUSALS } from "./deskRefusals.js";
import type { FlowContext } from "./flowContext.js";
import type { Refusal } from "./refuse.js";

/**
 * Brings a binding that was stored to its end: the bank's keys into the key store, then the bank's note that the terminal
 * has it. Safe to repeat, and done before the first money when the power or the line has cut it short.
 * @returns why not; undefined when nothing is left to do
 */
export async function completeBinding(c: FlowContext): Promise<Refusal | undefined> {
	const { kept, acquirer } = c.binding;
	if (!kept || !acquirer) return undefined;
	const { keyMessage, keySequence = 0 } = kept;
	if (keyMessage) {
		if (c.device.keySequence() < keySequence) {
			const { done, reason } = c.device.loadKeys(keyMessage, acquirer.signingKey);
			if (!done) return { title: "keyRefused", reason };
		}
		c.binding.update({ keyMessage: undefined, keySequence: undefined });
	}
	if (kept.isConfirmed) return undefined;
	let desk: DeskConversation | undefined;
	try {
		desk = await DeskConversation.open(c);
		const answer = await desk.ask({ purpose: "confirm", subject: c.crypto.sha256(kept.certificate) });
		if (answer.refusal) return DESK_REFUSALS[answer.refusal];
	} catch (error) {
		if (error instanceof DeskUnreachable)
			return { title: "bankUnreachable", reason: `the bank has not confirmed the binding yet: ${error.message}` };
		if (error instanceof BindingError) return { title: "bankNotTrusted", reason: error.message };
		throw error;
	} finally {
		desk?.close();
	}
	c.binding.update({ isConfirmed: true });
	return undefined;
}
