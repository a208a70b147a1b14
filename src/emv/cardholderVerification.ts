import { equal } from "../bytes/bytes.js";
import { formatHex } from "../bytes/hex.js";
import {
	amountX,
	amountY,
	CONDITION_ALWAYS,
	CONDITION_CASHBACK,
	CONDITION_MANUAL_CASH,
	CONDITION_NOT_CASH_NOR_CASHBACK,
	CONDITION_OVER_X,
	CONDITION_OVER_Y,
	CONDITION_TERMINAL_SUPPORTS,
	CONDITION_UNATTENDED_CASH,
	CONDITION_UNDER_X,
	CONDITION_UNDER_Y,
	CVM_ENCIPHERED_PIN,
	CVM_ENCIPHERED_PIN_AND_SIGNATURE,
	CVM_FAIL,
	CVM_NO_CVM,
	CVM_ONLINE_PIN,
	CVM_PLAINTEXT_PIN,
	CVM_PLAINTEXT_PIN_AND_SIGNATURE,
	CVM_SIGNATURE,
	type CvmRule,
	decodeCvmRule,
	FIRST_RULE,
	isCvmList,
} from "./cvmList.js";
import type { CvmResult } from "./cvmResult.js";
import {
	AIP_B1_CARDHOLDER_VERIFICATION,
	CAPABILITY_B2_ENCIPHERED_OFFLINE_PIN,
	CAPABILITY_B2_ENCIPHERED_ONLINE_PIN,
	CAPABILITY_B2_NO_CVM,
	CAPABILITY_B2_PLAINTEXT_OFFLINE_PIN,
	CAPABILITY_B2_SIGNATURE,
	hasBit,
	setBit,
	TSI_B1_CARDHOLDER_VERIFICATION_PERFORMED,
	TVR_B1_ICC_DATA_MISSING,
	TVR_B3_CVM_NOT_SUCCESSFUL,
	TVR_B3_ONLINE_PIN_ENTERED,
	TVR_B3_PIN_NOT_ENTERED,
	TVR_B3_PIN_PAD_NOT_PRESENT,
	TVR_B3_UNRECOGNISED_CVM,
} from "./fields.js";
import { offlinePin } from "./offlinePin.js";
import { type Outcome, outcome } from "./outcome.js";
import { TRANSACTION_TYPE_CASH, TRANSACTION_TYPE_GOODS_WITH_CASHBACK } from "./processingRestrictions.js";
import {
	TAG_5F2A_TRANSACTION_CURRENCY_CODE,
	TAG_8E_CVM_LIST,
	TAG_9C_TRANSACTION_TYPE,
	TAG_9F33_TERMINAL_CAPABILITIES,
	TAG_9F34_CVM_RESULTS,
	TAG_9F35_TERMINAL_TYPE,
	TAG_9F42_APPLICATION_CURRENCY_CODE,
	TAG_82_AIP,
} from "./tags.js";
import type { Transaction } from "./transaction.js";
import { explain, setTvr } from "./why.js";

const RESULT_UNKNOWN = 0x00;
const RESULT_FAILED = 0x01;
const RESULT_SUCCESSFUL = 0x02;

/** Book 4, 6.3.4.5: no CVM performed, with what is not known of it. */
const NOT_PERFORMED = Uint8Array.of(0x3f, 0x00, RESULT_UNKNOWN);

