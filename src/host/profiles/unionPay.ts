import { fixed, LL_BCD, LLL_BCD, layout, type MessageSpec, part, variable, withLayouts } from "../iso8583/spec.js";
import type { HostProfile, OperationProfile } from "./hostProfile.js";

const MANAGEMENT_PARTS = [part("transactionType", 2), part("batch", 6), part("networkCode", 3)];

/** A sum and a count for each kind, and the host's verdict (0 in the request). */
const group = (kind: "Local" | "Foreign") => [
	part(`debit${kind}Sum`, 12),
	part(`debit${kind}Count`, 3),
	part(`credit${kind}Sum`, 12),
	part(`credit${kind}Count`, 3),
	part(`settlementVerdict${kind}`, 1),
];

/** Fields as UnionPay-style acquirers publish them; packed digits stand left in variable fields and in field 22. */
const MESSAGE: MessageSpec = Object.freeze({
	messageType: "bcd",
	bitmap: "binary",
	fields: Object.freeze({
		2: variable("pan", "bcd", 19, LL_BCD, "right 0"),
		3: fixed("processingCode", "bcd", 6),
		4: fixed("amount", "bcd", 12),
		11: fixed("stan", "bcd", 6),
		12: fixed("localTime", "bcd", 6),
		13: fixed("localDate", "bcd", 4),
		14: fixed("expiry", "bcd", 4),
		15: fixed("settlementDate", "bcd", 4),
		22: fixed("posEntryMode", "bcd", 3, "right 0"),
		23: fixed("panSequence", "bcd", 3),
		25: fixed("posConditionCode", "bcd", 2),
		26: fixed("pinCaptureCode", "bcd", 2),
		32: variable("acquirerId", "bcd", 11, LL_BCD, "right 0"),
		35: variable("track2", "nibbles", 37, LL_BCD, "right 0"),
		36: variable("track3", "nibbles", 104, LLL_BCD, "right 0"),
		37: fixed("retrievalReference", "ascii", 12),
		38: fixed("authorisationCode", "ascii", 6),
		39: fixed("responseCode", "ascii", 2),
		41: fixed("terminalId", "ascii", 8),
		42: fixed("merchantId", "ascii", 15),
		43: fixed("merchantName", "ascii", 40),
		44: variable("additionalResponse", "ascii", 25, LL_BCD),
		48: withLayouts(variable("privateData", "bcd", 322, LLL_BCD, "right 0"), {
			totals: layout(...group("Local"), ...group("Foreign")),
			uploads: layout({
				name: "uploads",
				countLength: 2,
				each: [part("cardClass", 2), part("stan", 6), part("pan", 20), part("amount", 12)],
			}),
			uploadCount: layout(part("uploadCount", 4)),
		}),
		49: fixed("currency", "ascii", 3),
		52: fixed("pinData", "binary", 8),
		53: fixed("securityControl", "bcd", 16),
		54: variable("additionalAmounts", "ascii", 60, LLL_BCD),
		55: variable("iccData", "binary", 255, LLL_BCD),
		60: withLayouts(variable("transactionData", "bcd", 17, LLL_BCD, "right 0"), {
			financial: layout(
				...MANAGEMENT_PARTS,
				part("readerCapability", 1),
				part("iccCondition", 1),
				part("partialApproval", 1),
				part("accountType", 3),
			),
			management: layout(...MANAGEMENT_PARTS),
		}),
		61: withLayouts(variable("originalData", "bcd", 29, LLL_BCD, "right 0"), {
			original: layout(part("originalBatch", 6), part("originalStan", 6), part("originalDate", 4)),
		}),
		62: withLayouts(variable("privateContent", "binary", 512, LLL_BCD), {
			workKeys: layout(
				part("pinKey", 16),
				part("pinKeyCheckValue", 4),
				// Only the first 8 bytes of this place are a key.
				part("macKey", 8),
				{ fixed: "0000000000000000" },
				part("macKeyCheckValue", 4),
				part("dataKey", 16),
				part("dataKeyCheckValue", 4),
			),
			recordKey: layout({ name: "recordKey" }),
			records: layout(part("recordsState", 1), { name: "records" }),
			text: layout({ name: "text" }),
		}),
		63: withLayouts(variable("operatorData", "ascii", 163, LLL_BCD), {
			operator: layout(part("operator", 3)),
			originalState: layout(part("originalState", 1)),
		}),
		64: fixed("mac", "binary", 8),
	}),
});

const CARD = ["pan?", "expiry?", "posEntryMode", "panSequence?", "track2?"];
const PIN = ["pinCaptureCode?", "pinData?", "securityControl?"];
const FROM_MERCHANT = ["stan", "terminalId", "merchantId"];
const FINANCIAL = [
	...FROM_MERCHANT,
	"processingCode",
	"amount",
	"posConditionCode",
	"currency",
	"transactionData:financial",
];
const ANSWERED = [
	"localTime?",
	"localDate?",
	"settlementDate?",
	"retrievalReference?",
	"authorisationCode?",
	"responseCode",
	"iccData?",
];
const ORIGINAL = ["authorisationCode?", "retrievalReference?", "originalData"];

