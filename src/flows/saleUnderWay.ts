import { compressedNumericText } from "../bytes/bcd.js";
import { latin1Text } from "../bytes/bytes.js";
import { maskPan } from "../bytes/pan.js";
import { CardSession } from "../card/cardSession.js";
import type { Language } from "../display/messages.js";
import * as screens from "../display/screens.js";
import { CID_B1_ADVICE_REQUIRED, hasBit } from "../emv/fields.js";
import { formatExchange } from "../emv/formatExchange.js";
import { openTransaction } from "../emv/kernel.js";
import { mayFallBackToMagstripe } from "../emv/magstripeFallback.js";
import { TRANSACTION_TYPE_GOODS } from "../emv/processingRestrictions.js";
import {
	TAG_5A_APPLICATION_PAN,
	TAG_5F2D_LANGUAGE_PREFERENCE,
	TAG_9F27_CID,
	TAG_9F34_CVM_RESULTS,
	TAG_84_DF_NAME,
} from "../emv/tags.js";
import type { Transaction } from "../emv/transaction.js";
import type { ReversalReason } from "../host/messageValues.js";
import type { HostReply } from "../host/request.js";
import type { MessageKeys } from "../keys/hostKeys.js";
import { PinEntry } from "../keys/pinEntry.js";
import { chooseApplication } from "./chooseApplication.js";
import type { FlowContext } from "./flowContext.js";
import { localTime } from "./localTime.js";
import type { SaleResult } from "./saleResult.js";

export type Answered = Extract<HostReply, { kind: "answered" }>;

/** What is known of the sale so far; each step adds to it. */
export interface SaleUnderWay {
	readonly amountMinor: number;
	readonly stan: number;
	readonly batch: number;
	readonly session: CardSession;
	/** Of the PIN block and of the request. */
	readonly keys: MessageKeys;
	readonly pinEntry: PinEntry;
	readonly transaction: Transaction;
	sent: boolean;
	answer: Answered | undefined;
	owed: ReversalReason | undefined;
}

/** STAN, date, amount, everything the steps will need; the journal knows of the sale from here on. */
export function begin(c: FlowContext, amountMinor: number, merchantForcedOnline: boolean): SaleUnderWay {
	const stan = c.journal.nextStan();
	const { batch } = c.journal;
	const currency = c.configuration.currencyCode;
	c.journal.append({
		type: "opened",
		batch,
		stan,
		at: c.clock.now(),
		invoice: c.journal.nextInvoice(),
		operation: "sale",
		amountMinor,
		currency,
	});
	const keys = c.keys.next();
	const money = { amountMinor, currencyCode: currency };
	const session = new CardSession(c.reader, (command, response) => {
		c.log.line("card", formatExchange(command, response));
	});
	const pinEntry = new PinEntry({
		keypad: c.keypad,
		clock: c.clock,
		random: c.random,
		keys,
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
			merchantForcedOnline,
			offlineApprovals: false, // nothing uploads them to the acquirer
			why: c.why,
			merchant: c.merchant,
		},
	);
	return {
		amountMinor,
		stan,
		batch,
		session,
		keys,
		pinEntry,
		transaction,
		sent: false,
		answer: undefined,
		owed: undefined,
	};
}

/** Writes the end of the sale, and what is owed before it, and sums it up. */
export function close(c: FlowContext, s: SaleUnderWay, kind: SaleResult["outcome"], reason: string): SaleResult {
	const { data } = s.transaction;
	const at = c.clock.now();
	const number = pan(s.transaction);
	const { owed } = s;
	c.why?.({ section: "docs/sale.md", rule: "how does the sale end", inputs: { reason }, result: kind });
	if (owed) {
		c.why?.({ section: "docs/sale.md", rule: "must the bank take it back", inputs: { owed }, result: "reversal" });
		c.journal.append({ type: "reversalOwed", batch: s.batch, stan: s.stan, at, reason: owed });
	}
	const bank = s.answer && {
		responseCode: s.answer.responseCode,
		authorisationCode: s.answer.authorisationCode,
		retrievalReference: s.answer.retrievalReference,
	};
	c.journal.append({
		type: "closed",
		batch: s.batch,
		stan: s.stan,
		at,
		outcome: kind,
		online: s.sent,
		panMasked: number && maskPan(number),
		cardLink: number === undefined ? undefined : c.seal.link(c.crypto, number),
		adviceRequired: hasBit(data.card(TAG_9F27_CID) ?? new Uint8Array(1), CID_B1_ADVICE_REQUIRED),
		scriptResults: s.transaction.scriptResults.length ? s.transaction.scriptResults : undefined,
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
		language: language(c, s.transaction),
		stan: s.stan,
		card: {
			aid: data.card(TAG_84_DF_NAME),
			panMasked: number && maskPan(number),
			tvr: data.tvr,
			tsi: data.tsi,
			cvmResults: data.get(TAG_9F34_CVM_RESULTS),
			cid: data.card(TAG_9F27_CID),
			scriptResults: s.transaction.scriptResults,
		},
		bank,
		apdus: s.session.apdus,
		bytesToCard: s.session.bytesToCard,
		bytesFromCard: s.session.bytesFromCard,
		reversal: owed ? "owed" : "none",
		fallbackAllowed: kind !== "fault" && mayFallBackToMagstripe(kind, s.transaction),
	};
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
