import { readUint } from "../bytes/bytes.js";

/** A rule of the Cardholder Verification Method List, tag 8E (EMV 4.4 Book 3, 10.5 and Annex C3). */
export interface CvmRule {
	/** Both bytes as the card gave them, for CVM Results. */
	readonly bytes: Uint8Array;
	/** Bits 1 to 6 of the first byte. */
	readonly method: number;
	/** Bit 7: go on with the next rule when this method does not succeed. */
	readonly applyNextIfUnsuccessful: boolean;
	readonly condition: number;
}

export interface CvmList {
	/** Amounts X and Y are binary, in the application's currency. */
	readonly amountX: number;
	readonly amountY: number;
	readonly rules: readonly CvmRule[];
}

export const CVM_FAIL = 0x00;
export const CVM_PLAINTEXT_PIN = 0x01;
export const CVM_ONLINE_PIN = 0x02;
export const CVM_PLAINTEXT_PIN_AND_SIGNATURE = 0x03;
export const CVM_ENCIPHERED_PIN = 0x04;
export const CVM_ENCIPHERED_PIN_AND_SIGNATURE = 0x05;
export const CVM_SIGNATURE = 0x1e;
export const CVM_NO_CVM = 0x1f;

export const CONDITION_ALWAYS = 0x00;
export const CONDITION_UNATTENDED_CASH = 0x01;
export const CONDITION_NOT_CASH_NOR_CASHBACK = 0x02;
export const CONDITION_TERMINAL_SUPPORTS = 0x03;
export const CONDITION_MANUAL_CASH = 0x04;
export const CONDITION_CASHBACK = 0x05;
export const CONDITION_UNDER_X = 0x06;
export const CONDITION_OVER_X = 0x07;
export const CONDITION_UNDER_Y = 0x08;
export const CONDITION_OVER_Y = 0x09;

/** Long enough for the amounts and a rule, and rules of two bytes. */
export function isCvmList(bytes: Uint8Array): boolean {
	return bytes.length >= FIRST_RULE + 2 && bytes.length <= 252 && bytes.length % 2 === 0;
}

export function amountX(list: Uint8Array): number {
	return readUint(list, 0, 4);
}

export function amountY(list: Uint8Array): number {
	return readUint(list, 4, 4);
}

/** Where the first of the rules stands in the list; they have two bytes each. */
export const FIRST_RULE = 8;

/** @param at where it stands in the list */
export function decodeCvmRule(list: Uint8Array, at: number): CvmRule {
	const method = list[at]!;
	return {
		bytes: list.subarray(at, at + 2),
		method: method & 0x3f,
		applyNextIfUnsuccessful: (method & 0x40) !== 0,
		condition: list[at + 1]!,
	};
}

/** @returns undefined when the list is too short, has an odd number of bytes or no rule */
export function decodeCvmList(bytes: Uint8Array): CvmList | undefined {
	if (!isCvmList(bytes)) return undefined;
	const rules: CvmRule[] = [];
	for (let at = FIRST_RULE; at < bytes.length; at += 2) rules.push(decodeCvmRule(bytes, at));
	return { amountX: amountX(bytes), amountY: amountY(bytes), rules };
}
