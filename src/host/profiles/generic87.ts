import { generic87Message } from "./generic87Message.js";
import type { HostProfile, OperationProfile } from "./hostProfile.js";

const FROM_MERCHANT = [
	"transmissionDateTime",
	"stan",
	"localTime",
	"localDate",
	"terminalId",
	"merchantId",
	"bindingNumber",
	"keySerialNumber",
];
const FINANCIAL = [
	...FROM_MERCHANT,
	"processingCode",
	"posEntryMode",
	"panSequence?",
	"posConditionCode",
	"currency",
	"iccData?",
	"terminalData",
];
const CARD = ["expiry?", "protectedCardData?", "pinData?"];
const ANSWERED = ["settlementDate?", "retrievalReference?", "authorisationCode?", "responseCode", "iccData?"];
const ORIGINAL = ["retrievalReference?", "authorisationCode?", "originalDataElements"];
/** A refund to a card that is there need not name a sale. */
const REFUNDED = ["retrievalReference?", "authorisationCode?", "originalDataElements?"];

type More = { readonly carries?: readonly string[]; readonly answers?: readonly string[] } & Pick<
	OperationProfile,
	"reverses" | "advice"
>;

/** A message about money: type, field 3, field 25, and the terminal's own code in field 60. */
function financial(
	messageType: string,
	processingCode: string,
	posConditionCode: string,
	transactionType: string,
	{ carries = [], answers = [], ...rest }: More = {},
): OperationProfile {
	const amount = carries.some(entry => entry.startsWith("amount")) ? [] : ["amount:own"];
	return Object.freeze({
		messageType,
		codes: Object.freeze({ processingCode, posConditionCode, transactionType }),
		carries: Object.freeze([...FINANCIAL, ...amount, ...CARD, ...carries]),
		answers: Object.freeze([...ANSWERED, ...answers]),
		...rest,
	});
}

/** A message without money: type and network management code, field 70. */
function management(
	messageType: string,
	networkCode: string,
	{ carries = [], answers = [] }: More = {},
): OperationProfile {
	return Object.freeze({
		messageType,
		codes: Object.freeze({ networkCode, transactionType: "00" }),
		carries: Object.freeze([...FROM_MERCHANT, "terminalData", "networkCode", ...carries]),
		answers: Object.freeze([...ANSWERED, ...answers]),
	});
}

const REVERSES = Object.freeze({ reverses: true });
const ADVICE = Object.freeze({ advice: true });
const LOAD = Object.freeze({ carries: ["records:recordKey"], answers: ["records:records?"] });
const RECORDS = Object.freeze({ answers: ["records:records?"] });
const CHANGE = Object.freeze({ ...ADVICE, carries: ["amount:original", "replacementAmounts", ...ORIGINAL] });

/**
 * A host that speaks plain ISO 8583:1987: ASCII, 2-byte length, no TPDU, AES DUKPT with the key serial number in field 63,
 * PIN block format 4, CMAC in field 64 or 128, card data enciphered in field 61. Codes of field 60 are the terminal's own.
 */
