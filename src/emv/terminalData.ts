import { numericBytes } from "../bytes/bcd.js";
import { asciiBytes } from "../bytes/bytes.js";
import type { TerminalConfiguration } from "./configuration.js";
import {
	TAG_5F2A_TRANSACTION_CURRENCY_CODE,
	TAG_5F36_TRANSACTION_CURRENCY_EXPONENT,
	TAG_9F1A_TERMINAL_COUNTRY_CODE,
	TAG_9F1C_TERMINAL_IDENTIFICATION,
	TAG_9F1E_IFD_SERIAL_NUMBER,
	TAG_9F4E_MERCHANT_NAME_AND_LOCATION,
	TAG_9F15_MERCHANT_CATEGORY_CODE,
	TAG_9F16_MERCHANT_IDENTIFIER,
	TAG_9F33_TERMINAL_CAPABILITIES,
	TAG_9F35_TERMINAL_TYPE,
	TAG_9F39_POS_ENTRY_MODE,
	TAG_9F40_ADDITIONAL_TERMINAL_CAPABILITIES,
} from "./tags.js";

/** What the merchant's contract puts into data elements of the terminal. */
export interface KernelMerchant {
	readonly terminalId: string;
	readonly merchantId: string;
	readonly categoryCode: string;
	readonly name: string;
}

/** What terminal and merchant say of themselves in every transaction, by tag. */
export type TerminalData = ReadonlyMap<number, Uint8Array>;

// Contact chip read by the terminal (tag 9F39, first two digits of ISO 8583:1987 field 22)
const POS_ENTRY_MODE_CHIP = 0x05;

/** Terminal-related data (EMV 4.4 Book 4, 6.5), which stay as they are from one card to the next: made once. */
export function terminalData(configuration: TerminalConfiguration, merchant: KernelMerchant): TerminalData {
	return new Map<number, Uint8Array>([
		[TAG_9F39_POS_ENTRY_MODE, Uint8Array.of(POS_ENTRY_MODE_CHIP)],
		[TAG_9F1A_TERMINAL_COUNTRY_CODE, numericBytes(configuration.countryCode, 2)],
		[TAG_5F2A_TRANSACTION_CURRENCY_CODE, numericBytes(configuration.currencyCode, 2)],
		[TAG_5F36_TRANSACTION_CURRENCY_EXPONENT, Uint8Array.of(configuration.currencyExponent)],
		[TAG_9F33_TERMINAL_CAPABILITIES, configuration.terminalCapabilities],
		[TAG_9F40_ADDITIONAL_TERMINAL_CAPABILITIES, configuration.additionalTerminalCapabilities],
		[TAG_9F35_TERMINAL_TYPE, Uint8Array.of(configuration.terminalType)],
		[TAG_9F1E_IFD_SERIAL_NUMBER, asciiBytes(configuration.ifdSerialNumber)],
		[TAG_9F1C_TERMINAL_IDENTIFICATION, asciiBytes(merchant.terminalId)],
		[TAG_9F16_MERCHANT_IDENTIFIER, asciiBytes(merchant.merchantId)],
		[TAG_9F15_MERCHANT_CATEGORY_CODE, numericBytes(merchant.categoryCode, 2)],
		[TAG_9F4E_MERCHANT_NAME_AND_LOCATION, asciiBytes(merchant.name)],
	]);
}
