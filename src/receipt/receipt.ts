import { formatAmount } from "../display/amount.js";
import { type Language, type MessageId, message } from "../display/messages.js";
import type { ReceiptLine } from "./receiptLine.js";

/** Whose copy it is. */
export type ReceiptCopy = "merchant" | "cardholder";

/** What a receipt tells (EMV 4.4 Book 4, 11.4, and what acquirers ask for). Holds no full card number. */
export interface ReceiptFacts {
	/** What was done, e.g. "sale". */
	readonly operation: MessageId;
	readonly approved: boolean;
	readonly merchantName: string;
	readonly merchantId: string;
	readonly terminalId: string;
	/** More of the merchant's own lines under its name: address, licence, whom to call. */
	readonly merchantLines: readonly string[];
	/** Local YYMMDD and HHMMSS. */
	readonly date: string;
	readonly time: string;
	readonly batch: number;
	readonly invoice: number;
	readonly stan: number;
	readonly operator: string | undefined;
	/** Who agreed to a void or refund. */
	readonly approvedBy?: string | undefined;
	/** All that was paid, tip and cashback included; undefined when no money moved. */
	readonly amountMinor: number | undefined;
	readonly tipMinor: number;
	readonly cashbackMinor: number;
	/** ISO 4217 numeric. */
	readonly currency: number;
	readonly panMasked: string | undefined;
	/** From the chip; undefined without one. */
	readonly chip: ReceiptChip | undefined;
	readonly cardholderVerified: "pin" | "signature" | "none";
	/** Field 39, or the terminal's own reason. */
	readonly responseCode: string | undefined;
	readonly authorisationCode: string | undefined;
	readonly retrievalReference: string | undefined;
	/** Nobody asked the issuer. */
	readonly offline: boolean;
	readonly reprint: boolean;
	readonly training: boolean;
	/** Lines that only the merchant's copy shows, e.g. fee and net. */
	readonly merchantOnly: readonly (readonly [label: string, value: string])[];
}

export interface ReceiptChip {
	/** Application preferred name or label. */
	readonly label: string;
	/** In hexadecimal, as are the other values. */
	readonly aid: string;
	readonly cryptogram: string | undefined;
	readonly tvr: string;
	readonly tsi: string;
}

/** Room for a name written by hand. */
const SIGNATURE_LINES = 3;
const TEAR_OFF_LINES = 3;

/** @throws {RangeError} on an amount or a currency that cannot be written */
export function receipt(facts: ReceiptFacts, copy: ReceiptCopy, language: Language): ReceiptLine[] {
	const word = (id: MessageId) => message(id, language);
	const money = (amountMinor: number) => formatAmount(amountMinor, facts.currency);
	const { chip } = facts;
	return [
		...banner(facts.training, word("training")),
		text(facts.merchantName, "centre", "large"),
		...facts.merchantLines.map(line => text(line, "centre")),
		text(word(copy === "merchant" ? "merchantCopy" : "cardholderCopy"), "centre"),
		...banner(facts.reprint, word("reprint")),
		RULE,
		pair(word("merchantNumber"), facts.merchantId),
		pair(word("terminalNumber"), facts.terminalId),
		...optionalPair(word("operator"), facts.operator),
		...optionalPair(word("approvedBy"), facts.approvedBy),
		pair(word("dateTime"), `${dateText(facts.date)} ${timeText(facts.time)}`),
		pair(word("batch"), digits(facts.batch)),
		pair(word("invoice"), digits(facts.invoice)),
		pair(word("stan"), digits(facts.stan)),
		RULE,
		text(word(facts.operation), "left", "large"),
		...optionalPair(word("cardNumber"), facts.panMasked),
		...(chip ? [pair(word("application"), chip.label), pair("AID", chip.aid)] : []),
		...optionalPair(word("authorisationCode"), facts.authorisationCode),
		...optionalPair(word("reference"), facts.retrievalReference),
		...optionalPair(word("answer"), facts.responseCode),
		...(facts.cashbackMinor ? [pair(word("cashback"), money(facts.cashbackMinor))] : []),
		...(facts.tipMinor ? [pair(word("tip"), money(facts.tipMinor))] : []),
		...(facts.amountMinor === undefined ? [] : [pair(word("total"), money(facts.amountMinor), "large")]),
		text(word(facts.approved ? "approved" : "declined"), "centre", "large"),
		...(facts.offline && facts.approved ? [text(word("approvedOffline"), "centre")] : []),
		// The cryptogram is the merchant's proof; the cardholder's copy does not need what the card and the bank tell each other.
		...(chip?.cryptogram === undefined || copy === "cardholder"
			? []
			: [pair("AC", chip.cryptogram), pair("TVR", chip.tvr), pair("TSI", chip.tsi)]),
		...(copy === "merchant" ? facts.merchantOnly.map(([label, value]) => pair(label, value)) : []),
		...verification(facts, copy, language),
		RULE,
		...banner(facts.training, word("training")),
		text(word("thankYou"), "centre"),
		{ kind: "space", lines: TEAR_OFF_LINES },
	];
}

/** A cardholder signs the merchant's copy, and an approval only (EMV 4.4 Book 4, 6.3.4.5). */
function verification(facts: ReceiptFacts, copy: ReceiptCopy, language: Language): ReceiptLine[] {
	if (!facts.approved) return [];
	if (facts.cardholderVerified === "pin") return [text(message("pinVerified", language), "left")];
	if (facts.cardholderVerified === "none") return [text(message("noVerification", language), "left")];
	if (copy === "cardholder") return [];
	return [text(message("signature", language), "left"), { kind: "space", lines: SIGNATURE_LINES }, RULE];
}

const RULE: ReceiptLine = Object.freeze({ kind: "rule" });

function text(content: string, align: "left" | "centre", size: "normal" | "large" = "normal"): ReceiptLine {
	return { kind: "text", text: content, align, size };
}

function pair(label: string, value: string, size: "normal" | "large" = "normal"): ReceiptLine {
	return { kind: "pair", label, value, size };
}

function optionalPair(label: string, value: string | undefined): ReceiptLine[] {
	return value === undefined ? [] : [pair(label, value)];
}

function banner(shown: boolean, content: string): ReceiptLine[] {
	return shown ? [text(content, "centre", "large")] : [];
}

function digits(value: number): string {
	return String(value).padStart(6, "0");
}

function dateText(date: string): string {
	return `20${date.slice(0, 2)}-${date.slice(2, 4)}-${date.slice(4, 6)}`;
}

function timeText(time: string): string {
	return `${time.slice(0, 2)}:${time.slice(2, 4)}:${time.slice(4, 6)}`;
}
