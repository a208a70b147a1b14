import { compressedNumericText, numericValue } from "../bytes/bcd.js";
import { asciiBytes, latin1Text, wipe } from "../bytes/bytes.js";
import { maskPan } from "../bytes/pan.js";
import { CardError } from "../card/cardError.js";
import { CardSession } from "../card/cardSession.js";
import type { Language } from "../display/messages.js";
import * as screens from "../display/screens.js";
import { TVR_B5_SCRIPT_FAILED_AFTER_FINAL_AC, TVR_B5_SCRIPT_FAILED_BEFORE_FINAL_AC } from "../emv/fields.js";
import { formatExchange } from "../emv/formatExchange.js";
import { generateSecondAc } from "../emv/generateAc.js";
import { encodeIccData, type IssuerData, readIssuerData } from "../emv/iccData.js";
import { issuerAuthentication } from "../emv/issuerAuthentication.js";
import { issuerScripts } from "../emv/issuerScripts.js";
import { openTransaction, toFirstCryptogram } from "../emv/kernel.js";
import { type Outcome, outcome } from "../emv/outcome.js";
import { TRANSACTION_TYPE_GOODS } from "../emv/processingRestrictions.js";
import {
	TAG_5A_APPLICATION_PAN,
	TAG_5F2D_LANGUAGE_PREFERENCE,
	TAG_5F24_APPLICATION_EXPIRATION_DATE,
	TAG_5F34_PAN_SEQUENCE_NUMBER,
	TAG_8A_AUTHORISATION_RESPONSE_CODE,
	TAG_9F27_CID,
	TAG_9F34_CVM_RESULTS,
	TAG_57_TRACK_2_EQUIVALENT_DATA,
	TAG_84_DF_NAME,
	TAG_89_AUTHORISATION_CODE,
	TAG_91_ISSUER_AUTHENTICATION_DATA,
} from "../emv/tags.js";
import { unableToGoOnline } from "../emv/terminalActionAnalysis.js";
import type { Transaction } from "../emv/transaction.js";
import { type AuthorisationReply, type AuthorisationRequest, authorise } from "../host/authorise.js";
import type { ReversalReason } from "../host/profiles/hostProfile.js";
import { reversalOf } from "../host/reverse.js";
import { PinEntry } from "../keys/pinEntry.js";
import { chooseApplication } from "./chooseApplication.js";
import type { FlowContext } from "./flowContext.js";
import { localTime } from "./localTime.js";
import { outcomeScreen } from "./outcomeScreen.js";
import { deliverReversals, sealReversal } from "./recover.js";
import type { SaleResult } from "./saleResult.js";
import { waitForCard } from "./waitForCard.js";

const AUTHORISATION_TIMEOUT_MS = 30_000;

type Answered = Extract<AuthorisationReply, { kind: "answered" }>;

/** What is known of the sale so far; each step adds to it. */
interface SaleUnderWay {
	readonly amountMinor: number;
	readonly stan: number;
	readonly session: CardSession;
	readonly pinEntry: PinEntry;
	readonly transaction: Transaction;
	sent: boolean;
	answer: Answered | undefined;
	owed: ReversalReason | undefined;
}

/** A sale, from the amount to its definite end. Everything that can happen is in the result; nothing is thrown. */
export async function sale(c: FlowContext, amountMinor: number): Promise<SaleResult> {
	// 0 what is owed to the bank goes before the next financial message
	if (!(await deliverReversals(c))) return refuseForOwedReversal(c, amountMinor);
	// 1 STAN, date, amount: the journal knows of the sale from here on
	const s = begin(c, amountMinor);
	const stopWatching = c.onCardRemoved(() => s.pinEntry.cardRemoved());
	let ended: Outcome | "fault";
	let reason = "";
	try {
		ended = await run(c, s);
		reason = ended.reason;
	} catch (error) {
		ended = error instanceof CardError ? cardOutcome(error) : "fault";
		reason = error instanceof Error ? error.message : "unknown fault";
	} finally {
		stopWatching();
		s.pinEntry.forget(); // WIPE
		wipe(s.transaction.onlinePinBlock); // WIPE
		await s.session.deactivate();
	}
	// 10 the end is on the medium before anybody sees it
	const result = close(c, s, ended === "fault" ? "fault" : ended.kind, reason);
	// 11 one outcome, one message
	c.show(outcomeScreen(result, language(c, s.transaction)));
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
	// 9 the issuer's answer to the card, and the card's last word
	if (reply.kind === "answered" && c.link.profile.approvals.includes(reply.responseCode)) return approve(s, reply);
	if (reply.kind === "answered") return decline(c, s, reply.responseCode, readIssuerData(reply.iccData));
	if (reply.kind === "notSent") return unableToGoOnlineOutcome(s);
	return decline(c, s, "Z3", {}, "the bank gave no valid answer");
}

