import { fixed, LL_BCD, LLL_BCD, type MessageSpec, variable } from "../iso8583/spec.js";
import type { HostProfile } from "./hostProfile.js";

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
		48: variable("privateData", "bcd", 322, LLL_BCD, "right 0"),
		49: fixed("currency", "ascii", 3),
		52: fixed("pinData", "binary", 8),
		53: fixed("securityControl", "bcd", 16),
		54: variable("additionalAmounts", "ascii", 20, LLL_BCD),
		55: variable("iccData", "binary", 255, LLL_BCD),
		60: variable("transactionData", "bcd", 17, LLL_BCD, "right 0"),
		61: variable("originalData", "bcd", 29, LLL_BCD, "right 0"),
		62: variable("workingKeys", "binary", 512, LLL_BCD),
		63: variable("operator", "ascii", 163, LLL_BCD),
		64: fixed("mac", "binary", 8),
	}),
});

/** A UnionPay-style acquirer. Values vary by acquirer: another one is another table like this. */
export const unionPay: HostProfile = Object.freeze({
	name: "unionPay",
	frame: Object.freeze({
		hostAddress: 0x0003,
		terminalAddress: 0x0000,
		header: "603100310000",
		maximumLength: 2048,
	}),
	message: MESSAGE,
	transactionData: Object.freeze([
		Object.freeze(["transactionType", 2] as const),
		Object.freeze(["batch", 6] as const),
		Object.freeze(["networkCode", 3] as const),
		Object.freeze(["readerCapability", 1] as const),
		Object.freeze(["iccCondition", 1] as const),
		Object.freeze(["partialApproval", 1] as const),
		Object.freeze(["accountType", 3] as const),
	]),
	originalData: Object.freeze([
		Object.freeze(["batch", 6] as const),
		Object.freeze(["stan", 6] as const),
		Object.freeze(["date", 4] as const),
	]),
	networkCode: "000",
	readerCapability: "5", // stripe and contact chip
	sale: Object.freeze({
		messageType: "0200",
		processingCode: "000000",
		posConditionCode: "00",
		transactionType: "22",
	}),
	reversalMessageType: "0400",
	posEntryModes: Object.freeze({
		chip: Object.freeze({ code: "05", iccCondition: "0" }),
		magneticStripe: Object.freeze({ code: "02", iccCondition: "0" }),
		fallback: Object.freeze({ code: "02", iccCondition: "2" }),
	}),
	pinEntered: "1",
	pinNotEntered: "2",
	pinCaptureCode: "12",
	securityControl: "2600000000000000", // PIN block with the card number, triple DES
	approvals: Object.freeze(["00", "11", "A2", "A4", "A5", "A6"]),
	iccTags: Object.freeze([
		0x9f26, 0x9f27, 0x9f10, 0x9f37, 0x9f36, 0x95, 0x9a, 0x9c, 0x9f02, 0x5f2a, 0x82, 0x9f1a, 0x9f03, 0x9f33, 0x9f34,
		0x9f35, 0x9f1e, 0x84, 0x9f09, 0x9f41,
	]),
	reversalIccTags: Object.freeze([0x95, 0x9f1e, 0x9f10, 0x9f36]),
	reversalReasons: Object.freeze({ noResponse: "98", macError: "A0", other: "06" }),
	reversalAccepted: "00",
	security: Object.freeze({
		keyScheme: "masterSession",
		mac: Object.freeze({ algorithm: "ecbXor" }),
		pinBlockFormat: 0,
	}),
});
