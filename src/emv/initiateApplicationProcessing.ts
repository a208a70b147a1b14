import { encodeTlv, findTlv, TlvError, tlvObjects } from "../bytes/tlv.js";
import { SW_6985_CONDITIONS_NOT_SATISFIED, SW_9000_OK } from "../card/apdu.js";
import { buildCommandData, decodeDol } from "./dol.js";
import { type Outcome, outcome } from "./outcome.js";
import {
	TAG_9F38_PDOL,
	TAG_77_RESPONSE_FORMAT_2,
	TAG_80_RESPONSE_FORMAT_1,
	TAG_82_AIP,
	TAG_83_COMMAND_TEMPLATE,
	TAG_94_AFL,
} from "./tags.js";
import type { Transaction } from "./transaction.js";
import { explain } from "./why.js";

/**
 * Initiate application processing (EMV 4.4 Book 3, 10.1): GET PROCESSING OPTIONS.
 * @returns "selectAnother" when the card's conditions of use are not satisfied: back to the candidate list
 */
export async function initiateApplicationProcessing(t: Transaction): Promise<Outcome | "selectAnother" | undefined> {
	try {
		const pdol = t.data.card(TAG_9F38_PDOL);
		t.sent.pdol = pdol ? buildCommandData(decodeDol(pdol), t.data) : new Uint8Array(0);
		const data = encodeTlv(TAG_83_COMMAND_TEMPLATE, t.sent.pdol); // 6.5.8.3: 83 00 without a PDOL
		const response = await t.card.transmit({ cla: 0x80, ins: 0xa8, p1: 0, p2: 0, data, le: 256 });
		if (response.sw === SW_6985_CONDITIONS_NOT_SATISFIED) {
			explain(t, "Book 3, 10.1", "GET PROCESSING OPTIONS answered 6985", [TAG_9F38_PDOL], "back to the candidate list");
			t.data.clearCard();
			return "selectAnother";
		}
		if (response.sw !== SW_9000_OK) return outcome("cardError", "GET PROCESSING OPTIONS failed");
		return acceptResponse(t, response.data);
	} catch (error) {
		if (error instanceof TlvError) return outcome("cardError", `GET PROCESSING OPTIONS: ${error.message}`);
		throw error;
	}
}

/** 6.5.8.4: format 1 is AIP and AFL without tags, format 2 a template. */
function acceptResponse(t: Transaction, data: Uint8Array): Outcome | undefined {
	t.data.dropCard([TAG_82_AIP, TAG_94_AFL]); // these are for this response to give
	const format1 = findTlv(data, TAG_80_RESPONSE_FORMAT_1);
	const format2 = format1 ? undefined : findTlv(data, TAG_77_RESPONSE_FORMAT_2);
	if (format1 && format1.length >= 6) {
		t.data.setCard(TAG_82_AIP, format1.subarray(0, 2));
		t.data.setCard(TAG_94_AFL, format1.subarray(2));
	} else if (format2) {
		t.data.addCard(format2, tlvObjects(format2));
	}
	const complete = t.data.card(TAG_82_AIP)?.length === 2 && t.data.card(TAG_94_AFL);
	return complete ? undefined : outcome("cardError", "the card gave no AIP or no AFL");
}
