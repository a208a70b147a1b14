import { fixed, LL_BCD, LLL_BCD, layout, type MessageSpec, part, variable, withLayouts } from "../iso8583/spec.js";

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
export const unionPayMessage: MessageSpec = Object.freeze({
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
		// CHOICE: the published tables leave field 59 to the acquirer.
		59: variable("bindingNumber", "ascii", 12, LLL_BCD),
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
