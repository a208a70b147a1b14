/** Codes with one meaning each; the source stands at every table. */
export type Codes = Readonly<Record<string, string>>;

/** Bits 6 to 1 of a CVM code (EMV 4.4 Book 3, C3, table 43). */
export const CVM_CODES: Codes = {
	"00": "Fail CVM processing",
	"01": "Plaintext PIN verification performed by ICC",
	"02": "Enciphered PIN verified online",
	"03": "Plaintext PIN verification performed by ICC and signature",
	"04": "Enciphered PIN verification performed by ICC",
	"05": "Enciphered PIN verification performed by ICC and signature",
	"06": "Facial biometric verified offline (by ICC)",
	"07": "Facial biometric verified online",
	"08": "Finger biometric verified offline (by ICC)",
	"09": "Finger biometric verified online",
	"0A": "Palm biometric verified offline (by ICC)",
	"0B": "Palm biometric verified online",
	"0C": "Iris biometric verified offline (by ICC)",
	"0D": "Iris biometric verified online",
	"0E": "Voice biometric verified offline (by ICC)",
	"0F": "Voice biometric verified online",
	"1E": "Signature (paper)",
	"1F": "No CVM required",
};

/** EMV 4.4 Book 3, C3, table 44. */
export const CVM_CONDITIONS: Codes = {
	"00": "always",
	"01": "if unattended cash",
	"02": "if not unattended cash and not manual cash and not purchase with cashback",
	"03": "if terminal supports the CVM",
	"04": "if manual cash",
	"05": "if purchase with cashback",
	"06": "if transaction is in the application currency and is under X value",
	"07": "if transaction is in the application currency and is over X value",
	"08": "if transaction is in the application currency and is under Y value",
	"09": "if transaction is in the application currency and is over Y value",
};

/** Byte 3 of CVM Results (EMV 4.4 Book 4, A4). */
export const CVM_RESULTS: Codes = {
	"00": "unknown (for example, signature or online PIN)",
	"01": "failed",
	"02": "successful",
};

/** EMV 4.4 Book 4, A1. */
export const TERMINAL_TYPES: Codes = {
	"11": "financial institution, attended, online only",
	"12": "financial institution, attended, offline with online capability",
	"13": "financial institution, attended, offline only",
	"14": "financial institution, unattended, online only",
	"15": "financial institution, unattended, offline with online capability",
	"16": "financial institution, unattended, offline only",
	"21": "merchant, attended, online only",
	"22": "merchant, attended, offline with online capability",
	"23": "merchant, attended, offline only",
	"24": "merchant, unattended, online only",
	"25": "merchant, unattended, offline with online capability",
	"26": "merchant, unattended, offline only",
	"34": "cardholder, unattended, online only",
	"35": "cardholder, unattended, offline with online capability",
	"36": "cardholder, unattended, offline only",
};

/** Bits 8 and 7 of the Cryptogram Information Data and of P1 of GENERATE AC (EMV 4.4 Book 3, tables 12 and 15). */
export const CRYPTOGRAM_TYPES = ["AAC", "TC", "ARQC", "RFU"] as const;

/** Bits 3 to 1 of the Cryptogram Information Data (EMV 4.4 Book 3, table 15). */
export const CID_REASONS = [
	"No information given",
	"Service not allowed",
	"PIN Try Limit exceeded",
	"Issuer authentication failed",
	"Other or proprietary reason/advice codes",
	"Other or proprietary reason/advice codes",
	"Other or proprietary reason/advice codes",
	"Other or proprietary reason/advice codes",
] as const;

/** Authorisation response codes that the terminal itself makes (EMV 4.4 Book 4, A6). */
export const TERMINAL_RESPONSE_CODES: Codes = {
	Y1: "offline approved",
	Z1: "offline declined",
	Y3: "unable to go online, offline approved",
	Z3: "unable to go online, offline declined",
};

/** Transaction type: the first two digits of the processing code (ISO 8583:1987, field 3). */
export const TRANSACTION_TYPES: Codes = {
	"00": "goods and services",
	"01": "cash",
	"02": "adjustment (debit)",
	"03": "authorisation only",
	"09": "goods and services with cashback",
	"20": "return or void",
	"21": "deposit",
	"30": "available funds inquiry",
	"31": "balance inquiry",
	"40": "transfer between the cardholder's accounts",
};

/** How the card number was entered: the first two digits of field 22 (ISO 8583:1987; tag 9F39). */
export const POS_ENTRY_MODES: Codes = {
	"00": "unspecified",
	"01": "manual",
	"02": "magnetic stripe",
	"03": "bar code or QR code",
	"04": "OCR",
	"05": "IC with contacts",
	"07": "contactless, chip data",
	"10": "credentials on file",
	"80": "fallback from IC to magnetic stripe",
	"90": "magnetic stripe, whole track 2",
	"91": "contactless, magnetic stripe data",
	"95": "IC with contacts, CVV may be unreliable",
};

/** Registered application providers: the first 5 bytes of an AID (ISO/IEC 7816-5). */
export const APPLICATION_PROVIDERS: Codes = {
	A000000003: "Visa",
	A000000004: "Mastercard",
	A000000025: "American Express",
	A000000065: "JCB",
	A000000152: "Discover",
	A000000324: "Discover (Zip)",
	A000000333: "UnionPay",
	A000000277: "Interac",
	A000000524: "RuPay",
	A000000658: "Mir",
};

/** The last digit of a UnionPay debit, credit or quasi-credit AID tells the product. */
export const UNIONPAY_PRODUCTS: Codes = {
	A000000333010101: "debit",
	A000000333010102: "credit",
	A000000333010103: "quasi-credit",
	A000000333010106: "electronic cash",
};
