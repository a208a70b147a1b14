import { compressedNumericText } from "../bytes/bcd.js";
import { formatHex } from "../bytes/hex.js";
import { holdsPan, maskPan } from "../bytes/pan.js";
import { isConstructed, TlvError, tlvObjects } from "../bytes/tlv.js";
import { type CommandApdu, encodeCommand, type ResponseApdu } from "../card/apdu.js";
import {
	TAG_5A_APPLICATION_PAN,
	TAG_5F20_CARDHOLDER_NAME,
	TAG_9F1F_TRACK_1_DISCRETIONARY_DATA,
	TAG_9F2D_ICC_PIN_KEY_CERTIFICATE,
	TAG_9F20_TRACK_2_DISCRETIONARY_DATA,
	TAG_9F46_ICC_PUBLIC_KEY_CERTIFICATE,
	TAG_57_TRACK_2_EQUIVALENT_DATA,
} from "./tags.js";

const INS_VERIFY = 0x20;
const INS_PIN_CHANGE = 0x24;
// Their data are what the card's DOL asks for, and it may ask for the card number.
const INS_WITH_DOL_DATA: readonly number[] = Object.freeze([0x88, 0xae]);
const HIDDEN: readonly number[] = Object.freeze([
	0x56,
	TAG_57_TRACK_2_EQUIVALENT_DATA,
	TAG_5F20_CARDHOLDER_NAME,
	0x9f0b,
	TAG_9F1F_TRACK_1_DISCRETIONARY_DATA,
	TAG_9F20_TRACK_2_DISCRETIONARY_DATA,
	0x9f6b,
	// The recovered certificate holds the whole PAN.
	TAG_9F46_ICC_PUBLIC_KEY_CERTIFICATE,
	TAG_9F2D_ICC_PIN_KEY_CERTIFICATE,
]);

/** Commands by class and instruction (EMV 4.4 Book 3, 6.5; Book 1, 11). */
const NAMES: Readonly<Record<string, string>> = Object.freeze({
	"00A4": "SELECT",
	"00B2": "READ RECORD",
	"80A8": "GET PROCESSING OPTIONS",
	"0088": "INTERNAL AUTHENTICATE",
	"0084": "GET CHALLENGE",
	"0020": "VERIFY",
	"80CA": "GET DATA",
	"80AE": "GENERATE AC",
	"0082": "EXTERNAL AUTHENTICATE",
});

/** One exchange with the card for a log: names, hexadecimal, and neither PIN nor full card number nor track data. */
export function formatExchange(command: CommandApdu, response: ResponseApdu): string {
	const bytes = encodeCommand(command);
	const header = formatHex(bytes.subarray(0, 4));
	const name = NAMES[header.slice(0, 4)] ?? "command";
	const sent = command.data && hidesBody(command) ? `${header}[${bodyName(command)}]` : formatHex(bytes);
	const data = response.data.length ? `${formatObjects(response.data)} ` : "";
	return `${name} > ${sent} < ${data}${response.sw.toString(16).toUpperCase().padStart(4, "0")}`;
}

/** VERIFY, DOL data, and whatever comes under secure messaging: an issuer's script may carry a new PIN. */
export function hidesBody({ cla, ins }: CommandApdu): boolean {
	const isSecureMessaging = (cla & 0x0c) !== 0; // ISO/IEC 7816-4, 5.4.1
	return ins === INS_VERIFY || ins === INS_PIN_CHANGE || isSecureMessaging || INS_WITH_DOL_DATA.includes(ins);
}

function bodyName({ ins, data }: CommandApdu): string {
	return ins === INS_VERIFY ? "PIN block" : `${data!.length} bytes`;
}

/** Data objects with those that identify the cardholder masked; bytes that are no TLV are not shown. */
function formatObjects(bytes: Uint8Array): string {
	let objects: number[];
	try {
		objects = tlvObjects(bytes);
	} catch (error) {
		if (error instanceof TlvError) return `[${bytes.length} bytes]`;
		throw error;
	}
	const parts: string[] = [];
	for (let i = 0; i < objects.length; i += 3) {
		const tag = objects[i]!;
		const value = bytes.subarray(objects[i + 1]!, objects[i + 1]! + objects[i + 2]!);
		parts.push(`${tag.toString(16).toUpperCase().padStart(2, "0")}=${formatValue(tag, value)}`);
	}
	return parts.join(" ");
}

function formatValue(tag: number, value: Uint8Array): string {
	if (isConstructed(tag)) return `{${formatObjects(value)}}`;
	if (tag === TAG_5A_APPLICATION_PAN) return maskPan(compressedNumericText(value));
	return hidesValue(tag, value) ? `[${value.length} bytes]` : formatHex(value);
}

/** Track data, names, what holds the card number or looks like one: a card may put its number under any tag. */
export function hidesValue(tag: number, value: Uint8Array): boolean {
	return HIDDEN.includes(tag) || holdsPan(formatHex(value));
}
