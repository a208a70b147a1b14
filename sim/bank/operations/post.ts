import { decodeIccData } from "../../../src/host/iccData.js";
import { Iso8583Error } from "../../../src/host/iso8583/iso8583Error.js";
import type { MessageValues } from "../../../src/host/messageValues.js";
import { type BookedTransaction, BooksError, type StoredAnswer } from "../books.js";
import { type BankRequest, bankTime, type Desk, type Reply } from "../desk.js";
import type { Proof } from "../issuer.js";
import { RESPONSE } from "../responseCode.js";
import { amountOf, type Rule, type Ruling } from "./ruling.js";

const OF_A_CHIP: readonly unknown[] = Object.freeze(["chip", "contactless", undefined]);

/** Answers a request about a card and books what it comes to, once: a repeated request gets the same answer again. */
export function post(desk: Desk, request: BankRequest, rule: Rule): Reply {
	const { books } = desk;
	const { key, values, operation } = request;
	const pan = required(values.pan ?? values.track2?.split("D")[0], "pan");
	const amountMinor = rule.noAmount ? 0 : amountOf(values);
	const earlier = books.transaction(key);
	if (earlier) return repeated(request, earlier, pan, amountMinor);
	if (books.settlement(key.terminalId, key.batch).state === "settled") return { responseCode: RESPONSE.batchClosed };
	if (values.track2 && values.track2.split("D")[0] !== pan) return { responseCode: RESPONSE.formatError };

	let ruling: Ruling = { movements: [] };
	const { day } = bankTime(desk);
	const decision = desk.issuer.decide(
		{
			pan,
			panSequence: values.panSequence ?? 0,
			amountMinor,
			currency: values.currency ?? 0,
			expiry: rule.isAdvice ? undefined : values.expiryYymm,
			today: day.slice(2, 7).replace("-", ""),
			pinIsRight: request.pinIsRight,
			iccData: decodeIccData(values.iccData ?? new Uint8Array(0)),
			proof: proofOf(rule, values),
		},
		card => {
			if (amountMinor === 0 && !rule.noAmount) return RESPONSE.invalidAmount;
			const ordered = rule.isAdvice ? undefined : desk.scenarios.take(pan, amountMinor);
			if (ordered !== undefined) return ordered;
			ruling = rule.decide(desk, request, amountMinor, card);
			return "refuse" in ruling ? ruling.refuse : undefined;
		},
	);
	const { responseCode, iccData } = decision;
	const reference = books.nextReference();
	const code = String(reference % 1_000_000).padStart(6, "0");
	const isApproved = responseCode === RESPONSE.approved && !("refuse" in ruling);
	const isReferral = responseCode === RESPONSE.referToIssuer;
	const booked = "refuse" in ruling ? { movements: [] } : ruling;
	const answer: StoredAnswer = {
		responseCode,
		authorisationCode: isApproved ? (voiceCode(request) ?? code) : isReferral ? code : undefined,
		iccData,
		balanceMinor: isApproved ? booked.balanceMinor : undefined,
		// CHOICE: the bank quotes its reference; the voice centre gives the code for it
		referral: isReferral ? String(reference) : undefined,
	};
	try {
		books.record({
			key,
			merchantId: request.merchantId,
			operation,
			pan,
			amountMinor,
			state: isApproved && !booked.isNote ? "approved" : "declined",
			answer,
			day,
			foreign: books.card(pan)?.foreign === true,
			side: isApproved ? booked.side : undefined,
			isAdvice: rule.isAdvice === true,
			original: isApproved ? booked.effect?.original.id : undefined,
			effect: isApproved ? booked.effect?.kind : undefined,
			changeMinor: (isApproved && booked.effect?.changeMinor) || 0,
			movements: isApproved ? booked.movements : [],
		});
	} catch (error) {
		// The books' own rules had the last word: a mistake of the rules above, answered and not booked.
		if (error instanceof BooksError) return { responseCode: RESPONSE.systemMalfunction };
		throw error;
	}
	return replyOf(request, reference, answer);
}

/** The request of before: its answer again, unless it is something else under the same number, or was taken back. */
function repeated(request: BankRequest, earlier: BookedTransaction, pan: string, amountMinor: number): Reply {
	const { operation } = request;
	if (earlier.state === "reversed") return { responseCode: RESPONSE.invalidTransaction };
	const same = earlier.pan === pan && earlier.amountMinor === amountMinor && earlier.operation === operation;
	return same ? replyOf(request, earlier.id, earlier.answer) : { responseCode: RESPONSE.duplicateTransmission };
}

function replyOf({ values }: BankRequest, reference: number, answer: StoredAnswer): Reply {
	const { responseCode, authorisationCode, iccData, balanceMinor, referral } = answer;
	return {
		responseCode,
		retrievalReference: String(reference).padStart(12, "0"),
		...(authorisationCode !== undefined && referral === undefined && { authorisationCode }),
		...(iccData && { iccData }),
		...(balanceMinor !== undefined && { balanceMinor, currency: values.currency }),
		...(referral !== undefined && { text: `REFERRAL ${referral}` }),
	};
}

/** The chip must prove itself where the card was read by its chip; a stripe cannot. */
function proofOf(rule: Rule, { posEntryMode }: MessageValues): Proof {
	return OF_A_CHIP.includes(posEntryMode) ? rule.proof : "none";
}

function voiceCode({ operation, values }: BankRequest): string | undefined {
	return operation === "voiceAuthorisedSale" ? values.authorisationCode : undefined;
}

export function required<T>(value: T | undefined, name: string): T {
	if (value === undefined) throw new Iso8583Error(`${name} is missing`);
	return value;
}
