import { compressedNumericText, numericValue } from "../bytes/bcd.js";
import { latin1Text } from "../bytes/bytes.js";
import { formatHex } from "../bytes/hex.js";
import { maskPan } from "../bytes/pan.js";
import { CardSession } from "../card/cardSession.js";
import type { Language } from "../display/messages.js";
import * as screens from "../display/screens.js";
import { CID_B1_ADVICE_REQUIRED, hasBit } from "../emv/fields.js";
import { formatExchange } from "../emv/formatExchange.js";
import { encodeIccData } from "../emv/iccData.js";
import { openTransaction } from "../emv/kernel.js";
import { mayFallBackToMagstripe } from "../emv/magstripeFallback.js";
import {
	TAG_5A_APPLICATION_PAN,
	TAG_5F2D_LANGUAGE_PREFERENCE,
	TAG_5F24_APPLICATION_EXPIRATION_DATE,
	TAG_5F28_ISSUER_COUNTRY_CODE,
	TAG_5F34_PAN_SEQUENCE_NUMBER,
	TAG_9F26_APPLICATION_CRYPTOGRAM,
	TAG_9F27_CID,
	TAG_9F34_CVM_RESULTS,
	TAG_9F36_ATC,
	TAG_50_APPLICATION_LABEL,
	TAG_57_TRACK_2_EQUIVALENT_DATA,
	TAG_84_DF_NAME,
} from "../emv/tags.js";
import type { Transaction } from "../emv/transaction.js";
import { iccTags } from "../host/iccData.js";
import type { MessageValues } from "../host/messageValues.js";
import { PinEntry } from "../keys/pinEntry.js";
import { chooseApplication } from "./chooseApplication.js";
import type { EndingCard } from "./endTransaction.js";
import type { FlowContext } from "./flowContext.js";
import { localTime } from "./localTime.js";
import { messageTime } from "./nextMessage.js";
import { mayApproveOffline } from "./offlinePolicy.js";
import type { TransactionResult } from "./transactionResult.js";
import type { UnderWay } from "./underWay.js";

/** The card's part of a transaction. */
export interface CardUnderWay {
	readonly session: CardSession;
	readonly pinEntry: PinEntry;
	readonly transaction: Transaction;
}

/**
 * The dialogue, the PIN pad and the kernel's data, before the first step.
 * @param transactionType tag 9C
 * @param random gives the unpredictable number
 */
export function beginCard(
	c: FlowContext,
	u: Pick<UnderWay, "order" | "keys" | "name">,
	transactionType: number,
	random = c.kernelRandom,
): CardUnderWay {
	const { amountMinor, cashbackMinor = 0, merchantForcedOnline = false } = u.order;
	const money = { amountMinor, currencyCode: c.configuration.currencyCode };
	const session = new CardSession(c.reader, (command, response) => {
		c.log.line("card", formatExchange(command, response));
	});
	const pinEntry = new PinEntry({
		keypad: c.keypad,
		clock: c.clock,
		random: c.random,
		keys: u.keys,
		limit: c.pinEntryLimit,
		bypassAllowed: c.configuration.pinBypass,
		keyTone: c.keyTone,
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
			random,
			pinPad: pinEntry,
			pinFailed: pan => c.monitor.pinFailed(amountMinor, c.seal.link(c.crypto, pan)),
			recentAmountMinor: pan => c.journal.recentAmountMinor(c.seal.link(c.crypto, pan)),
			chooseApplication: candidates => chooseApplication(c, candidates, language(c, transaction)),
		},
		c.configuration,
		{
			...localTime(c.clock),
			transactionType,
			amountMinor,
			cashbackMinor,
			sequenceCounter: u.name.stan,
			merchantForcedOnline,
			offlineApprovals: t => mayApproveOffline(c, u.order, t),
			why: c.why,
			terminalData: c.terminalData,
		},
	);
	return { session, pinEntry, transaction };
}

