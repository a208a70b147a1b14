import { kidOf } from "../binding/cose.js";
import { erasureCertificates } from "../binding/erasure.js";
import { message } from "../display/messages.js";
import type { KeySlot } from "../keys/keyAttributes.js";
import { deskProblem } from "./bind.js";
import { confirm } from "./confirm.js";
import { deliverAdvices, deliverReversals } from "./deliverOwed.js";
import { DeskConversation } from "./deskConversation.js";
import { DESK_REFUSALS } from "./deskRefusals.js";
import { endBinding } from "./endBinding.js";
import type { FlowContext } from "./flowContext.js";
import { roleApproves } from "./roleApproves.js";
import { settle } from "./settle.js";

/** How an unbinding ended. */
export interface UnbindResult {
	readonly done: boolean;
	/** One sentence for the person who asked. */
	readonly reason: string;
	/** Slots whose keys were erased. */
	readonly erased: readonly KeySlot[];
	/** Under the terminal's signature (docs/binding.md); undefined when nothing was erased. */
	readonly certificate: Uint8Array | undefined;
}

/**
 * Ends a binding: the batch is settled, the bank has all that it is owed and knows of the end, then the bank's keys, what was
 * kept for the merchant and the binding are erased. A power cut before the erasure leaves a binding that the bank refuses;
 * doing it again ends it. Once the erasure has begun the next start goes on with it.
 */
export async function unbind(c: FlowContext): Promise<UnbindResult> {
	const refused = (reason: string): UnbindResult => ({ done: false, reason, erased: [], certificate: undefined });
	const { certificate, kept } = c.binding;
	if (!certificate || !kept) return refused("the terminal is bound to no merchant");
	// 1 a person who may
	const refusal = await roleApproves(c, "supervisor");
	if (refusal) return refused(refusal.reason ?? message(refusal.title, "en"));
	const rows = [
		[message("merchant", c.merchant.language), certificate.merchant.name],
		[message("bindingNumber", c.merchant.language), certificate.subject],
	] as const;
	if (!(await confirm(c, "unbind", rows))) return refused("cancelled");
	// 2 money and messages
	if (!c.bindingProblem()) {
		if (!(await deliverReversals(c))) return refused("a reversal is owed and the bank does not answer");
		const waiting = await deliverAdvices(c);
		if (waiting) return refused(`${waiting} messages still wait for the bank`);
		const settled = await settle(c);
		if (!settled.done) return refused(settled.reason);
	}
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
	// 4 keys, what was kept for the merchant, the binding; the proof of it
	const erased = endBinding(c);
	const identity = c.device.identity();
	const signer = {
		kid: kidOf(c.crypto, identity.publicKeys.signing),
		sign: (bytes: Uint8Array) => identity.signCose(bytes),
	};
	const proof = {
		serial: c.device.serial,
		bindingNumber: certificate.subject,
		erasedAt: Math.floor(c.clock.now() / 1000),
		slots: erased,
	};
	return {
		done: true,
		reason: `the binding ${certificate.subject} has ended, its keys are erased`,
		erased,
		certificate: erasureCertificates.sign(proof, signer),
	};
}