/** Cardholder verification (EMV 4.4 Book 3, 10.5): the first rule of the card's list that succeeds, or ends the list. */
export async function cardholderVerification(t: Transaction): Promise<Outcome | undefined> {
	t.data.set(TAG_9F34_CVM_RESULTS, NOT_PERFORMED);
	if (!hasBit(t.data.card(TAG_82_AIP)!, AIP_B1_CARDHOLDER_VERIFICATION)) return undefined;
	const list = t.data.card(TAG_8E_CVM_LIST);
	// 10.5: a list of the amounts X and Y alone counts as none
	if (!list || list.length === FIRST_RULE) {
		setTvr(
			t,
			TVR_B1_ICC_DATA_MISSING,
			"Book 3, 7.5",
			"the card announces cardholder verification and has no CVM list",
			TAG_82_AIP,
		);
		return undefined;
	}
	if (!isCvmList(list)) return outcome("cardError", "the CVM list is malformed");
	setBit(t.data.tsi, TSI_B1_CARDHOLDER_VERIFICATION_PERFORMED);
	let bypassed = false;
	let last: CvmRule | undefined;
	for (let at = FIRST_RULE; at < list.length; at += 2) {
		const rule = decodeCvmRule(list, at);
		if (!conditionHolds(t, list, rule)) {
			if (t.why) explainRule(t, rule, "passed over: its condition is not satisfied");
			continue;
		}
		// Book 4, 6.3.4.5: what the terminal does not know or support has not been performed
		if (isSupported(t, rule.method)) last = rule;
		// Book 4, 6.3.4.3: once bypassed, later PIN methods of the list count as bypassed, without another prompt
		const result = bypassed && isPinMethod(rule.method) ? "unsuccessful" : await perform(t, rule.method);
		if (t.why) explainRule(t, rule, typeof result === "object" ? result.reason : result);
		if (typeof result === "object") return result;
		if (hasBit(t.data.tvr, TVR_B3_PIN_NOT_ENTERED)) bypassed = true;
		if (result !== "unsuccessful") {
			setResults(t, rule.bytes, result === "successful" ? RESULT_SUCCESSFUL : RESULT_UNKNOWN);
			return undefined;
		}
		if (!rule.applyNextIfUnsuccessful) break; // Book 3, 10.5.5: bit 7 decides, not the condition
	}
	setTvr(t, TVR_B3_CVM_NOT_SUCCESSFUL, "Book 3, 10.5", "no rule of the CVM list succeeded", TAG_8E_CVM_LIST);
	setResults(t, last?.bytes ?? NOT_PERFORMED, RESULT_FAILED);
	return undefined;
}

function explainRule(t: Transaction, rule: CvmRule, result: string): void {
	const tags = [TAG_9C_TRANSACTION_TYPE, TAG_9F33_TERMINAL_CAPABILITIES];
	explain(t, "Book 3, 10.5", `CVM rule ${formatHex(rule.bytes)}`, tags, result);
}

/** Annex C3, table 44. A condition that is not known, or lacks its data, is not satisfied. */
function conditionHolds(t: Transaction, list: Uint8Array, rule: CvmRule): boolean {
	switch (rule.condition) {
		case CONDITION_ALWAYS:
			return true;
		case CONDITION_UNATTENDED_CASH:
			return isCash(t) && isUnattended(t);
		case CONDITION_NOT_CASH_NOR_CASHBACK:
			return !isCash(t) && !isCashback(t);
		case CONDITION_TERMINAL_SUPPORTS:
			return isSupported(t, rule.method);
		case CONDITION_MANUAL_CASH:
			return isCash(t) && !isUnattended(t);
		case CONDITION_CASHBACK:
			return isCashback(t);
		case CONDITION_UNDER_X:
			return comparesAmount(t, amount => amount < amountX(list));
		case CONDITION_OVER_X:
			return comparesAmount(t, amount => amount > amountX(list));
		case CONDITION_UNDER_Y:
			return comparesAmount(t, amount => amount < amountY(list));
		case CONDITION_OVER_Y:
			return comparesAmount(t, amount => amount > amountY(list));
		default:
			return false;
	}
}

function isCash(t: Transaction): boolean {
	return t.data.get(TAG_9C_TRANSACTION_TYPE)![0] === TRANSACTION_TYPE_CASH;
}

function isCashback(t: Transaction): boolean {
	return t.data.get(TAG_9C_TRANSACTION_TYPE)![0] === TRANSACTION_TYPE_GOODS_WITH_CASHBACK;
}

/** Second digit of the Terminal Type (Book 4, Annex A1). */
function isUnattended(t: Transaction): boolean {
	return (t.data.get(TAG_9F35_TERMINAL_TYPE)![0]! & 0x0f) >= 4;
}

/** Only when the transaction is in the application's own currency can its amount be compared. */
function comparesAmount(t: Transaction, holds: (amountMinor: number) => boolean): boolean {
	const applicationCurrency = t.data.card(TAG_9F42_APPLICATION_CURRENCY_CODE);
	if (!applicationCurrency || !equal(applicationCurrency, t.data.get(TAG_5F2A_TRANSACTION_CURRENCY_CODE)!))
		return false;
	return holds(t.amountMinor);
}

