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

/** @returns undefined when the list is too short, has an odd number of bytes or no rule */
export function decodeCvmList(bytes: Uint8Array): CvmList | undefined {
	if (bytes.length < 10 || bytes.length > 252 || bytes.length % 2) return undefined;
	const rules: CvmRule[] = [];
	for (let at = 8; at < bytes.length; at += 2) {
		const rule = bytes.slice(at, at + 2);
		rules.push({
			bytes: rule,
			method: rule[0]! & 0x3f,
			applyNextIfUnsuccessful: (rule[0]! & 0x40) !== 0,
			condition: rule[1]!,
		});
	}
	return { amountX: readUint(bytes, 0, 4), amountY: readUint(bytes, 4, 4), rules };
}
