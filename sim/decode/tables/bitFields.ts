/** A data element of single bits. */
export interface BitField {
	readonly source: string;
	/** One row a byte, from b8 to b1; an empty string is a bit reserved for future use. */
	readonly bytes: readonly (readonly string[])[];
}

const RFU = "";
const RFU_BYTE = [RFU, RFU, RFU, RFU, RFU, RFU, RFU, RFU];

/** Terminal Verification Results and, bit for bit, the Issuer and Terminal Action Codes. */
export const TVR_BITS: BitField = {
	source: "Book 3, C5",
	bytes: [
		[
			"Offline data authentication was not performed",
			"SDA failed",
			"ICC data missing",
			"Card appears on terminal exception file",
			"DDA failed",
			"CDA failed",
			"SDA selected",
			"XDA selected",
		],
		[
			"ICC and terminal have different application versions",
			"Expired application",
			"Application not yet effective",
			"Requested service not allowed for card product",
			"New card",
			RFU,
			"Biometric performed and successful",
			"Biometric template format not supported",
		],
		[
			"Cardholder verification was not successful",
			"Unrecognised CVM",
			"PIN Try Limit exceeded",
			"PIN entry required and PIN pad not present or not working",
			"PIN entry required, PIN pad present, but PIN was not entered",
			"Online CVM captured (online PIN entered)",
			"Biometric required but Biometric capture device not working",
			"Biometric required, Biometric capture device present, but Biometric Subtype entry was bypassed",
		],
		[
			"Transaction exceeds floor limit",
			"Lower consecutive offline limit exceeded",
			"Upper consecutive offline limit exceeded",
			"Transaction selected randomly for online processing",
			"Merchant forced transaction online",
			"Biometric Try Limit exceeded",
			"A selected Biometric Type not supported",
			"XDA signature verification failed",
		],
		[
			"Default TDOL used",
			"Issuer authentication failed",
			"Script processing failed before final GENERATE AC",
			"Script processing failed after final GENERATE AC",
			"Reserved for use by the EMV Contactless Specifications",
			"CA ECC key missing",
			"ECC key recovery failed",
			"Reserved for use by the EMV Contactless Specifications",
		],
	],
};

export const TSI_BITS: BitField = {
	source: "Book 3, C6",
	bytes: [
		[
			"Offline data authentication was performed",
			"Cardholder verification was performed",
			"Card risk management was performed",
			"Issuer authentication was performed",
			"Terminal risk management was performed",
			"Script processing was performed",
			RFU,
			RFU,
		],
		RFU_BYTE,
	],
};

export const AIP_BITS: BitField = {
	source: "Book 3, C1",
	bytes: [
		[
			"XDA supported",
			"SDA supported",
			"DDA supported",
			"Cardholder verification is supported",
			"Terminal risk management is to be performed",
			"Issuer authentication is supported",
			"Reserved for use by the EMV Contactless Specifications",
			"CDA supported",
		],
		["Reserved for use by the EMV Contactless Specifications", RFU, RFU, RFU, RFU, RFU, RFU, RFU],
	],
};

export const AUC_BITS: BitField = {
	source: "Book 3, C2",
	bytes: [
		[
			"Valid for domestic cash transactions",
			"Valid for international cash transactions",
			"Valid for domestic goods",
			"Valid for international goods",
			"Valid for domestic services",
			"Valid for international services",
			"Valid at ATMs",
			"Valid at terminals other than ATMs",
		],
		["Domestic cashback allowed", "International cashback allowed", RFU, RFU, RFU, RFU, RFU, RFU],
	],
};

export const TERMINAL_CAPABILITIES_BITS: BitField = {
	source: "Book 4, A2",
	bytes: [
		["Manual key entry", "Magnetic stripe", "IC with contacts", RFU, RFU, RFU, RFU, RFU],
		[
			"Plaintext PIN for ICC verification",
			"Enciphered PIN for online verification",
			"Signature (paper)",
			"Enciphered PIN for offline verification",
			"No CVM Required",
			RFU,
			RFU,
			RFU,
		],
		["SDA", "DDA", "Card capture", RFU, "CDA", RFU, RFU, RFU],
	],
};

export const ADDITIONAL_TERMINAL_CAPABILITIES_BITS: BitField = {
	source: "Book 4, A3",
	bytes: [
		["Cash", "Goods", "Services", "Cashback", "Inquiry", "Transfer", "Payment", "Administrative"],
		["Cash Deposit", RFU, RFU, RFU, RFU, RFU, RFU, RFU],
		["Numeric keys", "Alphabetic and special characters keys", "Command keys", "Function keys", RFU, RFU, RFU, RFU],
		[
			"Print, attendant",
			"Print, cardholder",
			"Display, attendant",
			"Display, cardholder",
			RFU,
			RFU,
			"Code table 10",
			"Code table 9",
		],
		[8, 7, 6, 5, 4, 3, 2, 1].map(number => `Code table ${number}`),
	],
};

/**
 * Card verification results of Visa (VIS 1.5, Appendix A) and, after it, of UnionPay debit and credit cards (JR/T 0025):
 * bytes 2 to 4. The first byte is their length; the two cryptogram types at the top of byte 2 are no single bits.
 */
export const CVR_BITS: BitField = {
	source: "VIS 1.5, JR/T 0025",
	bytes: [
		[
			RFU,
			RFU,
			RFU,
			RFU,
			"Issuer authentication performed and failed",
			"Offline PIN verification performed",
			"Offline PIN verification performed and failed",
			"Unable to go online",
		],
		[
			"Last online transaction not completed",
			"PIN Try Limit exceeded",
			"Exceeded velocity checking counters",
			"New card",
			"Issuer authentication failed on last online transaction",
			"Issuer authentication not performed after online authorisation",
			"Application blocked by card because PIN Try Limit exceeded",
			"Offline static data authentication failed on last transaction",
		],
		[
			RFU,
			RFU,
			RFU,
			RFU,
			"Issuer script processing failed on last transaction",
			"Offline dynamic data authentication failed on last transaction",
			"Offline dynamic data authentication performed",
			"PIN verification command not received for a PIN-expecting card",
		],
	],
};
