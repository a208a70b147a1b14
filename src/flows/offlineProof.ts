import { cardChallenge } from "../binding/cardChallenge.js";
import type { Purpose } from "../binding/deskMessages.js";
import { equal } from "../bytes/bytes.js";
import {
	CAPABILITY_B2_ENCIPHERED_ONLINE_PIN,
	hasBit,
	TVR_B1_CARD_ON_EXCEPTION_FILE,
	TVR_B1_SDA_SELECTED,
	TVR_B2_EXPIRED_APPLICATION,
} from "../emv/fields.js";
import { terminalData } from "../emv/terminalData.js";
import type { Transaction } from "../emv/transaction.js";
import { cardInSlot, whyUnproven } from "./cardInSlot.js";
import { cardNumbers } from "./cardUnderWay.js";
import type { FlowContext } from "./flowContext.js";
import type { Refusal } from "./refuse.js";

const NONCE_BYTES = 16;

/** Whether the acquirer lets this terminal judge the merchant's card for that by itself while nobody answers at the desk. */
export function mayProveOffline(c: FlowContext, purpose: Purpose): boolean {
	return !c.bindingProblem() && c.binding.certificate?.limits.offlineProofs?.includes(purpose) === true;
}

/**
 * The merchant's card and its PIN, judged here: the card signs a challenge that this request alone gives (DDA or CDA), its
 * chip checks the PIN, and its number is that of the ceremony. That its issuer has blocked it since is known only where the
 * acquirer's list of hot cards says so.
 * @param subject SHA-256 of what is agreed to; empty when the purpose says all
 */
export async function offlineProof(
	c: FlowContext,
	purpose: Purpose,
	subject: Uint8Array,
): Promise<Refusal | undefined> {
	const { kept, acquirer } = c.binding;
	const cardLink = kept?.cardLink;
	if (!cardLink || !acquirer)
		return {
			title: "merchantCardUnknown",
			reason: "the binding does not say which card it is: bind the terminal again",
		};
	const { signing } = c.device.identity().publicKeys;
	const challenge = cardChallenge(c.crypto, purpose, c.random.bytes(NONCE_BYTES), signing, subject);
	const refusal = await cardInSlot(withoutOnlinePin(c), challenge, acquirer.agreementKey, t => whyNot(c, t, cardLink));
	if (!refusal) c.log.line("terminal", `the merchant's card and PIN were checked offline, for ${purpose}`);
	return refusal;
}

/** A PIN that only the issuer can check proves nothing here: the card is told that there is no such way. */
function withoutOnlinePin(c: FlowContext): FlowContext {
	const terminalCapabilities = c.configuration.terminalCapabilities.slice();
	terminalCapabilities[1]! &= ~(CAPABILITY_B2_ENCIPHERED_ONLINE_PIN & 0xff);
	const configuration = { ...c.configuration, terminalCapabilities };
	return { ...c, configuration, terminalData: terminalData(configuration, c.merchant) };
}

function whyNot(c: FlowContext, t: Transaction, cardLink: Uint8Array): Refusal | undefined {
	// EMV 4.4 Book 2, 5: static data can be copied onto any card, and no challenge goes into its signature.
	if (hasBit(t.data.tvr, TVR_B1_SDA_SELECTED))
		return { title: "merchantCardNotGenuine", reason: "the card cannot prove itself without its bank" };
	const unproven = whyUnproven(t);
	if (unproven) return unproven;
	if (hasBit(t.data.tvr, TVR_B2_EXPIRED_APPLICATION))
		return { title: "merchantCardRefused", reason: "the card has expired" };
	if (hasBit(t.data.tvr, TVR_B1_CARD_ON_EXCEPTION_FILE))
		return { title: "merchantCardRefused", reason: "the card is blocked" };
	const { pan } = cardNumbers(t);
	if (pan !== undefined && equal(c.seal.link(c.crypto, pan), cardLink)) return undefined;
	return { title: "notOwner", reason: "the card is not the one of this binding" };
}
