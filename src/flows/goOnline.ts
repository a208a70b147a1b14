import { compressedNumericText, numericValue } from "../bytes/bcd.js";
import { maskPan } from "../bytes/pan.js";
import * as screens from "../display/screens.js";
import { encodeIccData } from "../emv/iccData.js";
import {
	TAG_5F24_APPLICATION_EXPIRATION_DATE,
	TAG_5F34_PAN_SEQUENCE_NUMBER,
	TAG_57_TRACK_2_EQUIVALENT_DATA,
} from "../emv/tags.js";
import {
	type AuthorisationReply,
	type AuthorisationRequest,
	authorise,
	encodeAuthorisation,
} from "../host/authorise.js";
import { Iso8583Error } from "../host/iso8583/iso8583Error.js";
import { encodeReversal, type ReversalData, reversalOf } from "../host/reverse.js";
import type { MessageKeys } from "../keys/hostKeys.js";
import type { FlowContext } from "./flowContext.js";
import { sealReversal } from "./recover.js";
import { language, pan, type SaleUnderWay } from "./saleUnderWay.js";

const AUTHORISATION_TIMEOUT_MS = 30_000;

/** "unfit": the card's data do not fit into a message, so that nothing was journalled or sent. */
export type OnlineReply = AuthorisationReply | { readonly kind: "unfit"; readonly reason: string };

/** The request, and the reversal that it would need, on the medium before the first byte leaves. */
export async function goOnline(c: FlowContext, s: SaleUnderWay): Promise<OnlineReply> {
	const { profile } = c.link;
	const request = authorisationRequest(c, s);
	const reversal = reversalOf(profile, c.hostTerminal, request, encodeIccData(s.transaction, profile.reversalIccTags));
	const unfit = whyUnfit(c, s.keys, request, reversal);
	if (unfit !== undefined) return { kind: "unfit", reason: unfit };
	c.journal.append({
		type: "sent",
		stan: s.stan,
		at: c.clock.now(),
		panMasked: maskPan(request.pan),
		reversal: sealReversal(c.seal, reversal),
	});
	s.sent = true;
	s.owed = "noResponse";
	c.show(screens.contactingBank(language(c, s.transaction)));
	const reply = await authorise(c.link, c.hostTerminal, request, s.keys, AUTHORISATION_TIMEOUT_MS);
	if (reply.kind === "answered") s.answer = reply;
	if (reply.kind === "noValidReply") s.owed = reply.reason === "wrongMac" ? "macError" : s.owed;
	if (reply.kind === "notSent") [s.sent, s.owed] = [false, undefined];
	return reply;
}

function authorisationRequest(c: FlowContext, s: SaleUnderWay): AuthorisationRequest {
	const { data, onlinePinBlock } = s.transaction;
	const panSequence = data.card(TAG_5F34_PAN_SEQUENCE_NUMBER);
	const track2 = data.card(TAG_57_TRACK_2_EQUIVALENT_DATA);
	return {
		stan: s.stan,
		amountMinor: s.amountMinor,
		currency: c.configuration.currencyCode,
		pan: pan(s.transaction)!,
		expiryYymm: compressedNumericText(data.card(TAG_5F24_APPLICATION_EXPIRATION_DATE)!).slice(0, 4),
		panSequence: panSequence && numericValue(panSequence),
		track2: track2 && compressedNumericText(track2),
		posEntryMode: "chip",
		pinBlock: onlinePinBlock,
		iccData: encodeIccData(s.transaction, c.link.profile.iccTags),
	};
}

/** A message that cannot be encoded must be known before a reversal of it is owed, which could not be encoded either. */
function whyUnfit(
	c: FlowContext,
	keys: MessageKeys,
	request: AuthorisationRequest,
	reversal: ReversalData,
): string | undefined {
	try {
		encodeAuthorisation(c.link.profile, c.hostTerminal, request, keys);
		encodeReversal(c.link.profile, c.hostTerminal, reversal, "noResponse", keys);
		return undefined;
	} catch (error) {
		if (error instanceof Iso8583Error) return error.message;
		throw error;
	}
}
