import { compressedNumericText } from "../../src/bytes/bcd.js";
import { latin1Text, readUint } from "../../src/bytes/bytes.js";
import { formatHex } from "../../src/bytes/hex.js";
import { CURRENCIES } from "../../src/display/amount.js";
import { bitNodes, hexByte } from "./bits.js";
import { interpretCvmList, interpretCvmResults } from "./cvm.js";
import { decodeIssuerApplicationData } from "./issuerApplicationData.js";
import type { DecodedNode, Interpretation } from "./node.js";
import { quoted } from "./quoted.js";
import {
	ADDITIONAL_TERMINAL_CAPABILITIES_BITS,
	AIP_BITS,
	AUC_BITS,
	type BitField,
	TERMINAL_CAPABILITIES_BITS,
	TSI_BITS,
	TVR_BITS,
} from "./tables/bitFields.js";
import {
	APPLICATION_PROVIDERS,
	CID_REASONS,
	type Codes,
	CRYPTOGRAM_TYPES,
	POS_ENTRY_MODES,
	TERMINAL_RESPONSE_CODES,
	TERMINAL_TYPES,
	TRANSACTION_TYPES,
	UNIONPAY_PRODUCTS,
} from "./tables/codes.js";
import { DATA_ELEMENTS } from "./tables/dataElements.js";
import { RESPONSE_CODES } from "./tables/responseCodes.js";
import { trackTwoParts } from "./trackTwo.js";

type Interpreter = (value: Uint8Array, offset: number) => Interpretation;

/** Reads the value of a primitive data element by its tag, or by its format when nothing more is known of it. */
export function interpret(tag: number, value: Uint8Array, offset: number): Interpretation {
	const interpreter = INTERPRETERS.get(tag);
	if (interpreter) return interpreter(value, offset);
	return /^ans?\b/.test(DATA_ELEMENTS.get(tag)?.format ?? "") ? text(value, offset) : {};
}

const text: Interpreter = value => ({
	meaning: quoted(latin1Text(value)),
	...(value.every(byte => byte >= 0x20 && byte <= 0x7e) && { plain: true as const }),
});
const secret: Interpreter = () => ({ sensitivity: "secret" });
const pan: Interpreter = () => ({ sensitivity: "pan" });
const count =
	(unit = ""): Interpreter =>
	value =>
		value.length > 0 && value.length <= 6 ? { meaning: `${readUint(value)}${unit && ` ${unit}`}` } : {};

const coded =
	(codes: Codes): Interpreter =>
	value => ({ meaning: codes[formatHex(value)] ?? "unknown" });

const bits =
	(field: BitField): Interpreter =>
	value => {
		const children = bitNodes(field, value);
		return { source: field.source, children, ...(children.length === 0 && { meaning: "no bit set" }) };
	};

/** Format n: digits only. */
const numeric =
	(meaning: (digits: string) => string | undefined): Interpreter =>
	value => {
		const digits = formatHex(value);
		if (/[^0-9]/.test(digits)) return { remark: "not decimal digits" };
		const said = meaning(digits);
		return said ? { meaning: said } : {};
	};

const date = numeric(digits => {
	const [year, month, day] = [digits.slice(0, 2), digits.slice(2, 4), digits.slice(4, 6)];
	if (digits.length !== 6) return undefined;
	// Book 4, 6.7.3: a year up to 49 is of this century. Day 00 of an expiration date means the month's end.
	return `${Number(year) < 50 ? "20" : "19"}${year}-${month}-${day}${isDay(month, day) ? "" : ", no such day"}`;
});

function isDay(month: string, day: string): boolean {
	return Number(month) >= 1 && Number(month) <= 12 && Number(day) <= 31;
}

const time = numeric(digits => (digits.length === 6 ? digits.replace(/(..)(..)(..)/, "$1:$2:$3") : undefined));
const amount = numeric(digits => `${Number(digits)} minor units`);
const currency = numeric(digits => {
	const found = CURRENCIES[Number(digits)];
	return found && `${found.sign.trim()}, ${found.exponent} decimals`;
});

function responseCode(value: Uint8Array): Interpretation {
	const code = latin1Text(value);
	const own = TERMINAL_RESPONSE_CODES[code];
	const said = own ?? RESPONSE_CODES[code] ?? "unknown";
	return { meaning: `${quoted(code)} ${said}`, source: own ? "Book 4, A6" : "ISO 8583:1987" };
}

const cid: Interpreter = ([byte = 0]) => ({
	meaning: CRYPTOGRAM_TYPES[byte >> 6]!,
	source: "Book 3, 6.5.5",
	children: [
		...(byte & 0x30 ? [{ label: "b6-5", name: `Payment system specific cryptogram: ${hexByte(byte & 0x30)}` }] : []),
		...(byte & 8 ? [{ label: "b4", name: "Advice required" }] : []),
		...(byte & 7 ? [{ label: "b3-1", name: CID_REASONS[byte & 7]! }] : []),
	],
});

const issuerApplicationData: Interpreter = (value, offset) => {
	const known = decodeIssuerApplicationData(value, offset);
	return known ? { meaning: known.layout, children: known.parts } : { meaning: "layout of the issuer's own" };
};

