import { compressedNumericText, numericValue } from "../bytes/bcd.js";
import { maskPan } from "../bytes/pan.js";
import * as screens from "../display/screens.js";
import { encodeIccData } from "../emv/iccData.js";
import {
	TAG_5F24_APPLICATION_EXPIRATION_DATE,
	TAG_5F34_PAN_SEQUENCE_NUMBER,
	TAG_57_TRACK_2_EQUIVALENT_DATA,
} from "../emv/tags.js";
import { iccTags } from "../host/iccData.js";
import { Iso8583Error } from "../host/iso8583/iso8583Error.js";
import type { MessageValues } from "../host/messageValues.js";
import { encodeRequest, type HostReply, request } from "../host/request.js";
import { encodeReversal, type ReversalData, reversalOf } from "../host/reverse.js";
import type { MessageKeys } from "../keys/hostKeys.js";
import type { FlowContext } from "./flowContext.js";
import { sealReversal } from "./recover.js";
import { language, pan, type SaleUnderWay } from "./saleUnderWay.js";

const AUTHORISATION_TIMEOUT_MS = 30_000;

/** "unfit": the card's data do not fit into a message, so that nothing was journalled or sent. */
export type OnlineReply = HostReply | { readonly kind: "unfit"; readonly reason: string };

/** The request, and the reversal that it would need, on the medium before the first byte leaves. */
export async function goOnline(c: FlowContext, s: SaleUnderWay): Promise<OnlineReply> {
	const { profile } = c.link;
	const values = saleValues(c, s);
	const reversalIccData = encodeIccData(s.transaction, iccTags(profile.reversalIccTags));
	const reversal = reversalOf(profile, "sale", values, reversalIccData);
	const unfit = whyUnfit(c, s.keys, values, reversal);
	if (unfit !== undefined) return { kind: "unfit", reason: unfit };
	c.journal.append({
		type: "sent",
		batch: s.batch,
		stan: s.stan,
		at: c.clock.now(),
		panMasked: maskPan(values.pan),
		reversal: sealReversal(c.seal, reversal),
	});
	s.sent = true;
	s.owed = "noResponse";
	c.show(screens.contactingBank(language(c, s.transaction)));
	const reply = await request(c.link, c.hostTerminal, "sale", values, s.keys, AUTHORISATION_TIMEOUT_MS);
	if (reply.kind === "answered") s.answer = reply;
	if (reply.kind === "noValidReply") s.owed = reply.reason === "wrongMac" ? "macError" : s.owed;
	if (reply.kind === "notSent") [s.sent, s.owed] = [false, undefined];
	return reply;
}

function saleValues(c: FlowContext, s: SaleUnderWay): MessageValues & { readonly pan: string } {
	const { data, onlinePinBlock } = s.transaction;
	const panSequence = data.card(TAG_5F34_PAN_SEQUENCE_NUMBER);
	const track2 = data.card(TAG_57_TRACK_2_EQUIVALENT_DATA);
	return {
		stan: s.stan,
		batch: c.journal.batch,
		amountMinor: s.amountMinor,
		currency: c.configuration.currencyCode,
		pan: pan(s.transaction)!,
		expiryYymm: compressedNumericText(data.card(TAG_5F24_APPLICATION_EXPIRATION_DATE)!).slice(0, 4),
		panSequence: panSequence && numericValue(panSequence),
		track2: track2 && compressedNumericText(track2),
		posEntryMode: "chip",
		pinBlock: onlinePinBlock,
		iccData: encodeIccData(s.transaction, iccTags(c.link.profile.iccTags)),
	};
}

/** A message that cannot be encoded must be known before a reversal of it is owed, which could not be encoded either. */
function whyUnfit(
	c: FlowContext,
	keys: MessageKeys,
	values: MessageValues,
	reversal: ReversalData,
): string | undefined {
	try {
		encodeRequest(c.link.profile, c.hostTerminal, "sale", values, keys);
		encodeReversal(c.link.profile, c.hostTerminal, reversal, "noResponse", keys);
		return undefined;
	} catch (error) {
		if (error instanceof Iso8583Error) return error.message;
		throw error;
	}
}