/** What the request says of card and transaction. */
export function cardValues(c: FlowContext, u: UnderWay, { transaction }: CardUnderWay): MessageValues {
	const { data, onlinePinBlock } = transaction;
	const { amountMinor, cashbackMinor, operator } = u.order;
	const track2 = data.card(TAG_57_TRACK_2_EQUIVALENT_DATA);
	return {
		...u.name,
		...messageTime(c.clock),
		invoice: u.invoice,
		operator,
		amountMinor,
		cashbackMinor,
		currency: c.configuration.currencyCode,
		...cardNumbers(transaction),
		track2: track2 && compressedNumericText(track2),
		posEntryMode: "chip",
		pinBlock: onlinePinBlock,
		iccData: encodeIccData(transaction, iccTags(c.link.profile.iccTags)),
	};
}

/** What the card is called; undefined where it does not say. */
export function cardNumbers(t: Transaction): Pick<MessageValues, "pan" | "expiryYymm" | "panSequence"> {
	const expiry = t.data.card(TAG_5F24_APPLICATION_EXPIRATION_DATE);
	return {
		pan: pan(t),
		expiryYymm: expiry && compressedNumericText(expiry).slice(0, 4),
		panSequence: decimal(t.data.card(TAG_5F34_PAN_SEQUENCE_NUMBER)),
	};
}

/** What the journal, the receipt and the result keep of the card. */
export function endingCard({ session, transaction }: CardUnderWay, kind: TransactionResult["outcome"]): EndingCard {
	const { configuration, data, scriptResults } = transaction;
	const number = pan(transaction);
	const facts = {
		aid: data.card(TAG_84_DF_NAME),
		panMasked: number && maskPan(number),
		tvr: data.tvr,
		tsi: data.tsi,
		cvmResults: data.get(TAG_9F34_CVM_RESULTS),
		cid: data.card(TAG_9F27_CID),
		scriptResults,
	};
	return {
		pan: number,
		foreign: isForeign(data.card(TAG_5F28_ISSUER_COUNTRY_CODE), configuration.countryCode),
		adviceRequired: hasBit(facts.cid ?? new Uint8Array(1), CID_B1_ADVICE_REQUIRED),
		facts,
		receipt: {
			applicationLabel: applicationLabel(transaction),
			aid: facts.aid,
			entryMode: "chip",
			tvr: facts.tvr.slice(),
			tsi: facts.tsi.slice(),
			cvmResults: facts.cvmResults,
			applicationCryptogram: data.card(TAG_9F26_APPLICATION_CRYPTOGRAM),
			cryptogramInformation: facts.cid,
			atc: data.card(TAG_9F36_ATC),
			panSequence: decimal(data.card(TAG_5F34_PAN_SEQUENCE_NUMBER)),
		},
		apdus: session.apdus,
		bytesToCard: session.bytesToCard,
		bytesFromCard: session.bytesFromCard,
		fallbackAllowed: kind !== "fault" && mayFallBackToMagstripe(kind, transaction),
	};
}

/** A card that does not say where it comes from is of this country. */
function isForeign(issuerCountry: Uint8Array | undefined, countryCode: number): boolean {
	return issuerCountry !== undefined && decimal(issuerCountry) !== countryCode;
}

/** Digits that a number holds exactly. */
const MOST_DECIMAL_BYTES = 7;

/** A number of the card; undefined when it has none or it is not decimal: it is the card's, so it may be anything. */
function decimal(bytes: Uint8Array | undefined): number | undefined {
	return bytes && bytes.length <= MOST_DECIMAL_BYTES && /^[0-9]+$/.test(formatHex(bytes))
		? numericValue(bytes)
		: undefined;
}

/** What a printer and a display may show of it. */
function applicationLabel(t: Transaction): string | undefined {
	const label = t.data.card(TAG_50_APPLICATION_LABEL);
	return label && latin1Text(label).replace(/[^ -~]/g, "?");
}

export function pan(t: Transaction): string | undefined {
	const value = t.data.card(TAG_5A_APPLICATION_PAN);
	return value && compressedNumericText(value);
}

/** The first language of the card that the terminal has, otherwise the merchant's (Book 4, 11.1). */
export function language(c: FlowContext, t: Transaction): Language {
	const preference = t.data.card(TAG_5F2D_LANGUAGE_PREFERENCE);
	const codes = preference ? (latin1Text(preference).toLowerCase().match(/../g) ?? []) : [];
	return (codes.find(code => code === "en" || code === "zh") as Language | undefined) ?? c.merchant.language;
}
