import { concat } from "../bytes/bytes.js";
import { encodeTlv } from "../bytes/tlv.js";
import { encodeIccData } from "../emv/iccData.js";
import { iccTags } from "../host/iccData.js";
import type { MessageValues } from "../host/messageValues.js";
import type { Operation } from "../operation.js";
import { type CardUnderWay, cardValues, endingCard } from "./cardUnderWay.js";
import type { Ended } from "./completeCard.js";
import type { Ending } from "./endTransaction.js";
import type { FlowContext } from "./flowContext.js";
import { nextMessage } from "./nextMessage.js";
import type { UnderWay } from "./underWay.js";

/** Issuer Script Results (EMV 4.4 Book 4, Annex A5) in field 55; the tag is the payment systems' own. */
const TAG_DF31_ISSUER_SCRIPT_RESULTS = 0xdf31;

type Advices = Pick<Ending, "values" | "advices">;

/** What the bank must still hear of a card transaction that has ended, and what later messages need of it. */
export function advicesOf(c: FlowContext, u: UnderWay, card: CardUnderWay, end: Ended): Advices {
	const { kind } = end.outcome;
	const known = endingCard(card, kind);
	if (known.pan === undefined) return {};
	// The bank has declined the request under its own number: what the telephone approved is another message.
	const isByVoice = kind === "approved" && end.voiceCode !== undefined;
	const { batch, stan } = isByVoice ? nextMessage(c) : u.name;
	const values: MessageValues = {
		...cardValues(c, u, card),
		batch,
		stan,
		authorisationCode: end.voiceCode ?? u.answer?.authorisationCode,
		retrievalReference: u.answer?.retrievalReference,
	};
	const owed: { kind: Operation; values: MessageValues }[] = [];
	const owe = (advice: Operation, more: MessageValues = {}) => {
		if (c.link.profile.operations[advice]) owed.push({ kind: advice, values: { ...values, ...more } });
	};
	if (isByVoice) owe("voiceAuthorisedSale");
	else if (kind === "approved" && !u.sent && u.order.operation === "sale") owe("offlineSale");
	// EMV 4.4 Book 4, 12.2.5: the card wants its issuer to hear of a decline that the issuer did not decide. A request that got no
	// answer, and its reversal, have the transaction's number: the bank would take the advice for one of them.
	if (kind === "declined" && known.adviceRequired && !u.answer) owe("declineAdvice", u.sent ? nextMessage(c) : {});
	if (known.facts.scriptResults.length && u.answer)
		owe("scriptResult", {
			...nextMessage(c),
			iccData: scriptIccData(c, card, known.facts.scriptResults),
			original: {
				...u.name,
				date: u.answer.hostDate ?? values.localDate,
				time: values.localTime,
				transmissionDateTime: values.transmissionDateTime,
				operation: u.order.operation,
			},
		});
	return kind === "approved" ? { values, advices: owed } : { advices: owed };
}

function scriptIccData(c: FlowContext, { transaction }: CardUnderWay, results: Uint8Array): Uint8Array {
	const tags = iccTags(c.link.profile.reversalIccTags);
	return concat(encodeIccData(transaction, tags), encodeTlv(TAG_DF31_ISSUER_SCRIPT_RESULTS, results));
}