/** Annex C3, table 43. */
async function perform(t: Transaction, method: number): Promise<CvmResult> {
	if (isPinMethod(method) && !isSupported(t, method)) {
		// 10.5.1 and 10.5.2: a terminal that has one offline PIN method is taken to have a PIN pad for the other
		if (!supportsPin(t, method))
			setTvr(
				t,
				TVR_B3_PIN_PAD_NOT_PRESENT,
				"Book 3, 10.5.1",
				"the terminal takes no such PIN",
				TAG_9F33_TERMINAL_CAPABILITIES,
			);
		return "unsuccessful";
	}
	switch (method) {
		case CVM_FAIL:
			return "unsuccessful";
		case CVM_ONLINE_PIN:
			return onlinePin(t);
		case CVM_PLAINTEXT_PIN:
		case CVM_ENCIPHERED_PIN:
			return offlinePin(t, method === CVM_ENCIPHERED_PIN);
		case CVM_PLAINTEXT_PIN_AND_SIGNATURE:
		case CVM_ENCIPHERED_PIN_AND_SIGNATURE: {
			const result = await offlinePin(t, method === CVM_ENCIPHERED_PIN_AND_SIGNATURE);
			return result === "successful" ? "unknown" : result; // 10.5.4: the signature is yet to come
		}
		case CVM_SIGNATURE: // 10.5.3, and Book 4, 6.3.4.4: on paper, after the card has approved
			return isSupported(t, method) ? "unknown" : "unsuccessful";
		case CVM_NO_CVM:
			return isSupported(t, method) ? "successful" : "unsuccessful";
		default:
			setTvr(
				t,
				TVR_B3_UNRECOGNISED_CVM,
				"Book 3, 10.5",
				"the CVM list names a method that is not known",
				TAG_8E_CVM_LIST,
			);
			return "unsuccessful";
	}
}

/** 10.5.2: the PIN goes to the issuer; whether it is right is not known here. */
async function onlinePin(t: Transaction): Promise<CvmResult> {
	try {
		const entry = await t.pinPad.enter({ triesLeft: undefined, retry: false });
		switch (entry) {
			case "entered":
				t.onlinePinBlock = t.pinPad.onlineBlock(t.data.pan);
				setTvr(t, TVR_B3_ONLINE_PIN_ENTERED, "Book 3, 10.5.2", "a PIN for the issuer was entered");
				return "unknown";
			case "bypassed":
				setTvr(t, TVR_B3_PIN_NOT_ENTERED, "Book 4, 6.3.4.3", "the cardholder entered no PIN");
				return "unsuccessful";
			case "notWorking":
				setTvr(t, TVR_B3_PIN_PAD_NOT_PRESENT, "Book 3, 10.5.2", "the PIN pad takes no PIN now");
				return "unsuccessful";
			case "cancelled":
			case "timedOut":
			case "cardRemoved":
				return outcome(entry, "PIN entry ended without a PIN");
		}
	} finally {
		t.pinPad.forget();
	}
}

function isPinMethod(method: number): boolean {
	return method >= CVM_PLAINTEXT_PIN && method <= CVM_ENCIPHERED_PIN_AND_SIGNATURE;
}

function supportsPin(t: Transaction, method: number): boolean {
	if (method === CVM_ONLINE_PIN) return isSupported(t, method);
	return isSupported(t, CVM_PLAINTEXT_PIN) || isSupported(t, CVM_ENCIPHERED_PIN);
}

function isSupported(t: Transaction, method: number): boolean {
	const can = (bit: number) => hasBit(t.configuration.terminalCapabilities, bit);
	switch (method) {
		case CVM_FAIL:
			return true;
		case CVM_PLAINTEXT_PIN:
			return can(CAPABILITY_B2_PLAINTEXT_OFFLINE_PIN);
		case CVM_ONLINE_PIN:
			return can(CAPABILITY_B2_ENCIPHERED_ONLINE_PIN);
		case CVM_PLAINTEXT_PIN_AND_SIGNATURE:
			return can(CAPABILITY_B2_PLAINTEXT_OFFLINE_PIN) && can(CAPABILITY_B2_SIGNATURE);
		case CVM_ENCIPHERED_PIN:
			return can(CAPABILITY_B2_ENCIPHERED_OFFLINE_PIN);
		case CVM_ENCIPHERED_PIN_AND_SIGNATURE:
			return can(CAPABILITY_B2_ENCIPHERED_OFFLINE_PIN) && can(CAPABILITY_B2_SIGNATURE);
		case CVM_SIGNATURE:
			return can(CAPABILITY_B2_SIGNATURE);
		case CVM_NO_CVM:
			return can(CAPABILITY_B2_NO_CVM);
		default:
			return false;
	}
}

function setResults(t: Transaction, rule: Uint8Array, result: number): void {
	t.data.set(TAG_9F34_CVM_RESULTS, Uint8Array.of(rule[0]!, rule[1]!, result));
}