/** A message about money: type, field 3, field 25, 60.1. */
function financial(
	messageType: string,
	processingCode: string,
	posConditionCode: string,
	transactionType: string,
	more: { readonly carries?: readonly string[]; readonly answers?: readonly string[] } & Pick<
		OperationProfile,
		"reverses" | "advice"
	> = {},
): OperationProfile {
	const { carries = [], answers = [], ...rest } = more;
	return Object.freeze({
		messageType,
		codes: Object.freeze({ processingCode, posConditionCode, transactionType, networkCode: "000" }),
		carries: Object.freeze([...FINANCIAL, ...CARD, ...PIN, "iccData?", ...carries]),
		answers: Object.freeze([...ANSWERED, ...answers]),
		...rest,
	});
}

/** A message without money: type, 60.3. */
function management(
	messageType: string,
	networkCode: string,
	more: {
		readonly carries?: readonly string[];
		readonly answers?: readonly string[];
		readonly mac?: boolean;
		readonly advice?: boolean;
	} = {},
): OperationProfile {
	const { carries = [], answers = [], ...rest } = more;
	return Object.freeze({
		messageType,
		codes: Object.freeze({ transactionType: "00", networkCode }),
		carries: Object.freeze([...FROM_MERCHANT, "transactionData:management", ...carries]),
		answers: Object.freeze([...ANSWERED, ...answers]),
		...rest,
	});
}

const REVERSES = Object.freeze({ reverses: true });
const ADVICE = Object.freeze({ advice: true });
const LOAD = Object.freeze({ carries: ["privateContent:recordKey"], answers: ["privateContent:records?"] });
const RECORDS = Object.freeze({ answers: ["privateContent:records?"] });