const applicationFileLocator: Interpreter = (value, offset) => {
	const children: DecodedNode[] = [];
	for (let at = 0; at + 4 <= value.length; at += 4) {
		const [sfi, first, last, signed] = value.subarray(at, at + 4) as unknown as [number, number, number, number];
		children.push({
			label: `SFI ${sfi >> 3}`,
			name: first === last ? `record ${first}` : `records ${first} to ${last}`,
			value: formatHex(value.subarray(at, at + 4)),
			meaning: signed ? `the first ${signed} for offline data authentication` : "none for offline data authentication",
			offset: offset + at,
		});
	}
	const whole = value.length % 4 === 0;
	return { children, source: "Book 3, 10.2", ...(!whole && { remark: "not a multiple of 4 bytes" }) };
};

const aid: Interpreter = value => {
	const hex = formatHex(value);
	const provider = APPLICATION_PROVIDERS[hex.slice(0, 10)];
	if (hex.startsWith("315041592E5359532E"))
		return { meaning: `${quoted(latin1Text(value))} payment system environment` };
	if (!provider) return {};
	const product = UNIONPAY_PRODUCTS[hex.slice(0, 16)];
	return { meaning: product ? `${provider} ${product}` : provider };
};

const priority: Interpreter = ([byte = 0]) => ({
	meaning: `${byte & 15 ? `priority ${byte & 15}` : "no priority"}${byte & 0x80 ? ", cardholder confirmation required" : ""}`,
});

const issuerAuthenticationData: Interpreter = (value, offset) => {
	if (value.length !== 10) return {};
	// CHOICE: 91 is the payment system's matter; 10 bytes are an ARPC of method 1 and the response code (Book 2, 8.2.1).
	const code = value.subarray(8);
	return {
		children: [
			{ label: "", name: "ARPC, method 1", value: formatHex(value.subarray(0, 8)), offset },
			{ label: "", name: "Authorisation response code", value: formatHex(code), ...responseCode(code) },
		],
	};
};

const scriptResults: Interpreter = (value, offset) => {
	const children: DecodedNode[] = [];
	for (let at = 0; at + 5 <= value.length; at += 5) {
		const failed = value[at]! & 15;
		children.push({
			label: "",
			name: "Issuer script",
			value: formatHex(value.subarray(at, at + 5)),
			meaning: `${SCRIPT_RESULTS[value[at]! >> 4] ?? "unknown"}${failed ? `, command ${failed === 15 ? "15 or later" : failed}` : ""}`,
			offset: offset + at,
		});
	}
	return { children, source: "Book 4, A5" };
};

const SCRIPT_RESULTS = ["script not performed", "script processing failed", "script processing successful"];

/** Tags without lengths (EMV 4.4 Book 3, 10.3). */
const tagList: Interpreter = value => {
	const children: DecodedNode[] = [];
	for (let at = 0; at < value.length; ) {
		const start = at;
		if ((value[at++]! & 0x1f) === 0x1f) while (value[at++]! & 0x80);
		const label = formatHex(value.subarray(start, at));
		children.push({ label, name: DATA_ELEMENTS.get(Number.parseInt(label, 16))?.name ?? "unknown" });
	}
	return { children };
};

const INTERPRETERS: ReadonlyMap<number, Interpreter> = new Map<number, Interpreter>([
	[0x4f, aid],
	[0x56, secret],
	[0x57, trackTwo],
	[0x5a, pan],
	[0x5f20, secret],
	[0x5f24, date],
	[0x5f25, date],
	[0x5f2a, currency],
	[0x5f30, numeric(digits => digits.slice(-3))],
	[0x5f53, secret],
	[0x81, count("minor units")],
	[0x82, bits(AIP_BITS)],
	[0x84, aid],
	[0x87, priority],
	[0x88, count()],
	[0x8a, responseCode],
	[0x8e, interpretCvmList],
	[0x91, issuerAuthenticationData],
	[0x94, applicationFileLocator],
	[0x95, bits(TVR_BITS)],
	[0x99, secret],
	[0x9a, date],
	[0x9b, bits(TSI_BITS)],
	[0x9c, coded(TRANSACTION_TYPES)],
	[0x9d, aid],
	[0x9f02, amount],
	[0x9f03, amount],
	[0x9f04, count("minor units")],
	[0x9f06, aid],
	[0x9f07, bits(AUC_BITS)],
	[0x9f0b, secret],
	[0x9f0d, bits(TVR_BITS)],
	[0x9f0e, bits(TVR_BITS)],
	[0x9f0f, bits(TVR_BITS)],
	[0x9f10, issuerApplicationData],
	[0x9f11, numeric(digits => `ISO/IEC 8859-${Number(digits)}`)],
	[0x9f13, count()],
	[0x9f14, count()],
	[0x9f17, count("tries left")],
	[0x9f1b, count("minor units")],
	[0x9f1f, secret],
	[0x9f20, secret],
	[0x9f21, time],
	[0x9f23, count()],
	[0x9f27, cid],
	// With the scheme's key both certificates give back the whole PAN (Book 2, table 14).
	[0x9f2d, secret],
	[0x9f46, secret],
	[0x9f33, bits(TERMINAL_CAPABILITIES_BITS)],
	[0x9f34, interpretCvmResults],
	[0x9f35, coded(TERMINAL_TYPES)],
	[0x9f36, count()],
	[0x9f39, coded(POS_ENTRY_MODES)],
	[0x9f40, bits(ADDITIONAL_TERMINAL_CAPABILITIES_BITS)],
	[0x9f41, numeric(digits => String(Number(digits)))],
	[0x9f42, currency],
	[0x9f4a, tagList],
	[0x9f6b, trackTwo],
	[0xdf31, scriptResults],
]);

function trackTwo(value: Uint8Array, offset: number): Interpretation {
	return { sensitivity: "secret", children: trackTwoParts(compressedNumericText(value), offset) };
}
