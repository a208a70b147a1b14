import type { Codes } from "./codes.js";

/** Message class and function: the second and third digit of the message type (ISO 8583:1987, 4.1.1). */
export const MESSAGE_CLASSES: Codes = {
	"1": "Authorisation",
	"2": "Financial",
	"3": "File update",
	"4": "Reversal",
	"5": "Reconciliation",
	"6": "Administrative",
	"8": "Network management",
};
export const MESSAGE_FUNCTIONS: Codes = {
	"0": "request",
	"1": "request response",
	"2": "advice",
	"3": "advice response",
	"4": "notification",
};

/** Account type: digits 3 and 4, 5 and 6 of the processing code (ISO 8583:1987, field 3). */
export const ACCOUNT_TYPES: Codes = {
	"00": "default account",
	"10": "savings account",
	"20": "cheque account",
	"30": "credit account",
};

/** Point of service condition, field 25 (ISO 8583:1987). */
export const POS_CONDITIONS: Codes = {
	"00": "normal",
	"01": "customer not present",
	"02": "unattended terminal that can retain the card",
	"03": "merchant suspicious",
	"06": "pre-authorisation",
	"08": "mail or telephone order",
	"91": "telephone transfer",
};

/** PIN entry: the third digit of field 22. */
export const PIN_ENTRY: Codes = { "0": "unspecified", "1": "with PIN", "2": "without PIN" };

/** Field 60.1 of UnionPay-style acquirers, by transaction. */
export const TRANSACTION_CODES: Codes = {
	"00": "management",
	"01": "balance inquiry",
	"10": "pre-authorisation",
	"11": "pre-authorisation void",
	"20": "completion request",
	"21": "completion void",
	"22": "sale",
	"23": "sale void",
	"24": "completion advice",
	"25": "refund",
	"30": "offline sale",
	"32": "adjustment",
	"34": "tip",
	"36": "IC offline sale upload",
};

/** Field 60.3 of UnionPay-style acquirers. */
export const NETWORK_CODES: Codes = {
	"000": "none",
	"001": "sign-in, single-length keys",
	"002": "sign-off",
	"003": "sign-in, double-length keys",
	"004": "sign-in, double-length keys with track key",
	"201": "settlement, batch upload",
	"202": "batch upload end",
	"203": "batch upload, IC successful",
	"204": "batch upload, IC failed",
	"205": "batch upload, contactless successful",
	"206": "batch upload, contactless failed",
	"207": "batch upload end",
	"301": "echo test",
	"360": "terminal parameters",
	"362": "status upload",
	"370": "public key load",
	"371": "public key load end",
	"372": "public key query",
	"380": "AID parameters load",
	"381": "AID parameters load end",
	"382": "AID parameters query",
	"390": "hot-card list load",
	"391": "hot-card list load end",
	"951": "script result notice",
};

/** Field 60.5 of UnionPay-style acquirers. */
export const IC_CONDITIONS: Codes = {
	"0": "not used or normal",
	"1": "last read of an IC succeeded",
	"2": "fallback: IC failed",
};

/** Field 60.4 of UnionPay-style acquirers. */
export const READER_CAPABILITIES: Codes = {
	"0": "unknown",
	"2": "magnetic stripe",
	"5": "magnetic stripe and IC with contacts",
	"6": "magnetic stripe, IC with contacts, contactless",
};
