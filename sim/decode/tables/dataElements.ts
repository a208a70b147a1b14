/** Who creates a data element. */
export type DataSource = "card" | "terminal" | "issuer" | "card or terminal";

/** A row of the data elements dictionary. */
export interface DataElement {
	readonly tag: number;
	readonly name: string;
	readonly source: DataSource;
	/** As the Books write it: `n 12`, `ans 1-16`, `b`. */
	readonly format: string;
	/** Templates that may hold it; empty when it has none. */
	readonly templates: readonly string[];
	/** In bytes. Absent: the Books leave it open. */
	readonly minimum?: number;
	readonly maximum?: number;
}

const CARD = "card";
const TERMINAL = "terminal";
const ISSUER = "issuer";

/**
 * Tag, name, source, format, templates, length in bytes (`6`, `5-16`, empty when open).
 * EMV 4.4 Book 3, Annex A1; the directory and FCI elements also Book 1, Annex B.
 */
const ROWS: readonly (readonly [number, string, DataSource, string, string, string])[] = [
	[0x42, "Issuer Identification Number (IIN)", CARD, "n 6", "BF0C 73", "3"],
	[0x4f, "Application Dedicated File (ADF) Name", CARD, "b", "61", "5-16"],
	[0x50, "Application Label", CARD, "ans 1-16", "61 A5", "1-16"],
	[0x57, "Track 2 Equivalent Data", CARD, "b", "70 77", "0-19"],
	[0x5a, "Application Primary Account Number (PAN)", CARD, "cn 0-19", "70 77", "0-10"],
	[0x5f20, "Cardholder Name", CARD, "ans 2-26", "70 77", "2-26"],
	[0x5f24, "Application Expiration Date", CARD, "n 6 YYMMDD", "70 77", "3"],
	[0x5f25, "Application Effective Date", CARD, "n 6 YYMMDD", "70 77", "3"],
	[0x5f28, "Issuer Country Code", CARD, "n 3", "70 77", "2"],
	[0x5f2a, "Transaction Currency Code", TERMINAL, "n 3", "", "2"],
	[0x5f2d, "Language Preference", CARD, "an 2", "A5", "2-8"],
	[0x5f30, "Service Code", CARD, "n 3", "70 77", "2"],
	[0x5f34, "Application PAN Sequence Number", CARD, "n 2", "70 77", "1"],
	[0x5f36, "Transaction Currency Exponent", TERMINAL, "n 1", "", "1"],
	[0x5f50, "Issuer URL", CARD, "ans", "BF0C 73", ""],
	[0x5f53, "International Bank Account Number (IBAN)", CARD, "an 0-34", "BF0C 73", "0-34"],
	[0x5f54, "Bank Identifier Code (BIC)", CARD, "an 8 or 11", "BF0C 73", "8-11"],
	[0x5f55, "Issuer Country Code (alpha2 format)", CARD, "a 2", "BF0C 73", "2"],
	[0x5f56, "Issuer Country Code (alpha3 format)", CARD, "a 3", "BF0C 73", "3"],
	[0x5f57, "Account Type", TERMINAL, "n 2", "", "1"],
	[0x61, "Application Template", CARD, "b", "70", "0-252"],
	[0x6f, "File Control Information (FCI) Template", CARD, "var.", "", "0-252"],
	[0x70, "READ RECORD Response Message Template", CARD, "var.", "", "0-252"],
	[0x71, "Issuer Script Template 1", ISSUER, "b", "", ""],
	[0x72, "Issuer Script Template 2", ISSUER, "b", "", ""],
	[0x73, "Directory Discretionary Template", CARD, "var.", "61", "0-252"],
	[0x77, "Response Message Template Format 2", CARD, "var.", "", ""],
	[0x7f60, "Biometric Information Template (BIT)", CARD, "b", "9F31 BF4A BF4B", ""],
	[0x80, "Response Message Template Format 1", CARD, "var.", "", ""],
	[0x81, "Amount, Authorised (Binary)", TERMINAL, "b", "", "4"],
	[0x82, "Application Interchange Profile", CARD, "b", "77 80", "2"],
	[0x83, "Command Template", TERMINAL, "b", "", ""],
	[0x84, "Dedicated File (DF) Name", CARD, "b", "6F", "5-16"],
	[0x86, "Issuer Script Command", ISSUER, "b", "71 72", "0-261"],
	[0x87, "Application Priority Indicator", CARD, "b", "61 A5", "1"],
	[0x88, "Short File Identifier (SFI)", CARD, "b", "A5", "1"],
	[0x89, "Authorisation Code", ISSUER, "ans 6", "", "6"],
	[0x8a, "Authorisation Response Code", "card or terminal", "an 2", "", "2"],
	[0x8c, "Card Risk Management Data Object List 1 (CDOL1)", CARD, "b", "70 77", "0-252"],
	[0x8d, "Card Risk Management Data Object List 2 (CDOL2)", CARD, "b", "70 77", "0-252"],
	[0x8e, "Cardholder Verification Method (CVM) List", CARD, "b", "70 77", "10-252"],
	[0x8f, "Certification Authority Public Key Index", CARD, "b", "70 77", "1"],
	[0x90, "Issuer Public Key Certificate", CARD, "b", "70 77", ""],
	[0x91, "Issuer Authentication Data", ISSUER, "b", "", "8-16"],
	[0x92, "Issuer Public Key Remainder", CARD, "b", "70 77", ""],
	[0x93, "Signed Static Application Data", CARD, "b", "70 77", ""],
	[0x94, "Application File Locator (AFL)", CARD, "var.", "77 80", "0-252"],
	[0x95, "Terminal Verification Results", TERMINAL, "b", "", "5"],
	[0x97, "Transaction Certificate Data Object List (TDOL)", CARD, "b", "70 77", "0-252"],
	[0x98, "Transaction Certificate (TC) Hash Value", TERMINAL, "b", "", "20"],
	[0x99, "Transaction Personal Identification Number (PIN) Data", TERMINAL, "b", "", ""],
	[0x9a, "Transaction Date", TERMINAL, "n 6 YYMMDD", "", "3"],
	[0x9b, "Transaction Status Information", TERMINAL, "b", "", "2"],
	[0x9c, "Transaction Type", TERMINAL, "n 2", "", "1"],
	[0x9d, "Directory Definition File (DDF) Name", CARD, "b", "61", "5-16"],
	[0x9f01, "Acquirer Identifier", TERMINAL, "n 6-11", "", "6"],
	[0x9f02, "Amount, Authorised (Numeric)", TERMINAL, "n 12", "", "6"],
	[0x9f03, "Amount, Other (Numeric)", TERMINAL, "n 12", "", "6"],
	[0x9f04, "Amount, Other (Binary)", TERMINAL, "b", "", "4"],
	[0x9f05, "Application Discretionary Data", CARD, "b", "70 77", "1-32"],
	[0x9f06, "Application Identifier (AID) - terminal", TERMINAL, "b", "", "5-16"],
	[0x9f07, "Application Usage Control", CARD, "b", "70 77", "2"],
	[0x9f08, "Application Version Number - card", CARD, "b", "70 77", "2"],
	[0x9f09, "Application Version Number - terminal", TERMINAL, "b", "", "2"],
	[0x9f0a, "Application Selection Registered Proprietary Data", CARD, "b", "BF0C 73", ""],
	[0x9f0b, "Cardholder Name Extended", CARD, "ans 27-45", "70 77", "27-45"],
	[0x9f0c, "Issuer Identification Number Extended (IINE)", CARD, "n 6 or 8", "BF0C 73", "3-4"],
	[0x9f0d, "Issuer Action Code - Default", CARD, "b", "70 77", "5"],
	[0x9f0e, "Issuer Action Code - Denial", CARD, "b", "70 77", "5"],
	[0x9f0f, "Issuer Action Code - Online", CARD, "b", "70 77", "5"],
	[0x9f10, "Issuer Application Data", CARD, "b", "77 80", "0-32"],
	[0x9f11, "Issuer Code Table Index", CARD, "n 2", "A5", "1"],
	[0x9f12, "Application Preferred Name", CARD, "ans 1-16", "61 A5", "1-16"],
	[0x9f13, "Last Online Application Transaction Counter (ATC) Register", CARD, "b", "", "2"],
	[0x9f14, "Lower Consecutive Offline Limit", CARD, "b", "70 77", "1"],
	[0x9f15, "Merchant Category Code", TERMINAL, "n 4", "", "2"],
	[0x9f16, "Merchant Identifier", TERMINAL, "ans 15", "", "15"],
	[0x9f17, "PIN Try Counter", CARD, "b", "", "1"],
	[0x9f18, "Issuer Script Identifier", ISSUER, "b", "71 72", "4"],
	[0x9f19, "Token Requestor ID", CARD, "n 11", "", "6"],
	[0x9f1a, "Terminal Country Code", TERMINAL, "n 3", "", "2"],
	[0x9f1b, "Terminal Floor Limit", TERMINAL, "b", "", "4"],
	[0x9f1c, "Terminal Identification", TERMINAL, "an 8", "", "8"],
	[0x9f1d, "Terminal Risk Management Data", TERMINAL, "b", "", "1-8"],
	[0x9f1e, "Interface Device (IFD) Serial Number", TERMINAL, "an 8", "", "8"],
	[0x9f1f, "Track 1 Discretionary Data", CARD, "ans", "70 77", ""],
	[0x9f20, "Track 2 Discretionary Data", CARD, "cn", "70 77", ""],
	[0x9f21, "Transaction Time", TERMINAL, "n 6 HHMMSS", "", "3"],
	[0x9f22, "Certification Authority Public Key Index - terminal", TERMINAL, "b", "", "1"],
	[0x9f23, "Upper Consecutive Offline Limit", CARD, "b", "70 77", "1"],
	[0x9f24, "Payment Account Reference (PAR)", CARD, "an 29", "70 77", "29"],
	[0x9f25, "Last 4 Digits of PAN", CARD, "n 4", "70 77", "2"],
	[0x9f26, "Application Cryptogram", CARD, "b", "77 80", "8"],
	[0x9f27, "Cryptogram Information Data", CARD, "b", "77 80", "1"],
	[0x9f2d, "ICC PIN Encipherment Public Key Certificate", CARD, "b", "70 77", ""],
	[0x9f2e, "ICC PIN Encipherment Public Key Exponent", CARD, "b", "70 77", "1-3"],
	[0x9f2f, "ICC PIN Encipherment Public Key Remainder", CARD, "b", "70 77", ""],
	[0x9f30, "Biometric Terminal Capabilities", TERMINAL, "b", "", "3"],
	[0x9f31, "Card BIT Group Template", CARD, "b", "70 77", ""],
	[0x9f32, "Issuer Public Key Exponent", CARD, "b", "70 77", "1-3"],
	[0x9f33, "Terminal Capabilities", TERMINAL, "b", "", "3"],
	[0x9f34, "Cardholder Verification Method (CVM) Results", TERMINAL, "b", "", "3"],
	[0x9f35, "Terminal Type", TERMINAL, "n 2", "", "1"],
	[0x9f36, "Application Transaction Counter (ATC)", CARD, "b", "77 80", "2"],
	[0x9f37, "Unpredictable Number", TERMINAL, "b", "", "4"],
	[0x9f38, "Processing Options Data Object List (PDOL)", CARD, "b", "A5", ""],
	[0x9f39, "Point-of-Service (POS) Entry Mode", TERMINAL, "n 2", "", "1"],
	[0x9f3a, "Amount, Reference Currency", TERMINAL, "b", "", "4"],
	[0x9f3b, "Application Reference Currency", CARD, "n 3", "70 77", "2-8"],
	[0x9f3c, "Transaction Reference Currency Code", TERMINAL, "n 3", "", "2"],
	[0x9f3d, "Transaction Reference Currency Exponent", TERMINAL, "n 1", "", "1"],
	[0x9f40, "Additional Terminal Capabilities", TERMINAL, "b", "", "5"],
	[0x9f41, "Transaction Sequence Counter", TERMINAL, "n 4-8", "", "2-4"],
	[0x9f42, "Application Currency Code", CARD, "n 3", "70 77", "2"],
	[0x9f43, "Application Reference Currency Exponent", CARD, "n 1", "70 77", "1-4"],
	[0x9f44, "Application Currency Exponent", CARD, "n 1", "70 77", "1"],
	[0x9f45, "Data Authentication Code", CARD, "b", "", "2"],
	[0x9f46, "ICC Public Key Certificate", CARD, "b", "70 77", ""],
	[0x9f47, "ICC Public Key Exponent", CARD, "b", "70 77", "1-3"],
	[0x9f48, "ICC Public Key Remainder", CARD, "b", "70 77", ""],
	[0x9f49, "Dynamic Data Authentication Data Object List (DDOL)", CARD, "b", "70 77", "0-252"],
	[0x9f4a, "Static Data Authentication Tag List", CARD, "b", "70 77", ""],
	[0x9f4b, "Signed Dynamic Application Data", CARD, "b", "77 80", ""],
	[0x9f4c, "ICC Dynamic Number", CARD, "b", "", "2-8"],
	[0x9f4d, "Log Entry", CARD, "b", "BF0C 73", "2"],
	[0x9f4e, "Merchant Name and Location", TERMINAL, "ans", "", ""],
	[0x9f4f, "Log Format", CARD, "b", "", ""],
	[0xa5, "FCI Proprietary Template", CARD, "var.", "6F", ""],
	[0xbf0c, "FCI Issuer Discretionary Data", CARD, "var.", "A5", "0-222"],
	[0xbf4a, "Offline BIT Group Template", CARD, "b", "", ""],
	[0xbf4b, "Online BIT Group Template", CARD, "b", "", ""],
	[0xbf4c, "Biometric Try Counters Template", CARD, "b", "", ""],
	[0xbf4d, "Preferred Attempts Template", CARD, "b", "", ""],
	[0xbf4e, "Biometric Verification Data Template", TERMINAL, "b", "", ""],
	// Not of Annex A, but met in field 55 and in records.
	[0x56, "Track 1 Data (EMV Contactless Book C-2)", CARD, "ans 0-76", "70", "0-76"],
	[0x9f66, "Terminal Transaction Qualifiers (EMV Contactless Book A)", TERMINAL, "b", "", "4"],
	[0x9f6b, "Track 2 Data (EMV Contactless Book C-2)", CARD, "b", "70", "0-19"],
	[0x9f6c, "Card Transaction Qualifiers (EMV Contactless Book C-3)", CARD, "b", "", "2"],
	[0x9f63, "Product Identification Information (UnionPay)", CARD, "b", "70", "16"],
	[0x9f74, "Electronic Cash Issuer Authorisation Code (UnionPay)", CARD, "an 6", "70 77", "6"],
	[0xdf31, "Issuer Script Results (UnionPay)", TERMINAL, "b", "", ""],
];

/** By tag. */
export const DATA_ELEMENTS: ReadonlyMap<number, DataElement> = new Map(ROWS.map(row => [row[0], dataElement(...row)]));

function dataElement(
	tag: number,
	name: string,
	source: DataSource,
	format: string,
	templates: string,
	length: string,
): DataElement {
	const [minimum, maximum = minimum] = length.split("-").filter(Boolean).map(Number);
	return Object.freeze({
		tag,
		name,
		source,
		format,
		templates: Object.freeze(templates.split(" ").filter(Boolean)),
		...(minimum !== undefined && maximum !== undefined && { minimum, maximum }),
	});
}