function begin(c: FlowContext, amountMinor: number): SaleUnderWay {
	const stan = c.journal.nextStan();
	const currency = c.configuration.currencyCode;
	c.journal.append({ type: "opened", stan, at: c.clock.now(), amountMinor, currency });
	const money = { amountMinor, currencyCode: currency };
	const session = new CardSession(c.slot, (command, response) => {
		c.log.line("card", formatExchange(command, response));
	});
	const pinEntry = new PinEntry({
		keypad: c.keypad,
		clock: c.clock,
		random: c.random,
		keys: c.keys,
		onProgress: ({ digitCount, triesLeft, retry }) => {
			const wrongBefore = retry && digitCount === 0 && triesLeft !== undefined;
			const spoken = language(c, transaction);
			if (wrongBefore) c.show(screens.pinIncorrect(triesLeft, spoken));
			else c.show(screens.enterPin({ money, dots: digitCount, triesLeft }, spoken));
		},
	});
	const transaction = openTransaction(
		{
			card: session,
			crypto: c.crypto,
			random: c.random,
			pinPad: pinEntry,
			recentAmountMinor: pan => c.journal.recentAmountMinor(c.seal.link(c.crypto, pan)),
			chooseApplication: candidates => chooseApplication(c, candidates, language(c, transaction)),
		},
		c.configuration,
		{
			...localTime(c.clock),
			transactionType: TRANSACTION_TYPE_GOODS,
			amountMinor,
			cashbackMinor: 0,
			sequenceCounter: stan,
			merchantForcedOnline: false,
			merchant: c.merchant,
		},
	);
	return { amountMinor, stan, session, pinEntry, transaction, sent: false, answer: undefined, owed: undefined };
}

/** The request, and the reversal that it would need, on the medium before the first byte leaves. */
async function goOnline(c: FlowContext, s: SaleUnderWay): Promise<AuthorisationReply> {
	const { profile } = c.link;
	const request = authorisationRequest(c, s);
	const reversal = reversalOf(profile, c.hostTerminal, request, encodeIccData(s.transaction, profile.reversalIccTags));
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
	const reply = await authorise(c.link, c.hostTerminal, request, c.keys, AUTHORISATION_TIMEOUT_MS);
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
	if (!ended) await issuerScripts(t, issuer.scripts72 ?? [], TVR_B5_SCRIPT_FAILED_AFTER_FINAL_AC);
	return ended;
}

function close(c: FlowContext, s: SaleUnderWay, kind: SaleResult["outcome"], reason: string): SaleResult {
	const { data } = s.transaction;
	const at = c.clock.now();
	const number = pan(s.transaction);
	if (s.owed) c.journal.append({ type: "reversalOwed", stan: s.stan, at, reason: s.owed });
	const bank = s.answer && {
		responseCode: s.answer.responseCode,
		authorisationCode: s.answer.authorisationCode,
		retrievalReference: s.answer.retrievalReference,
	};
	c.journal.append({
		type: "closed",
		stan: s.stan,
		at,
		outcome: kind,
		online: s.sent,
		panMasked: number && maskPan(number),
		cardLink: number === undefined ? undefined : c.seal.link(c.crypto, number),
		responseCode: bank?.responseCode,
		authorisationCode: bank?.authorisationCode,
		retrievalReference: bank?.retrievalReference,
	});
	return {
		outcome: kind,
		reason,
		online: s.sent,
		amountMinor: s.amountMinor,
		currency: c.configuration.currencyCode,
		stan: s.stan,
		card: {
			aid: data.card(TAG_84_DF_NAME),
			panMasked: number && maskPan(number),
			tvr: data.tvr,
			tsi: data.tsi,
			cvmResults: data.get(TAG_9F34_CVM_RESULTS),
			cid: data.card(TAG_9F27_CID),
		},
		bank,
		apdus: s.session.apdus,
		bytesToCard: s.session.bytesToCard,
		bytesFromCard: s.session.bytesFromCard,
		reversal: s.owed ? "owed" : "none",
	};
}

function refuseForOwedReversal(c: FlowContext, amountMinor: number): SaleResult {
	const result: SaleResult = {
		outcome: "declined",
		reason: "an earlier sale must be taken back first, and the bank does not answer",
		online: false,
		amountMinor,
		currency: c.configuration.currencyCode,
		stan: undefined,
		card: undefined,
		bank: undefined,
		apdus: 0,
		bytesToCard: 0,
		bytesFromCard: 0,
		reversal: "owed",
	};
	c.show(outcomeScreen(result, c.merchant.language));
	return result;
}

function cardOutcome(error: CardError): Outcome {
	if (error.reason === "removed") return outcome("cardRemoved", error.message);
	return outcome(error.reason === "notAccepted" ? "notAccepted" : "cardError", error.message);
}

function pan(t: Transaction): string | undefined {
	const value = t.data.card(TAG_5A_APPLICATION_PAN);
	return value && compressedNumericText(value);
}

/** The first language of the card that the terminal has, otherwise the merchant's (Book 4, 11.1). */
function language(c: FlowContext, t: Transaction): Language {
	const preference = t.data.card(TAG_5F2D_LANGUAGE_PREFERENCE);
	const codes = preference ? (latin1Text(preference).toLowerCase().match(/../g) ?? []) : [];
	return (codes.find(code => code === "en" || code === "zh") as Language | undefined) ?? c.merchant.language;
}
