import { fixed, LLL_ASCII, layout, type MessageSpec, part, variable, withLayouts } from "../iso8583/spec.js";

/** ISO 8583:1987 with every number as ASCII digits, and its standard fields where there is one for the purpose. */
export const generic87Message: MessageSpec = Object.freeze({
	messageType: "ascii",
	bitmap: "binary",
	fields: Object.freeze({
		3: fixed("processingCode", "ascii", 6),
		4: withLayouts(fixed("amount", "ascii", 12), {
			own: layout(part("amount", 12)),
			original: layout(part("originalAmount", 12)),
		}),
		7: fixed("transmissionDateTime", "ascii", 10),
		11: fixed("stan", "ascii", 6),
		12: fixed("localTime", "ascii", 6),
		13: fixed("localDate", "ascii", 4),
		14: fixed("expiry", "ascii", 4),
		15: fixed("settlementDate", "ascii", 4),
		22: fixed("posEntryMode", "ascii", 3),
		23: fixed("panSequence", "ascii", 3),
		25: fixed("posConditionCode", "ascii", 2),
		37: fixed("retrievalReference", "ascii", 12),
		38: fixed("authorisationCode", "ascii", 6),
		39: fixed("responseCode", "ascii", 2),
		41: fixed("terminalId", "ascii", 8),
		42: fixed("merchantId", "ascii", 15),
		48: withLayouts(variable("privateData", "ascii", 999, LLL_ASCII), {
			uploads: layout({
				name: "uploads",
				countLength: 2,
				each: [part("cardClass", 1), part("stan", 6), part("amount", 12)],
			}),
			uploadCount: layout(part("uploadCount", 6)),
			originalState: layout(part("originalState", 1)),
			operator: layout({ name: "operator" }),
			text: layout({ name: "text" }),
		}),
		49: fixed("currency", "ascii", 3),
		52: fixed("pinData", "binary", 16), // ISO 9564-1 format 4 is one block of AES
		54: variable("additionalAmounts", "ascii", 120, LLL_ASCII),
		55: variable("iccData", "binary", 255, LLL_ASCII),
		// ISO 8583:1987: reserved for national use.
		59: variable("bindingNumber", "ascii", 12, LLL_ASCII),
		60: withLayouts(variable("terminalData", "ascii", 12, LLL_ASCII), {
			terminal: layout(part("batch", 6), part("transactionType", 2)),
		}),
		61: variable("protectedCardData", "binary", 255, LLL_ASCII),
		62: withLayouts(variable("records", "binary", 999, LLL_ASCII), {
			recordKey: layout({ name: "recordKey" }),
			records: layout(part("recordsState", 1), { name: "records" }),
		}),
		63: fixed("keySerialNumber", "binary", 12),
		64: fixed("mac", "binary", 8),
		66: withLayouts(fixed("settlementCode", "ascii", 1), { verdict: layout(part("settlementVerdict", 1)) }),
		70: fixed("networkCode", "ascii", 3),
		74: fixed("creditCount", "ascii", 10),
		76: fixed("debitCount", "ascii", 10),
		86: fixed("creditSum", "ascii", 16),
		88: fixed("debitSum", "ascii", 16),
		90: withLayouts(fixed("originalDataElements", "ascii", 42), {
			original: layout(
				part("originalMessageType", 4),
				part("originalStan", 6),
				part("originalTransmissionDateTime", 10),
				// Acquiring and forwarding institution: the terminal knows neither.
				{ fixed: "0000000000000000000000" },
			),
		}),
		95: withLayouts(fixed("replacementAmounts", "ascii", 42), {
			// The new amount; settlement amount and both fees are for others to say.
			replacement: layout(part("amount", 12), { fixed: "000000000000D00000000D00000000" }),
		}),
		128: fixed("mac2", "binary", 8),
	}),
});
