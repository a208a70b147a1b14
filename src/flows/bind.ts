import { BindingError } from "../binding/bindingError.js";
import type { BindingCertificate } from "../binding/certificates.js";
import { isRevoked, openBindingCertificate, openRevocationList } from "../binding/chain.js";
import type { DeskAnswer } from "../binding/deskMessages.js";
import type { KeptBinding } from "../binding/keptBinding.js";
import { equal } from "../bytes/bytes.js";
import { type MessageId, message } from "../display/messages.js";
import { notice } from "../display/operationScreens.js";
import { contactingBank } from "../display/screens.js";
import { supportContact } from "./boundMerchant.js";
import { completeBinding } from "./completeBinding.js";
import { confirm } from "./confirm.js";
import { DeskConversation } from "./deskConversation.js";
import { DESK_REFUSALS, deskProblem } from "./deskRefusals.js";
import { deliverErasure, endBinding } from "./endBinding.js";
import { enterDigits } from "./enterDigits.js";
import { feeText } from "./feeText.js";
import type { FlowContext } from "./flowContext.js";
import { merchantCard } from "./merchantCard.js";
import { type Refusal, sentenceOf } from "./refuse.js";
import { selfTest } from "./selfTest.js";
import { setUpSupervisor } from "./setUpSupervisor.js";
import { signIn } from "./signIn.js";
import { supervisorApproves } from "./supervisorApproves.js";

/** How a ceremony ended. */
export interface BindResult {
	readonly done: boolean;
	/** Of the refusal, for programs; "bound" when it is done. */
	readonly code: MessageId | "bound";
	/** One sentence for the person who asked. */
	readonly reason: string;
	/** The binding that counts now. */
	readonly bindingNumber: string | undefined;
}

const CODE_DIGITS = 10;
/** Of a binding that cannot be brought to its end: the bank has ended it, or its keys cannot be loaded. */
const MENDED_BY_BINDING: readonly MessageId[] = Object.freeze(["notBound", "keyRefused"]);

/**
 * Binds the terminal to a merchant, its bank card and its acquirer (docs/binding.md). Whatever ends it early, the power
 * included, leaves the binding that was there; from the one write of step 7 on, the new one. Doing it again takes it up.
 * @param activationCode from the bank; asked for when absent
 */
export async function bind(c: FlowContext, activationCode?: string): Promise<BindResult> {
	// 0 what the binding before has left undone, and one that the bank does not know yet, come to their ends first
	endBinding(c);
	const waits = await deliverErasure(c);
	if (waits) c.log.line("terminal", `the certificate of erasure waits for the bank: ${waits}`);
	if (c.binding.kept && !c.bindingProblem()) {
		const unfinished = await completeBinding(c);
		if (unfinished && !MENDED_BY_BINDING.includes(unfinished.title)) return refused(c, unfinished);
		if (c.journal.owed().length || c.journal.batches().some(({ phase, count }) => phase !== "settled" && count > 0))
			return refused(c, { title: "settleFirst", reason: "the open batch belongs to the merchant: settle first" });
	}
	// 1 the terminal itself is sound
	const unsound = selfTest(c);
	if (unsound) return refused(c, unsound);
	// 2 the bank's one-time code, and a person who may use it
	const code = activationCode ?? (await enterDigits(c, "activationCode", CODE_DIGITS, CODE_DIGITS));
	if (code === undefined) return refused(c, { title: "cancelled", reason: "no activation code was given" });
	const notSetUp = await setUpSupervisor(c);
	if (notSetUp) return refused(c, notSetUp);
	const approval = await supervisorApproves(c, "bind");
	if (typeof approval !== "string") return refused(c, approval);
	let desk: DeskConversation | undefined;
	try {
		// 3 the bank proves that it is one
		c.show(contactingBank(c.merchant.language));
		desk = await DeskConversation.open(c);
		// 4 the merchant's card: chip, PIN, cryptogram over the bank's challenge
		const card = await merchantCard(c, desk, "bind", new Uint8Array(0), code);
		if (!("proof" in card)) return refused(c, card);
		// 5 the request, under the terminal's signature
		c.show(contactingBank(c.merchant.language));
		const answer = await desk.ask({ purpose: "bind", attestation: c.device.attest(), card: card.proof });
		if (answer.refusal) return refused(c, DESK_REFUSALS[answer.refusal]);
		// 6 everything that came is verified, and the merchant sees it and agrees
		const { kept, certificate } = verified(c, desk, answer);
		if (certificate.settlementCard.masked !== card.panMasked)
			throw new BindingError("binding certificate: settlementCard is not the card in the slot");
		if (!(await confirm(c, "confirmBinding", terms(c, certificate))))
			return refused(c, { title: "cancelled", reason: "the merchant did not agree to the terms" });
		// 7 from this write on the terminal is the merchant's
		c.binding.take({ ...kept, cardLink: card.cardLink });
	} catch (error) {
		return refused(c, deskProblem(error));
	} finally {
		desk?.close();
	}
	// 8 keys into the key store, and the bank hears that all is stored
	const unfinished = await completeBinding(c);
	if (unfinished) return refused(c, unfinished);
	// 9 the first sign-in; without an answer the next message makes up for it
	const signedIn = await signIn(c);
	return {
		done: true,
		code: "bound",
		reason: `bound to ${c.merchant.name}, ${c.merchant.merchantId}${signedIn.done ? "" : `; ${signedIn.reason}`}`,
		bindingNumber: c.binding.certificate?.subject,
	};
}

