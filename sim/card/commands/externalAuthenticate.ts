import { answer, type CardCommand, refusal } from "../command.js";
import { issuerAuthenticationLengths } from "../cryptogramVersion.js";
import { authenticateIssuer, obeyCardStatusUpdate } from "../issuerAuthentication.js";
import {
	SW_6A86_INCORRECT_P1_P2,
	SW_6300_AUTHENTICATION_FAILED,
	SW_6700_WRONG_LENGTH,
	SW_6985_CONDITIONS_NOT_SATISFIED,
} from "../statusWord.js";

/** EXTERNAL AUTHENTICATE: the issuer proves that it answered, once a transaction (EMV 4.4 Book 3, 6.5.4 and 10.9). */
export const externalAuthenticate = Object.freeze<CardCommand>({
	cla: 0x00,
	ins: 0x82,
	body: "incoming",
	slow: false,
	run({ application, crypto }, { p1, p2 }, data) {
		if (p1 || p2) return refusal(SW_6A86_INCORRECT_P1_P2);
		if (
			application?.phase !== "online" ||
			application.personalisation.issuerAuthentication !== "EXTERNAL AUTHENTICATE" ||
			application.issuerAuthentication !== "not performed"
		)
			return refusal(SW_6985_CONDITIONS_NOT_SATISFIED);
		const { least, most } = issuerAuthenticationLengths(application.cryptogramVersion);
		if (data.length < least || data.length > most) return refusal(SW_6700_WRONG_LENGTH);
		if (!authenticateIssuer(crypto, application, data)) return refusal(SW_6300_AUTHENTICATION_FAILED);
		obeyCardStatusUpdate(application);
		return answer();
	},
});
