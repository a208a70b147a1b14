import { asciiBytes, wipe } from "../bytes/bytes.js";
import { pleaseWait } from "../display/screens.js";
import { CVM_ONLINE_PIN } from "../emv/cvmList.js";
import {
	hasBit,
	TVR_B1_CDA_FAILED,
	TVR_B1_DDA_FAILED,
	TVR_B1_ODA_NOT_PERFORMED,
	TVR_B1_SDA_FAILED,
} from "../emv/fields.js";
import { generateSecondAc } from "../emv/generateAc.js";
import { toFirstCryptogram } from "../emv/kernel.js";
import type { Outcome } from "../emv/outcome.js";
import { TRANSACTION_TYPE_GOODS } from "../emv/processingRestrictions.js";
import { TAG_8A_AUTHORISATION_RESPONSE_CODE, TAG_9F34_CVM_RESULTS } from "../emv/tags.js";
import type { Transaction } from "../emv/transaction.js";
import { sealedPinKeys } from "../keys/sealedPinKeys.js";
import { beginCard, type CardUnderWay } from "./cardUnderWay.js";
import { cardFailure } from "./completeCard.js";
import type { FlowContext } from "./flowContext.js";
import type { Refusal } from "./refuse.js";
import { waitForCard } from "./waitForCard.js";

/** Authorisation response code of a card that is told that nobody could be asked (EMV 4.4 Book 4, Annex A6). */
const UNABLE_TO_GO_ONLINE = asciiBytes("Z3");
const FAILED_AUTHENTICATION = Object.freeze([
	TVR_B1_ODA_NOT_PERFORMED,
	TVR_B1_SDA_FAILED,
	TVR_B1_DDA_FAILED,
	TVR_B1_CDA_FAILED,
]);
const NOT_GENUINE: Refusal = Object.freeze({
	title: "merchantCardNotGenuine",
	reason: "the card has not proved that it is genuine",
});

/**
 * Asks for the merchant's bank card and its PIN: the chip proves itself offline, the PIN is entered, and the card makes a
 * cryptogram over zero money and a challenge that only one request gives. No money moves and nothing is in the journal.
 * @param challenge the unpredictable number (tag 9F37)
 * @param agreementKey of the acquirer, for a PIN that its issuer is to check
 * @param read looks at the transaction when the card has given its cryptogram
 * @returns what `read` found, or why it came to nothing, for the person at the terminal
 */
export async function cardInSlot<T>(
	c: FlowContext,
	challenge: Uint8Array,
	agreementKey: Uint8Array,
	read: (t: Transaction) => T,
): Promise<T | Refusal> {
	const keys = sealedPinKeys(c.random, agreementKey);
	const order = { operation: "sale", amountMinor: 0, merchantForcedOnline: true } as const;
	const card = beginCard(c, { order, keys, name: { batch: 0, stan: 0 } }, TRANSACTION_TYPE_GOODS, {
		bytes: length => (length === challenge.length ? challenge : c.random.bytes(length)),
	});
	const stopWatching = [c.onCardRemoved(() => card.pinEntry.cardRemoved()), c.onTampered(() => card.pinEntry.shut())];
	try {
		return await toCryptogram(c, card, read);
	} catch (error) {
		const { outcome } = cardFailure(error);
		if (outcome.kind === "fault") throw error;
		return { title: "cardError", reason: outcome.reason };
	} finally {
		for (const stop of stopWatching) stop();
		card.pinEntry.forget(); // WIPE
		wipe(card.transaction.onlinePinBlock); // WIPE
		await card.session.deactivate();
	}
}

async function toCryptogram<T>(
	c: FlowContext,
	{ session, transaction: t }: CardUnderWay,
	read: (t: Transaction) => T,
): Promise<T | Refusal> {
	const noCard = await waitForCard(c, 0, c.merchant.language);
	if (noCard) return endedBy(noCard);
	c.show(pleaseWait(c.merchant.language));
	await session.activate();
	const stopped = await toFirstCryptogram(t);
	// A CDA signature that does not hold ends the card by itself (EMV 4.4 Book 2, 6.6.2).
	if (stopped && hasBit(t.data.tvr, TVR_B1_CDA_FAILED)) return NOT_GENUINE;
	if (stopped) return endedBy(stopped);
	const found = read(t);
	if (t.cryptogram === "ARQC") {
		// The card is not left waiting for an issuer that says nothing to it (EMV 4.4 Book 3, 10.11).
		t.data.set(TAG_8A_AUTHORISATION_RESPONSE_CODE, UNABLE_TO_GO_ONLINE);
		await generateSecondAc(t, "AAC");
	}
	return found;
}

function endedBy({ kind, reason }: Outcome): Refusal {
	return { title: kind === "cancelled" || kind === "timedOut" ? kind : "cardError", reason };
}

/** Why card and PIN prove nothing to anybody; undefined when they may. */
export function whyUnproven(t: Transaction): Refusal | undefined {
	if (FAILED_AUTHENTICATION.some(bit => hasBit(t.data.tvr, bit))) return NOT_GENUINE;
	if (t.cryptogram !== "ARQC")
		return { title: "merchantCardRefused", reason: "the card gave no cryptogram for its issuer" };
	return pinIsChecked(t) ? undefined : { title: "merchantCardNoPin", reason: "the card's PIN was not verified" };
}

/** Entered for the issuer, or found right by the chip (CVM results, EMV 4.4 Book 4, Annex A4). */
function pinIsChecked(t: Transaction): boolean {
	const [method = 0x3f, , result] = t.data.get(TAG_9F34_CVM_RESULTS) ?? [];
	const isPin = PIN_METHODS.includes(method & 0x3f);
	return (method & 0x3f) === CVM_ONLINE_PIN ? t.onlinePinBlock !== undefined : isPin && result === 0x02;
}

/** Plaintext and enciphered PIN, alone or with a signature. */
const PIN_METHODS: readonly number[] = Object.freeze([0x01, 0x03, 0x04, 0x05]);
