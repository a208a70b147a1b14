import { cardChallenge } from "../../../src/binding/cardChallenge.js";
import type { DeskRefusal, DeskRequest, SealedCard } from "../../../src/binding/deskMessages.js";
import { equal, wipe } from "../../../src/bytes/bytes.js";
import { openSealedBox } from "../../../src/crypto/sealedBox.js";
import { decodeIccData } from "../../../src/host/iccData.js";
import { Iso8583Error } from "../../../src/host/iso8583/iso8583Error.js";
import { decodePinBlockFormat3 } from "../../../src/keys/pinBlock.js";
import type { Clock, Crypto } from "../../../src/ports.js";
import type { Books } from "../books.js";
import { bankTime } from "../desk.js";
import type { Issuer } from "../issuer.js";
import { RESPONSE } from "../responseCode.js";
import type { RegisteredMerchant } from "./merchantRegistry.js";

export interface CardCheckOptions {
	readonly crypto: Crypto;
	readonly clock: Pick<Clock, "now" | "utcOffsetMinutes">;
	readonly books: Books;
	readonly issuer: Issuer;
	/** ISO 4217 numeric. */
	readonly currency: number;
}

/** Cryptogram over this challenge, PIN, state of the card, then whose it is. */
export function checkMerchantCard(
	{ crypto, issuer, books, currency, clock }: CardCheckOptions,
	agreement: { readonly publicKey: Uint8Array; readonly secretKey: Uint8Array },
	request: DeskRequest,
	card: SealedCard,
	merchant: RegisteredMerchant,
): DeskRefusal | undefined {
	let iccData: ReadonlyMap<string, Uint8Array>;
	try {
		iccData = decodeIccData(request.card!.iccData);
	} catch (error) {
		if (error instanceof Iso8583Error) return "malformed";
		throw error;
	}
	const subject = request.subject ?? new Uint8Array(0);
	const challenge = cardChallenge(crypto, request.purpose, request.nonce, request.signingKey, subject);
	if (!equal(iccData.get("9F37") ?? new Uint8Array(0), challenge)) return "cardNotGenuine";
	const block = card.pinBlock && openSealedBox(card.pinBlock, agreement);
	if (!block && (card.pinBlock || !chipHasCheckedPin(iccData))) return "pinMissing";
	try {
		const { responseCode } = issuer.decide({
			pan: card.pan,
			panSequence: card.panSequence,
			amountMinor: 0,
			currency,
			expiry: card.expiryYymm,
			today: bankTime({ clock }).day.slice(2, 7).replace("-", ""),
			pinIsRight: block && (pin => pinIs(block, card.pan, pin)),
			iccData,
			proof: "arqc",
		});
		if (responseCode !== RESPONSE.approved) return REFUSAL_OF[responseCode] ?? "cardRefused";
	} finally {
		wipe(block); // WIPE
	}
	return books.card(card.pan)?.holder === merchant.owner ? undefined : "notOwner";
}

const REFUSAL_OF: Readonly<Record<string, DeskRefusal>> = Object.freeze({
	[RESPONSE.unknownCard]: "cardUnknown",
	[RESPONSE.doNotHonour]: "cardNotGenuine",
	[RESPONSE.formatError]: "cardNotGenuine",
	[RESPONSE.wrongPin]: "pinWrong",
	[RESPONSE.pinTriesExceeded]: "pinBlocked",
});

/** CVM results (EMV 4.4 Book 4, Annex A4): an offline PIN, successful; under the terminal's signature. */
function chipHasCheckedPin(iccData: ReadonlyMap<string, Uint8Array>): boolean {
	const [method = 0x3f, , result] = iccData.get("9F34") ?? [];
	return [0x01, 0x03, 0x04, 0x05].includes(method & 0x3f) && result === 0x02;
}

function pinIs(block: Uint8Array, pan: string, pin: string): boolean {
	try {
		const digits = decodePinBlockFormat3(block, pan);
		const isRight = digits.length === pin.length && [...digits].join("") === pin;
		wipe(digits); // WIPE
		return isRight;
	} catch {
		return false; // no PIN block of this card
	}
}
