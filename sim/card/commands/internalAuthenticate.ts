import { answer, type CardCommand, refusal } from "../command.js";
import { dolLength } from "../dol.js";
import { signDynamicData } from "../dynamicSignature.js";
import { responseTemplate } from "../responseTemplate.js";
import { SW_6A86_INCORRECT_P1_P2, SW_6700_WRONG_LENGTH, SW_6985_CONDITIONS_NOT_SATISFIED } from "../statusWord.js";

/** INTERNAL AUTHENTICATE: the card proves that it holds its key (EMV 4.4 Book 3, 6.5.9; Book 2, 6.5.1, tables 15 to 17). */
export const internalAuthenticate = Object.freeze<CardCommand>({
	cla: 0x00,
	ins: 0x88,
	body: "incoming",
	slow: true,
	run(card, { p1, p2 }, data) {
		const { application } = card;
		if (p1 || p2) return refusal(SW_6A86_INCORRECT_P1_P2);
		if (application?.phase !== "initiated") return refusal(SW_6985_CONDITIONS_NOT_SATISFIED);
		const { dataAuthentication, responseFormat } = application.personalisation;
		if (dataAuthentication?.includes("DDA") === false) return refusal(SW_6985_CONDITIONS_NOT_SATISFIED);
		if (data.length !== dolLength(application.dol("ddol"))) return refusal(SW_6700_WRONG_LENGTH);
		application.dynamicDataAuthenticationPerformed = true;
		const signature = signDynamicData(card, application, new Uint8Array(0), data);
		return answer(responseTemplate(responseFormat, ["9F4B", signature]));
	},
});
