import type { HostProfile, OperationProfile } from "./hostProfile.js";
import { unionPayMessage } from "./unionPayMessage.js";

const CARD = ["pan?", "expiry?", "posEntryMode", "panSequence?", "track2?"];
const PIN = ["pinCaptureCode?", "pinData?", "securityControl?"];
const FROM_MERCHANT = ["stan", "terminalId", "merchantId", "bindingNumber"];
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
/** A refund to a card that is there need not name a sale. */
const REFUNDED = ["authorisationCode?", "retrievalReference?", "originalData?"];

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
	message: unionPayMessage,
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
	tryLater: Object.freeze(["90", "91", "96", "98"]), // end of day under way, issuer or centre not there, out of time
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
		refund: financial("0220", "200000", "00", "25", { ...ADVICE, carries: REFUNDED }),
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
		hotCards: management("0800", "390", { carries: ["privateContent:recordKey?"], ...RECORDS }),
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
