import { equal, wipe } from "../../../src/bytes/bytes.js";
import { parseHex } from "../../../src/bytes/hex.js";
import type { ApplicationSession } from "../applicationSession.js";
import { answer, type CardCommand, type CardResponse, refusal } from "../command.js";
import { modulusLength, rsaPrivate } from "../rsaPrivateKey.js";
import {
	SW_6A86_INCORRECT_P1_P2,
	SW_63C0_VERIFICATION_FAILED,
	SW_6700_WRONG_LENGTH,
	SW_6983_AUTHENTICATION_METHOD_BLOCKED,
	SW_6984_REFERENCED_DATA_INVALIDATED,
	SW_6985_CONDITIONS_NOT_SATISFIED,
} from "../statusWord.js";

/** VERIFY: the cardholder's PIN, plaintext or enciphered (EMV 4.4 Book 3, 6.5.12). */
export const verify = Object.freeze<CardCommand>({
	cla: 0x00,
	ins: 0x20,
	body: "incoming",
	slow: true,
	run(card, { p1, p2 }, data) {
		const { application, challenge } = card;
		if (p1 || (p2 !== P2_PLAINTEXT_PIN && p2 !== P2_ENCIPHERED_PIN)) return refusal(SW_6A86_INCORRECT_P1_P2);
		if (application?.phase !== "initiated") return refusal(SW_6985_CONDITIONS_NOT_SATISFIED);
		// CHOICE: of the two words for a blocked PIN the card says 6984 when it came blocked, 6983 when it was blocked just now.
		if (application.state.pinTryCounter === 0)
			return refusal(
				application.pinBlockedBefore ? SW_6984_REFERENCED_DATA_INVALIDATED : SW_6983_AUTHENTICATION_METHOD_BLOCKED,
			);
		if (p2 === P2_PLAINTEXT_PIN) {
			if (data.length !== PIN_BLOCK_LENGTH) return refusal(SW_6700_WRONG_LENGTH);
			return comparePin(application, data);
		}
		if (data.length !== modulusLength(application.personalisation.iccPinKey)) return refusal(SW_6700_WRONG_LENGTH);
		if (!challenge) return refusal(SW_6985_CONDITIONS_NOT_SATISFIED);
		const pinBlock = decipherPinBlock(application, challenge, data);
		try {
			return comparePin(application, pinBlock);
		} finally {
			wipe(pinBlock);
		}
	},
});

const P2_PLAINTEXT_PIN = 0x80;
const P2_ENCIPHERED_PIN = 0x88;
const PIN_BLOCK_LENGTH = 8;

/** @param pinBlock undefined when none could be recovered: a failed try like any other (EMV 4.4 Book 2, 7.2) */
function comparePin(application: ApplicationSession, pinBlock: Uint8Array | undefined): CardResponse {
	const left = application.state.pinTryCounter - 1;
	// A try is spent before it is judged, so that a card pulled at the right moment has not saved one.
	application.update({ pinTryCounter: left });
	const reference = referencePinBlock(application.pin);
	try {
		if (!pinBlock || !equal(pinBlock, reference)) {
			application.offlinePin = "failed";
			return refusal(SW_63C0_VERIFICATION_FAILED | left);
		}
	} finally {
		wipe(reference);
	}
	application.update({ pinTryCounter: application.personalisation.pinTryLimit });
	application.offlinePin = "passed";
	return answer();
}

/** The plaintext PIN block: control field 2, length, digits, filler F (EMV 4.4 Book 3, 6.5.12.3, table 25). */
function referencePinBlock(pin: string): Uint8Array {
	return parseHex(`2${pin.length.toString(16)}${pin}`.padEnd(2 * PIN_BLOCK_LENGTH, "F"));
}

/** Recovers header 7F, PIN block, challenge, padding (EMV 4.4 Book 2, 7.2, table 25). */
function decipherPinBlock(
	{ personalisation }: ApplicationSession,
	challenge: Uint8Array,
	enciphered: Uint8Array,
): Uint8Array | undefined {
	let recovered: Uint8Array;
	try {
		recovered = rsaPrivate(personalisation.iccPinKey, enciphered);
	} catch {
		return undefined;
	}
	try {
		return recovered[0] === 0x7f && equal(recovered.subarray(9, 17), challenge) ? recovered.slice(1, 9) : undefined;
	} finally {
		wipe(recovered);
	}
}