export const generic87: HostProfile = Object.freeze({
	name: "generic87",
	frame: Object.freeze({
		length: Object.freeze({ encoding: "binary", bytes: 2 } as const),
		maximumLength: 4096,
	}),
	connection: Object.freeze({
		connectTimeoutMs: 10_000,
		rounds: 3,
		backOffMs: 500,
		backOffMaximumMs: 4_000,
		keepAlive: Object.freeze({ echoAfterMs: 60_000, echoTimeoutMs: 5_000 }),
	}),
	security: Object.freeze({
		keyScheme: "dukptAes",
		mac: Object.freeze({ algorithm: "cmac", fields: Object.freeze([64, 128]) }),
		pinBlockFormat: 4,
		dataEncryption: Object.freeze({ values: Object.freeze(["pan", "track2", "iccData"] as const) }),
	} as const),
	message: generic87Message,
	constants: Object.freeze({}),
	pinConstants: Object.freeze({}),
	posEntryModes: Object.freeze({
		chip: Object.freeze({ code: "05" }),
		contactless: Object.freeze({ code: "07" }),
		magneticStripe: Object.freeze({ code: "90" }),
		fallback: Object.freeze({ code: "80" }),
		manual: Object.freeze({ code: "01" }),
	}),
	// ISO 8583:1987: the third digit says what the terminal could take, not what it took.
	pinEntered: "1",
	pinNotEntered: "1",
	additionalAmounts: Object.freeze({ balance: "02", cashback: "40", tip: "44" }),
	originalStates: Object.freeze({ approved: "A", declined: "D", reversed: "R", voided: "V", unknown: "U" }),
	settlementVerdicts: Object.freeze({ open: "0", equal: "1", unequal: "2" }),
	cardClasses: Object.freeze({ local: "L", foreign: "F" }),
	approvals: Object.freeze(["00", "11"]),
	signInAgain: Object.freeze(["63"]),
	tryLater: Object.freeze(["90", "91", "96"]), // cutoff in process, issuer inoperative, system malfunction
	iccTags: Object.freeze(
		"9F26 9F27 9F10 9F37 9F36 95 9A 9C 9F02 5F2A 82 9F1A 9F03 9F33 9F34 9F35 9F1E 84 9F09 9F41 5F34 9F21".split(" "),
	),
	reversalIccTags: Object.freeze(["95", "9F1E", "9F10", "9F36"]),
	matching: Object.freeze({
		identify: Object.freeze(["stan", "terminalId"]),
		echo: Object.freeze(["processingCode", "amount", "merchantId", "currency"]),
		repeat: Object.freeze([
			"posConditionCode",
			"terminalData",
			"networkCode",
			"keySerialNumber",
			"localTime",
			"localDate",
			"transmissionDateTime",
		]),
	}),
	operations: Object.freeze({
		signIn: management("0800", "001", { carries: ["privateData:operator?"], answers: ["terminalData"] }),
		signOff: management("0800", "002"),
		echo: management("0800", "301"),
		sale: financial("0200", "000000", "00", "01", REVERSES),
		saleWithCashback: financial("0200", "090000", "00", "02", { ...REVERSES, carries: ["additionalAmounts"] }),
		cash: financial("0200", "010000", "00", "03", REVERSES),
		saleVoid: financial("0200", "020000", "00", "04", { ...REVERSES, carries: ORIGINAL }),
		refund: financial("0200", "200000", "00", "05", { ...REVERSES, carries: REFUNDED }),
		preAuthorisation: financial("0100", "000000", "06", "10", REVERSES),
		increment: financial("0100", "000000", "06", "11", { ...REVERSES, carries: ORIGINAL }),
		preAuthorisationVoid: financial("0100", "020000", "06", "12", { ...REVERSES, carries: ORIGINAL }),
		completion: financial("0200", "000000", "06", "13", { ...REVERSES, carries: ORIGINAL }),
		completionAdvice: financial("0220", "000000", "06", "14", { ...ADVICE, carries: ORIGINAL }),
		completionVoid: financial("0200", "020000", "06", "15", { ...REVERSES, carries: ORIGINAL }),
		balance: financial("0100", "310000", "00", "20", { answers: ["additionalAmounts?"] }),
		offlineSale: financial("0220", "000000", "00", "30", ADVICE),
		voiceAuthorisedSale: financial("0220", "000000", "00", "31", { ...ADVICE, carries: ["authorisationCode"] }),
		tip: financial("0220", "020000", "00", "32", { ...CHANGE, carries: [...CHANGE.carries, "additionalAmounts"] }),
		adjust: financial("0220", "020000", "00", "33", CHANGE),
		declineAdvice: financial("0120", "000000", "00", "34", ADVICE),
		query: management("0600", "400", {
			carries: ["originalDataElements"],
			answers: ["amount:own?", "privateData:originalState?"],
		}),
		settlement: management("0500", "500", {
			carries: ["creditCount", "debitCount", "creditSum", "debitSum", "currency"],
			answers: ["settlementCode?"],
		}),
		batchUpload: Object.freeze({
			messageType: "0320",
			codes: Object.freeze({
				networkCode: "510",
				processingCode: Object.freeze({ by: "original" } as const),
				transactionType: Object.freeze({
					by: "uploadClass",
					codes: Object.freeze({
						stripe: "50",
						chip: "51",
						chipFailed: "52",
						contactless: "53",
						contactlessFailed: "54",
					}),
				} as const),
			}),
			carries: Object.freeze([
				...FROM_MERCHANT,
				"terminalData",
				"networkCode",
				"privateData:uploads?",
				"processingCode?",
				"protectedCardData?",
				"amount:own?",
				"posEntryMode?",
				"panSequence?",
				"currency?",
				"iccData?",
				"originalDataElements?",
			]),
			answers: Object.freeze(ANSWERED),
			...ADVICE,
		}),
		batchUploadEnd: management("0320", "511", { carries: ["privateData:uploadCount"] }),
		scriptResult: Object.freeze({
			messageType: "0620",
			codes: Object.freeze({ networkCode: "520", transactionType: "00" }),
			carries: Object.freeze([
				...FROM_MERCHANT,
				"terminalData",
				"networkCode",
				"protectedCardData",
				"amount:own?",
				"panSequence?",
				"retrievalReference?",
				"currency?",
				"iccData",
				"originalDataElements",
			]),
			answers: Object.freeze(ANSWERED),
			...ADVICE,
		}),
		parameters: management("0800", "600", { answers: ["privateData:text?"] }),
		statusUpload: management("0800", "610", { carries: ["privateData:text"] }),
		caKeysQuery: management("0800", "620", RECORDS),
		caKeys: management("0800", "621", LOAD),
		caKeysEnd: management("0800", "622"),
		aidsQuery: management("0800", "630", RECORDS),
		aids: management("0800", "631", LOAD),
		aidsEnd: management("0800", "632"),
		hotCards: management("0800", "640", { carries: ["records:recordKey?"], ...RECORDS }),
		hotCardsEnd: management("0800", "641"),
	}),
	reversal: Object.freeze({
		messageType: "0400",
		carries: Object.freeze([
			...FINANCIAL,
			"amount:own",
			"expiry?",
			"protectedCardData?",
			"retrievalReference?",
			"authorisationCode?",
			"responseCode", // the reason
			"originalDataElements",
		]),
		answers: Object.freeze(ANSWERED),
		// ISO 8583:1987, field 39: 68 answer too late, 96 system malfunction, 17 taken back by the customer.
		reasons: Object.freeze({ noResponse: "68", macError: "96", other: "17" }),
		accepted: Object.freeze(["00"]),
	}),
});
