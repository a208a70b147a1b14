import { SW_9000_OK } from "../card/apdu.js";
import {
	AIP_B1_ISSUER_AUTHENTICATION,
	hasBit,
	setBit,
	TSI_B1_ISSUER_AUTHENTICATION_PERFORMED,
	TVR_B5_ISSUER_AUTHENTICATION_FAILED,
} from "./fields.js";
import type { Outcome } from "./outcome.js";
import { TAG_82_AIP, TAG_91_ISSUER_AUTHENTICATION_DATA } from "./tags.js";
import type { Transaction } from "./transaction.js";
import { explain, setTvr } from "./why.js";

/**
 * Issuer authentication (EMV 4.4 Book 3, 10.9): EXTERNAL AUTHENTICATE, at most once, when the card announces it and the
 * issuer sent tag 91. A card that does not announce it may ask for tag 91 in CDOL2 instead. Failing is not the end.
 */
export async function issuerAuthentication(t: Transaction): Promise<Outcome | undefined> {
	const data = t.data.terminal(TAG_91_ISSUER_AUTHENTICATION_DATA); // what the card may call so is not the issuer's
	if (!data || !hasBit(t.data.card(TAG_82_AIP)!, AIP_B1_ISSUER_AUTHENTICATION)) return undefined;
	const response = await t.card.transmit({ cla: 0x00, ins: 0x82, p1: 0, p2: 0, data });
	setBit(t.data.tsi, TSI_B1_ISSUER_AUTHENTICATION_PERFORMED);
	if (response.sw !== SW_9000_OK)
		setTvr(
			t,
			TVR_B5_ISSUER_AUTHENTICATION_FAILED,
			"Book 3, 10.9",
			"EXTERNAL AUTHENTICATE failed",
			TAG_91_ISSUER_AUTHENTICATION_DATA,
		);
	else if (t.why) {
		const rule = "does the card take the issuer's answer for its issuer's";
		explain(t, "Book 3, 10.9", rule, [TAG_91_ISSUER_AUTHENTICATION_DATA], "yes");
	}
	return undefined;
}
