import type { Codes } from "./codes.js";

/** Status words as ISO/IEC 7816-4, 5.6 and EMV 4.4 Book 3, 6.3.5 name them. */
const STATUS_WORDS: Codes = {
	"9000": "Normal processing",
	"6200": "Warning, state of non-volatile memory unchanged",
	"6281": "Part of returned data may be corrupted",
	"6282": "End of file or record reached before reading Le bytes",
	"6283": "Selected file deactivated (EMV: selected file invalidated, application blocked)",
	"6284": "File control information not formatted as it should be",
	"6285": "Selected file in termination state",
	"6300": "Warning, state of non-volatile memory changed (EMV: authentication failed)",
	"6381": "File filled up by the last write",
	"6400": "Execution error, state of non-volatile memory unchanged",
	"6401": "Immediate response required by the card",
	"6500": "Execution error, state of non-volatile memory changed",
	"6581": "Memory failure",
	"6700": "Wrong length",
	"6800": "Function in CLA not supported",
	"6881": "Logical channel not supported",
	"6882": "Secure messaging not supported",
	"6883": "Last command of the chain expected",
	"6884": "Command chaining not supported",
	"6900": "Command not allowed",
	"6981": "Command incompatible with file structure",
	"6982": "Security status not satisfied",
	"6983": "Authentication method blocked",
	"6984": "Reference data not usable (EMV: referenced data invalidated)",
	"6985": "Conditions of use not satisfied",
	"6986": "Command not allowed, no current EF",
	"6987": "Expected secure messaging data objects missing",
	"6988": "Incorrect secure messaging data objects",
	"6A00": "Wrong parameters P1-P2",
	"6A80": "Incorrect parameters in the data field",
	"6A81": "Function not supported (EMV, of SELECT: card blocked)",
	"6A82": "File or application not found",
	"6A83": "Record not found",
	"6A84": "Not enough memory space in the file",
	"6A85": "Nc inconsistent with TLV structure",
	"6A86": "Incorrect parameters P1-P2",
	"6A87": "Nc inconsistent with parameters P1-P2",
	"6A88": "Referenced data not found",
	"6A89": "File already exists",
	"6A8A": "DF name already exists",
	"6B00": "Wrong parameters P1-P2, offset outside the EF",
	"6D00": "Instruction code not supported or invalid",
	"6E00": "Class not supported",
	"6F00": "No precise diagnosis",
};

/** The first byte where the second carries no code of its own, or one that is not in the table. */
const CLASSES: Codes = {
	"61": "Normal processing, response bytes still available",
	"62": "Warning, state of non-volatile memory unchanged",
	"63": "Warning, state of non-volatile memory changed",
	"64": "Execution error, state of non-volatile memory unchanged",
	"65": "Execution error, state of non-volatile memory changed",
	"66": "Execution error, security-related",
	"68": "Function in CLA not supported",
	"69": "Command not allowed",
	"6A": "Wrong parameters P1-P2",
	"6C": "Wrong Le field",
};

/**
 * What a card means by a status word.
 * @param hex 4 upper-case digits
 * @returns undefined for one that neither ISO nor EMV defines
 */
export function statusWordMeaning(hex: string): string | undefined {
	const [sw1, sw2] = [hex.slice(0, 2), hex.slice(2)];
	const count = Number.parseInt(sw2, 16) || 256;
	if (sw1 === "61") return `Normal processing, ${count} response bytes still available`;
	if (sw1 === "6C") return `Wrong Le, ${count} bytes are available`;
	// 63Cx: the low nibble counts (EMV 4.4 Book 3, 6.5.12.5: further tries of the PIN).
	if (hex.startsWith("63C")) return `Verification failed, ${count & 15} tries left`;
	return STATUS_WORDS[hex] ?? CLASSES[sw1];
}