/** @throws {BindingError} naming what is wrong with the answer; nothing has been stored then */
function verified(
	c: FlowContext,
	desk: DeskConversation,
	answer: DeskAnswer,
): { readonly kept: KeptBinding; readonly certificate: BindingCertificate } {
	const { certificate: message, keyMessage, keySequence, revocations } = answer;
	if (!message || !keyMessage || !keySequence)
		throw new BindingError("binding answer: certificate or keys are missing");
	const { signing, agreement } = c.device.identity().publicKeys;
	const terminal = { serial: c.device.serial, signingKey: signing };
	const certificate = openBindingCertificate(c.crypto, desk.acquirer, message, terminal, c.clock.now());
	// What the acquirer seals to this terminal, it seals to the key of the certificate.
	if (!equal(certificate.terminal.agreementKey, agreement))
		throw new BindingError("binding certificate: terminal.agreementKey is another one");
	if (revocations) {
		const list = openRevocationList(c.crypto, desk.acquirer, revocations, 0);
		if (isRevoked(list, certificate) || isRevoked(list, desk.acquirer))
			throw new BindingError("binding certificate: serialNumber is revoked");
	}
	// By its number a start knows whether a power cut came before the keys were loaded, or after.
	if (c.device.checkKeys(keyMessage, desk.acquirer.signingKey) !== keySequence)
		throw new BindingError("binding answer: keySequence is not that of the key message");
	const { fees } = certificate;
	return {
		certificate,
		kept: {
			version: 1,
			acquirerCertificate: desk.acquirerCertificate,
			certificate: message,
			...(revocations && { revocations }),
			keyMessage,
			keySequence,
			isConfirmed: false,
			terms: [{ fees, acceptedAt: c.clock.now() }],
		},
	};
}

/** What the merchant agrees to. */
function terms(c: FlowContext, { merchant, settlementCard, acquirer, fees }: BindingCertificate) {
	const { language } = c.merchant;
	return [
		[message("merchant", language), merchant.name],
		[message("merchantNumber", language), merchant.merchantId],
		[message("settlementCard", language), settlementCard.masked],
		[message("acquirer", language), acquirer.name],
		[message("licence", language), acquirer.licence.number],
		[message("fees", language), feeText(fees, c.configuration.currencyCode)],
	] as const;
}

function refused(c: FlowContext, refusal: Refusal): BindResult {
	const { title } = refusal;
	const said = sentenceOf(refusal);
	c.show(notice("refused", title, supportContact(c), c.merchant.language));
	c.log.line("terminal", `not bound: ${said}`);
	return { done: false, code: title, reason: said, bindingNumber: c.binding.certificate?.subject };
}
