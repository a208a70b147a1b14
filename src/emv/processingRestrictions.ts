import { equal } from "../bytes/bytes.js";
import { dayNumber } from "./date.js";
import {
	ADDITIONAL_B1_CASH,
	AUC_B1_ATM,
	AUC_B1_DOMESTIC_CASH,
	AUC_B1_DOMESTIC_GOODS,
	AUC_B1_DOMESTIC_SERVICES,
	AUC_B1_INTERNATIONAL_CASH,
	AUC_B1_INTERNATIONAL_GOODS,
	AUC_B1_INTERNATIONAL_SERVICES,
	AUC_B1_NOT_ATM,
	AUC_B2_DOMESTIC_CASHBACK,
	AUC_B2_INTERNATIONAL_CASHBACK,
	hasBit,
	TVR_B2_APPLICATION_NOT_YET_EFFECTIVE,
	TVR_B2_APPLICATION_VERSIONS_DIFFER,
	TVR_B2_EXPIRED_APPLICATION,
	TVR_B2_SERVICE_NOT_ALLOWED,
} from "./fields.js";
import type { Outcome } from "./outcome.js";
import {
	TAG_5F24_APPLICATION_EXPIRATION_DATE,
	TAG_5F25_APPLICATION_EFFECTIVE_DATE,
	TAG_5F28_ISSUER_COUNTRY_CODE,
	TAG_9A_TRANSACTION_DATE,
	TAG_9C_TRANSACTION_TYPE,
	TAG_9F1A_TERMINAL_COUNTRY_CODE,
	TAG_9F07_APPLICATION_USAGE_CONTROL,
	TAG_9F08_APPLICATION_VERSION_CARD,
	TAG_9F09_APPLICATION_VERSION_TERMINAL,
	TAG_9F35_TERMINAL_TYPE,
	TAG_9F40_ADDITIONAL_TERMINAL_CAPABILITIES,
} from "./tags.js";
import type { DataObjects, Transaction } from "./transaction.js";
import { setTvr } from "./why.js";

/** Transaction Type, tag 9C: first two digits of the ISO 8583 processing code. */
export const TRANSACTION_TYPE_GOODS = 0x00;
export const TRANSACTION_TYPE_CASH = 0x01;
export const TRANSACTION_TYPE_GOODS_WITH_CASHBACK = 0x09;
export const TRANSACTION_TYPE_REFUND = 0x20;
export const TRANSACTION_TYPE_INQUIRY = 0x31;

/** Processing restrictions (EMV 4.4 Book 3, 10.4): nothing is refused here, the TVR takes note. */
export function processingRestrictions(t: Transaction): Outcome | undefined {
	applicationVersionNumber(t);
	applicationUsageControl(t);
	applicationDates(t);
	return undefined;
}

/** 10.4.1. */
function applicationVersionNumber(t: Transaction): void {
	const { data } = t;
	const version = data.card(TAG_9F08_APPLICATION_VERSION_CARD);
	const own = data.get(TAG_9F09_APPLICATION_VERSION_TERMINAL);
	if (version && own && !equal(version, own))
		setTvr(
			t,
			TVR_B2_APPLICATION_VERSIONS_DIFFER,
			"Book 3, 10.4.1",
			"the application versions differ",
			TAG_9F08_APPLICATION_VERSION_CARD,
			TAG_9F09_APPLICATION_VERSION_TERMINAL,
		);
}

/** 10.4.2. */
function applicationUsageControl(t: Transaction): void {
	const { data } = t;
	const refuse = (reason: string) => {
		const tags = [TAG_9F07_APPLICATION_USAGE_CONTROL, TAG_9C_TRANSACTION_TYPE, TAG_5F28_ISSUER_COUNTRY_CODE];
		setTvr(t, TVR_B2_SERVICE_NOT_ALLOWED, "Book 3, 10.4.2", reason, ...tags);
	};
	const control = data.card(TAG_9F07_APPLICATION_USAGE_CONTROL);
	if (!control) return;
	if (!hasBit(control, isAtm(data) ? AUC_B1_ATM : AUC_B1_NOT_ATM)) refuse("the card is not for this kind of terminal");
	const country = data.card(TAG_5F28_ISSUER_COUNTRY_CODE);
	if (!country) return; // domestic or international cannot be told
	const domestic = equal(country, data.get(TAG_9F1A_TERMINAL_COUNTRY_CODE)!);
	const type = data.get(TAG_9C_TRANSACTION_TYPE)![0]!;
	const allowed = (home: number, abroad: number) => hasBit(control, domestic ? home : abroad);
	if (type === TRANSACTION_TYPE_CASH && !allowed(AUC_B1_DOMESTIC_CASH, AUC_B1_INTERNATIONAL_CASH))
		refuse("the card is not for cash here");
	if (
		(type === TRANSACTION_TYPE_GOODS || type === TRANSACTION_TYPE_GOODS_WITH_CASHBACK) &&
		!allowed(AUC_B1_DOMESTIC_GOODS, AUC_B1_INTERNATIONAL_GOODS) &&
		!allowed(AUC_B1_DOMESTIC_SERVICES, AUC_B1_INTERNATIONAL_SERVICES)
	)
		refuse("the card is not for goods or services here");
	if (t.cashbackMinor > 0 && !allowed(AUC_B2_DOMESTIC_CASHBACK, AUC_B2_INTERNATIONAL_CASHBACK))
		refuse("the card is not for cashback here");
}

/** Book 4, Annex A1: types 14, 15 and 16 that dispense cash. */
function isAtm(data: DataObjects): boolean {
	const type = data.get(TAG_9F35_TERMINAL_TYPE)![0]!;
	const capabilities = data.get(TAG_9F40_ADDITIONAL_TERMINAL_CAPABILITIES)!;
	return type >= 0x14 && type <= 0x16 && hasBit(capabilities, ADDITIONAL_B1_CASH);
}

/** 10.4.3. A malformed date is never taken for a good one. */
function applicationDates(t: Transaction): void {
	const { data } = t;
	const effective = data.card(TAG_5F25_APPLICATION_EFFECTIVE_DATE);
	if (effective && notYetEffective(effective, t.today))
		setTvr(
			t,
			TVR_B2_APPLICATION_NOT_YET_EFFECTIVE,
			"Book 3, 10.4.3",
			"the application is not yet effective",
			TAG_5F25_APPLICATION_EFFECTIVE_DATE,
			TAG_9A_TRANSACTION_DATE,
		);
	const expiration = data.card(TAG_5F24_APPLICATION_EXPIRATION_DATE)!;
	if (expired(expiration, t.today))
		setTvr(
			t,
			TVR_B2_EXPIRED_APPLICATION,
			"Book 3, 10.4.3",
			"the application has expired",
			TAG_5F24_APPLICATION_EXPIRATION_DATE,
			TAG_9A_TRANSACTION_DATE,
		);
}

/** @param effective tag 5F25 @param today `dayNumber` of tag 9A */
export function notYetEffective(effective: Uint8Array, today: number): boolean {
	return !(dayNumber(effective) <= today);
}

/** @param expiration tag 5F24 @param today `dayNumber` of tag 9A */
export function expired(expiration: Uint8Array, today: number): boolean {
	return !(dayNumber(expiration) >= today);
}
