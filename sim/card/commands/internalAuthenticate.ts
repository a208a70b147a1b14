import { concat } from "../../../src/bytes/bytes.js";
import { answer, type CardCommand, refusal } from "../command.js";
import { signWithRecovery } from "../digitalSignature.js";
import { dolLength } from "../dol.js";
import { responseTemplate } from "../responseTemplate.js";
import { SW_6A86_INCORRECT_P1_P2, SW_6700_WRONG_LENGTH, SW_6985_CONDITIONS_NOT_SATISFIED } from "../statusWord.js";

/** INTERNAL AUTHENTICATE: the card proves that it holds its key (EMV 4.4 Book 3, 6.5.9; Book 2, 6.5.1, tables 15 to 17). */
export const internalAuthenticate = Object.freeze<CardCommand>({
	cla: 0x00,
	ins: 0x88,
	body: "incoming",
	slow: true,
	run({ application, crypto, random }, { p1, p2 }, data) {
		if (p1 || p2) return refusal(SW_6A86_INCORRECT_P1_P2);
		if (application?.phase !== "initiated") return refusal(SW_6985_CONDITIONS_NOT_SATISFIED);
		if (data.length !== dolLength(application.dol("ddol"))) return refusal(SW_6700_WRONG_LENGTH);
		const { iccKey, responseFormat } = application.personalisation;
		const dynamicNumber = random.bytes(DYNAMIC_NUMBER_LENGTH);
		const dynamicData = concat(Uint8Array.of(dynamicNumber.length), dynamicNumber);
		// Format 05, hash algorithm 01 (SHA-1), length of the ICC dynamic data.
		const signed = concat(Uint8Array.of(0x05, 0x01, dynamicData.length), dynamicData);
		application.dynamicDataAuthenticationPerformed = true;
		return answer(responseTemplate(responseFormat, ["9F4B", signWithRecovery(crypto, iccKey, signed, data)]));
	},
});

/** 2 to 8 bytes (EMV 4.4 Book 2, 6.5.1). */
const DYNAMIC_NUMBER_LENGTH = 8;