/** A UnionPay-style acquirer. Values vary by acquirer: another one is another file like this (docs/host-profiles.md). */
export const unionPay: HostProfile = Object.freeze({
	name: "unionPay",
	frame: Object.freeze({
		length: Object.freeze({ encoding: "binary", bytes: 2 } as const),
		tpdu: Object.freeze({ host: 0x0003, terminal: 0x0000 }),
		header: "603100310000",
		maximumLength: 2048,
	}),
	connection: Object.freeze({ connectTimeoutMs: 10_000, rounds: 1, backOffMs: 500, backOffMaximumMs: 4_000 }),
	security: Object.freeze({
		keyScheme: "masterSession",
		mac: Object.freeze({ algorithm: "ecbXor", fields: Object.freeze([64]) }),
		pinBlockFormat: 0,
	} as const),
	message: MESSAGE,
	constants: Object.freeze({
		readerCapability: "5", // stripe and contact chip
		partialApproval: "0",
		accountType: "000",
	}),
	pinConstants: Object.freeze({
		pinCaptureCode: "12", // the most digits that the PIN pad takes
		securityControl: "2600000000000000", // PIN block with the card number, triple DES
	}),
	posEntryModes: Object.freeze({
		chip: Object.freeze({ code: "05", iccCondition: "0" }),
		contactless: Object.freeze({ code: "07", iccCondition: "0" }),
		magneticStripe: Object.freeze({ code: "02", iccCondition: "0" }),
		fallback: Object.freeze({ code: "02", iccCondition: "2" }),
		manual: Object.freeze({ code: "01", iccCondition: "0" }),
	}),
	pinEntered: "1",
	pinNotEntered: "2",
	additionalAmounts: Object.freeze({ balance: "02", cashback: "40", tip: "44" }),
	originalStates: Object.freeze({ approved: "A", declined: "D", reversed: "R", voided: "V", unknown: "U" }),
	settlementVerdicts: Object.freeze({ open: "0", equal: "1", unequal: "2" }),
	cardClasses: Object.freeze({ local: "00", foreign: "01" }),
	approvals: Object.freeze(["00", "11", "A2", "A4", "A5", "A6"]),
	signInAgain: Object.freeze(["A0", "99"]),
	iccTags: Object.freeze(
		"9F26 9F27 9F10 9F37 9F36 95 9A 9C 9F02 5F2A 82 9F1A 9F03 9F33 9F34 9F35 9F1E 84 9F09 9F41".split(" "),
	),
	reversalIccTags: Object.freeze(["95", "9F1E", "9F10", "9F36"]),
	matching: Object.freeze({
		identify: Object.freeze(["stan", "terminalId"]),
		echo: Object.freeze(["processingCode", "amount", "merchantId", "currency"]),
		repeat: Object.freeze(["posConditionCode", "transactionData"]),
	}),
	operations: Object.freeze({
		signIn: management("0800", "004", {
			mac: false, // its keys come with the answer
			carries: ["operatorData:operator?"],
			answers: ["transactionData:management", "privateContent:workKeys?"], // 60.2: the batch that the host gives
		}),
		signOff: management("0820", "002"),
		echo: management("0820", "301"),
		balance: financial("0200", "310000", "00", "01", { answers: ["additionalAmounts?"] }),
		sale: financial("0200", "000000", "00", "22", REVERSES),
		saleWithCashback: financial("0200", "090000", "00", "22", { ...REVERSES, carries: ["additionalAmounts"] }),
		cash: financial("0200", "010000", "00", "22", REVERSES),
		saleVoid: financial("0200", "200000", "00", "23", { ...REVERSES, carries: ORIGINAL }),
		refund: financial("0220", "200000", "00", "25", { ...ADVICE, carries: ORIGINAL }),
		preAuthorisation: financial("0100", "030000", "06", "10", REVERSES),
		// CHOICE: the published tables have no cashback, cash advance and increment either; their codes set them apart.
		increment: financial("0100", "030000", "06", "12", { ...REVERSES, carries: ORIGINAL }),
		preAuthorisationVoid: financial("0100", "200000", "06", "11", { ...REVERSES, carries: ORIGINAL }),
		completion: financial("0200", "000000", "06", "20", { ...REVERSES, carries: ORIGINAL }),
		completionVoid: financial("0200", "200000", "06", "21", { ...REVERSES, carries: ORIGINAL }),
		completionAdvice: financial("0220", "000000", "06", "24", { ...ADVICE, carries: ORIGINAL }),
		voiceAuthorisedSale: financial("0220", "000000", "00", "30", { ...ADVICE, carries: ["authorisationCode"] }),
		adjust: financial("0220", "000000", "00", "32", { ...ADVICE, carries: ORIGINAL }),
		tip: financial("0220", "000000", "00", "34", { ...ADVICE, carries: [...ORIGINAL, "additionalAmounts"] }),
		offlineSale: financial("0200", "000000", "00", "36", ADVICE),
		// CHOICE: nor these two; the type sets them apart.
		declineAdvice: financial("0120", "000000", "00", "22", ADVICE),
		query: management("0600", "000", {
			carries: ["originalData"],
			answers: ["amount?", "operatorData:originalState?"],
		}),
		settlement: management("0500", "201", {
			carries: ["privateData:totals", "currency?"],
			answers: ["privateData:totals?"],
		}),
		batchUpload: Object.freeze({
			messageType: "0320",
			codes: Object.freeze({
				transactionType: "00",
				networkCode: Object.freeze({
					by: "uploadClass",
					codes: Object.freeze({
						stripe: "201",
						chip: "203",
						chipFailed: "204",
						contactless: "205",
						contactlessFailed: "206",
					}),
				} as const),
				processingCode: Object.freeze({ by: "original" } as const),
			}),
			// Eight stripe transactions in field 48, or one chip transaction in fields of its own.
			carries: Object.freeze([
				...FROM_MERCHANT,
				"transactionData:management",
				"privateData:uploads?",
				"processingCode?",
				"pan?",
				"amount?",
				"posEntryMode?",
				"panSequence?",
				"currency?",
				"iccData?",
				"originalData?",
			]),
			answers: Object.freeze(ANSWERED),
			...ADVICE,
		}),
		batchUploadEnd: management("0320", "207", { carries: ["privateData:uploadCount"], ...ADVICE }),
		scriptResult: Object.freeze({
			messageType: "0620",
			codes: Object.freeze({
				transactionType: "00",
				networkCode: "951",
				processingCode: Object.freeze({ by: "original" } as const),
			}),
			carries: Object.freeze([
				...FROM_MERCHANT,
				"transactionData:management",
				"processingCode?",
				"pan",
				"amount?",
				"posEntryMode?",
				"panSequence?",
				"retrievalReference?",
				"authorisationCode?",
				"currency?",
				"iccData",
				"originalData",
			]),
			answers: Object.freeze(ANSWERED),
			...ADVICE,
		}),
		parameters: management("0800", "360", { answers: ["privateContent:text?"] }),
		statusUpload: management("0820", "362", { carries: ["privateContent:text"] }),
		caKeysQuery: management("0820", "372", RECORDS),
		caKeys: management("0800", "370", LOAD),
		caKeysEnd: management("0800", "371"),
		aidsQuery: management("0820", "382", RECORDS),
		aids: management("0800", "380", LOAD),
		aidsEnd: management("0800", "381"),
		hotCards: management("0800", "390", RECORDS),
		hotCardsEnd: management("0800", "391"),
	}),
	reversal: Object.freeze({
		messageType: "0400",
		carries: Object.freeze([
			...FINANCIAL,
			"pan?",
			"expiry?",
			"posEntryMode",
			"panSequence?",
			"authorisationCode?",
			"responseCode", // the reason
			"iccData?",
			"originalData",
		]),
		answers: Object.freeze(ANSWERED),
		reasons: Object.freeze({ noResponse: "98", macError: "A0", other: "06" }),
		accepted: Object.freeze(["00"]),
	}),
});
