import { cardChallenge } from "../binding/cardChallenge.js";
import { type CardProof, encodeSealedCard, type Purpose } from "../binding/deskMessages.js";
import { wipe } from "../bytes/bytes.js";
import { maskPan } from "../bytes/pan.js";
import { sealBox } from "../crypto/sealedBox.js";
import { encodeIccData } from "../emv/iccData.js";
import type { Transaction } from "../emv/transaction.js";
import { iccTags } from "../host/iccData.js";
import { cardInSlot, whyUnproven } from "./cardInSlot.js";
import { cardNumbers } from "./cardUnderWay.js";
import type { DeskConversation } from "./deskConversation.js";
import type { FlowContext } from "./flowContext.js";
import type { Refusal } from "./refuse.js";

/** The merchant's card, its chip and its PIN checked, and its word for the acquirer. */
export interface ProvenCard {
	readonly proof: CardProof;
	readonly panMasked: string;
	/** Token of its number under a key of this device. */
	readonly cardLink: Uint8Array;
}

/**
 * The merchant's bank card and its PIN, for the acquirer's desk to judge.
 * @param subject SHA-256 of what is agreed to; empty when the purpose says all
 * @returns why not, for the person at the terminal
 */
export function merchantCard(
	c: FlowContext,
	desk: DeskConversation,
	purpose: Purpose,
	subject: Uint8Array,
	activationCode?: string,
): Promise<ProvenCard | Refusal> {
	const { signing } = c.device.identity().publicKeys;
	const challenge = cardChallenge(c.crypto, purpose, desk.challenge.nonce, signing, subject);
	const { agreementKey } = desk.acquirer;
	return cardInSlot(c, challenge, agreementKey, t => whyUnproven(t) ?? proof(c, t, agreementKey, activationCode));
}

function proof(
	c: FlowContext,
	t: Transaction,
	agreementKey: Uint8Array,
	activationCode: string | undefined,
): ProvenCard | Refusal {
	const { pan, panSequence = 0, expiryYymm } = cardNumbers(t);
	if (pan === undefined || expiryYymm === undefined)
		return { title: "cardError", reason: "the card has no number or no expiry date" };
	const iccData = encodeIccData(t, iccTags(c.link.profile.iccTags));
	const plain = encodeSealedCard({ activationCode, pan, panSequence, expiryYymm, pinBlock: t.onlinePinBlock });
	try {
		const sealed = sealBox(c.random, plain, agreementKey);
		return { proof: { sealed, iccData }, panMasked: maskPan(pan), cardLink: c.seal.link(c.crypto, pan) };
	} finally {
		wipe(plain); // WIPE
	}
}
