import { erasureCertificates } from "../binding/erasure.js";
import { terminalSigner } from "../binding/terminalSigner.js";
import { DeskConversation } from "./deskConversation.js";
import { DESK_REFUSALS, deskProblem } from "./deskRefusals.js";
import type { FlowContext } from "./flowContext.js";

/** What was erased, and the proof of it. */
export interface EndedBinding {
	readonly bindingNumber: string;
	/** Slots whose keys are gone. */
	readonly erased: readonly string[];
	/** Certificate of erasure, under the terminal's signature. */
	readonly certificate: Uint8Array;
}

/**
 * Once the bank knows of its end, erases what belongs to a binding: the bank's keys, what was sold, the acquirer's lists, what
 * is known of the merchant's days and staff, their passcodes, the binding itself. What is not settled, or owed, stays. A power
 * cut leaves what the next start finishes.
 * @returns undefined when no binding has come to its end
 */
export function endBinding(c: FlowContext): EndedBinding | undefined {
	const { kept, certificate } = c.binding;
	if (!kept?.ended || !certificate) return undefined;
	c.device.eraseBankKeys();
	c.journal.eraseSettled();
	c.downloads.forget();
	c.monitor.forgetMerchant();
	c.operators.forget(c.clock.now());
	c.housekeeping.eraseUnbound();
	const proof = {
		serial: c.device.serial,
		bindingNumber: certificate.subject,
		erasedAt: Math.floor(c.clock.now() / 1000),
		slots: kept.ended,
	};
	const erasure = erasureCertificates.sign(proof, terminalSigner(c.device.identity(), c.crypto));
	c.binding.remove(erasure);
	return { bindingNumber: certificate.subject, erased: kept.ended, certificate: erasure };
}

/** At the start: ends what a power cut has interrupted. */
export function finishEnding(c: FlowContext): void {
	if (endBinding(c)) c.log.line("terminal", "the binding had ended: what was kept for it is erased now");
}

/**
 * Brings the bank the certificate of erasure that it does not have yet. Safe to repeat: the bank keeps the first one.
 * @returns why it still waits, one sentence; undefined when nothing waits
 */
export async function deliverErasure(c: FlowContext): Promise<string | undefined> {
	const { erasure } = c.binding;
	if (!erasure) return undefined;
	let desk: DeskConversation | undefined;
	try {
		desk = await DeskConversation.open(c);
		const { refusal } = await desk.ask({ purpose: "erased", erasure });
		if (refusal) return DESK_REFUSALS[refusal].reason;
	} catch (error) {
		return deskProblem(error).reason;
	} finally {
		desk?.close();
	}
	c.binding.forgetErasure();
	return undefined;
}
