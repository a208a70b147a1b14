import { asciiBytes, wipe } from "../bytes/bytes.js";
import { CardError } from "../card/cardError.js";
import * as screens from "../display/screens.js";
import { setBit, TVR_B5_SCRIPT_FAILED_AFTER_FINAL_AC, TVR_B5_SCRIPT_FAILED_BEFORE_FINAL_AC } from "../emv/fields.js";
import { generateSecondAc } from "../emv/generateAc.js";
import { type IssuerData, readIssuerData } from "../emv/iccData.js";
import { issuerAuthentication } from "../emv/issuerAuthentication.js";
import { issuerScripts } from "../emv/issuerScripts.js";
import { toFirstCryptogram } from "../emv/kernel.js";
import { type Outcome, outcome } from "../emv/outcome.js";
import {
	TAG_8A_AUTHORISATION_RESPONSE_CODE,
	TAG_89_AUTHORISATION_CODE,
	TAG_91_ISSUER_AUTHENTICATION_DATA,
} from "../emv/tags.js";
import { unableToGoOnline } from "../emv/terminalActionAnalysis.js";
import type { Transaction } from "../emv/transaction.js";
import type { Decision } from "../emv/why.js";
import { MOST_AMOUNT_MINOR } from "../keypad/amountEntry.js";
import type { FlowContext } from "./flowContext.js";
import { goOnline, type OnlineReply } from "./goOnline.js";
import { outcomeScreen } from "./outcomeScreen.js";
import { closeInterrupted, deliverReversals } from "./recover.js";
import type { SaleResult } from "./saleResult.js";
import { type Answered, begin, close, type SaleUnderWay } from "./saleUnderWay.js";
import { waitForCard } from "./waitForCard.js";

export interface SaleOptions {
	/** The merchant wants the issuer asked, whatever the amount (EMV 4.4 Book 3, 10.6). */
	readonly merchantForcedOnline?: boolean;
}

/**
 * A sale, from the amount to its definite end. Everything that can happen is in the result.
 * @throws {RangeError} on an amount that is none, {JournalError} or the storage's own error when the journal cannot be written
 */
export async function sale(
	c: FlowContext,
	amountMinor: number,
	{ merchantForcedOnline = false }: SaleOptions = {},
): Promise<SaleResult> {
	if (!Number.isInteger(amountMinor) || amountMinor < 1 || amountMinor > MOST_AMOUNT_MINOR)
		throw new RangeError("an amount is a whole number of minor units, at least 1 and at most 999999999");
	// 0 what is owed to the bank goes before the next financial message
	closeInterrupted(c);
	if (!(await deliverReversals(c))) return refuseForOwedReversal(c, amountMinor);
	// 1 STAN, date, amount: the journal knows of the sale from here on
	const s = begin(c, amountMinor, merchantForcedOnline);
	const stopWatching = [c.onCardRemoved(() => s.pinEntry.cardRemoved()), c.onTampered(() => s.pinEntry.shut())];
	let ended: Outcome | "fault";
	let reason = "";
	try {
		ended = await run(c, s);
		reason = ended.reason;
	} catch (error) {
		ended = error instanceof CardError ? cardOutcome(error) : "fault";
		reason = error instanceof Error ? error.message : "unknown fault";
	} finally {
		for (const stop of stopWatching) stop();
		s.pinEntry.forget(); // WIPE
		wipe(s.transaction.onlinePinBlock); // WIPE
		await s.session.deactivate();
	}
	// 10 the end is on the medium before anybody sees it
	const result = close(c, s, ended === "fault" ? "fault" : ended.kind, reason);
	// 11 one outcome, one message
	c.show(outcomeScreen(result, result.language));
	return result;
}

async function run(c: FlowContext, s: SaleUnderWay): Promise<Outcome> {
	const t = s.transaction;
	// 2 the card, its reset and its answer
	const noCard = await waitForCard(c, s.amountMinor, c.merchant.language);
	if (noCard) return noCard;
	c.show(screens.pleaseWait(c.merchant.language));
	await s.session.activate();
	// 3 to 7 selection, records, authentication, verification, risk, the card's first decision
	const ended = await toFirstCryptogram(t);
	if (ended) return ended;
	if (t.cryptogram === "TC") return outcome("approved", "the card approved offline");
	if (t.cryptogram === "AAC") return outcome("declined", "the card declined offline");
	// 8 the card wants the issuer: ask, and be ready to take the question back
	const reply = await goOnline(c, s);
	c.why?.(explainReply(reply));
	// 9 the issuer's answer to the card, and the card's last word
	if (reply.kind === "answered" && c.link.profile.approvals.includes(reply.responseCode)) return approve(s, reply);
	if (reply.kind === "answered") return decline(c, s, reply.responseCode, readIssuerData(reply.iccData));
	if (reply.kind === "notSent") return unableToGoOnlineOutcome(s);
	if (reply.kind === "unfit") return outcome("cardError", `the card's data do not fit into a message: ${reply.reason}`);
	return decline(c, s, "Z3", {}, "the bank gave no valid answer");
}

/** For who asks why: the bank's part in the decision. */
function explainReply(reply: OnlineReply): Decision {
	const rule = "what does the issuer say";
	if (reply.kind === "answered")
		return { section: "Book 3, 10.9", rule, inputs: { "field 39": reply.responseCode }, result: "answered" };
	return { section: "Book 3, 10.9", rule, inputs: { reason: reply.reason }, result: reply.kind };
}

/** The bank said yes; only with the card's TC is it a sale (EMV 4.4 Book 3, 10.11). */
async function approve(s: SaleUnderWay, answer: Answered): Promise<Outcome> {
	s.owed = "other";
	if (answer.authorisationCode) s.transaction.data.set(TAG_89_AUTHORISATION_CODE, asciiBytes(answer.authorisationCode));
	const ended = await complete(s.transaction, answer.responseCode, readIssuerData(answer.iccData), "TC");
	if (ended) return ended;
	if (s.transaction.cryptogram !== "TC") return outcome("declined", "the card declined what the bank had approved");
	s.owed = undefined;
	return outcome("approved", "bank and card approved");
}

/** No sale, whatever the card still says; it is told so that its counters are right. */
async function decline(
	c: FlowContext,
	s: SaleUnderWay,
	responseCode: string,
	issuer: IssuerData,
	reason = `the bank declined: ${responseCode}`,
): Promise<Outcome> {
	if (s.answer) s.owed = undefined;
	try {
		await complete(s.transaction, responseCode, issuer, "AAC");
	} catch (error) {
		if (!(error instanceof CardError)) throw error;
		c.log.line("terminal", `the card was not told of the decline: ${error.message}`);
	}
	return outcome("declined", reason);
}

/** EMV 4.4 Book 3, 10.9 and Book 4, 12.2.1: no byte left the terminal, so the default action codes decide. */
async function unableToGoOnlineOutcome(s: SaleUnderWay): Promise<Outcome> {
	const type = unableToGoOnline(s.transaction);
	const ended = await complete(s.transaction, type === "TC" ? "Y3" : "Z3", {}, type);
	if (ended) return ended;
	return s.transaction.cryptogram === "TC"
		? outcome("approved", "approved offline, the bank could not be reached")
		: outcome("declined", "the bank could not be reached");
}

/** Issuer authentication, scripts 71, second GENERATE AC, scripts 72 (EMV 4.4 Book 3, 10.9 to 10.11). */
async function complete(
	t: Transaction,
	responseCode: string,
	issuer: IssuerData,
	type: "TC" | "AAC",
): Promise<Outcome | undefined> {
	t.data.set(TAG_8A_AUTHORISATION_RESPONSE_CODE, asciiBytes(responseCode));
	if (issuer.authenticationData) t.data.set(TAG_91_ISSUER_AUTHENTICATION_DATA, issuer.authenticationData);
	await issuerAuthentication(t);
	await issuerScripts(t, issuer.scripts71 ?? [], TVR_B5_SCRIPT_FAILED_BEFORE_FINAL_AC);
	const ended = await generateSecondAc(t, type);
	if (ended) return ended;
	try {
		await issuerScripts(t, issuer.scripts72 ?? [], TVR_B5_SCRIPT_FAILED_AFTER_FINAL_AC);
	} catch (error) {
		// The card has given its last word: what it decided stands, whatever becomes of a script.
		if (!(error instanceof CardError)) throw error;
		setBit(t.data.tvr, TVR_B5_SCRIPT_FAILED_AFTER_FINAL_AC);
	}
	return undefined;
}

function cardOutcome(error: CardError): Outcome {
	if (error.reason === "removed") return outcome("cardRemoved", error.message);
	return outcome(error.reason === "notAccepted" ? "notAccepted" : "cardError", error.message);
}

function refuseForOwedReversal(c: FlowContext, amountMinor: number): SaleResult {
	const result: SaleResult = {
		outcome: "declined",
		reason: "an earlier sale must be taken back first, and the bank does not answer",
		online: false,
		amountMinor,
		currency: c.configuration.currencyCode,
		language: c.merchant.language,
		stan: undefined,
		card: undefined,
		bank: undefined,
		apdus: 0,
		bytesToCard: 0,
		bytesFromCard: 0,
		reversal: "owed",
		fallbackAllowed: false,
	};
	c.show(outcomeScreen(result, c.merchant.language));
	return result;
}
