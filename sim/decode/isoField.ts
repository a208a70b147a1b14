import { formatHex } from "../../src/bytes/hex.js";
import { CURRENCIES, formatAmount } from "../../src/display/amount.js";
import type { Place } from "../../src/host/element.js";
import type { FieldSpec, FieldValue } from "../../src/host/iso8583/field.js";
import { Iso8583Error } from "../../src/host/iso8583/iso8583Error.js";
import { decodeLayout } from "../../src/host/layout.js";
import type { DecodeContext, DecodedNode, Sensitivity } from "./node.js";
import { quoted } from "./quoted.js";
import { type Codes, POS_ENTRY_MODES, TRANSACTION_TYPES } from "./tables/codes.js";
import {
	ACCOUNT_TYPES,
	IC_CONDITIONS,
	NETWORK_CODES,
	PIN_ENTRY,
	POS_CONDITIONS,
	READER_CAPABILITIES,
	TRANSACTION_CODES,
} from "./tables/isoFields.js";
import { RESPONSE_CODES } from "./tables/responseCodes.js";
import { tlvNodes } from "./tlvTree.js";
import { trackTwoParts } from "./trackTwo.js";

/**
 * By field number, so that no profile can forget one: card number, extended card number, tracks 2, 3 and 1, PIN data,
 * working keys at sign-in, account numbers.
 */
const SENSITIVE: Readonly<Record<number, Sensitivity>> = {
	2: "pan",
	34: "secret",
	35: "secret",
	36: "secret",
	45: "secret",
	52: "secret",
	62: "secret",
	102: "secret",
	103: "secret",
};

const SECURITY_CONTROL = 53;

/** One field of a message, what it says, and its parts. */
export function isoFieldNode(
	number: number,
	spec: FieldSpec,
	value: FieldValue,
	offset: number,
	context: DecodeContext,
): DecodedNode {
	const label = String(number).padStart(3);
	const sensitivity = SENSITIVE[number];
	const marked = {
		...(sensitivity && { sensitivity }),
		...(number === SECURITY_CONTROL && { plain: true as const }),
		offset,
	};
	if (typeof value !== "string") {
		if (number === 55) return { label, name: spec.name, offset, children: tlvNodes(value, offset, context) };
		return { label, name: spec.name, value: formatHex(value), ...marked };
	}
	const packed = spec.encoding === "bcd" || spec.encoding === "nibbles";
	const meaning = fieldMeaning(number, value);
	const children = parts(number, value, offset, context);
	return {
		label,
		name: spec.name,
		value: packed || sensitivity ? value : quoted(value),
		...(meaning && { meaning }),
		...marked,
		...(children.length && { children }),
	};
}

function parts(number: number, value: string, offset: number, { profile }: DecodeContext): DecodedNode[] {
	if (number === 35) return trackTwoParts(value, offset);
	const spec = profile.message.fields[number];
	if (spec?.layouts) return partNodes(number, spec, value);
	return number === 54 ? additionalAmounts(value) : [];
}

/** The parts by the first layout that they fit, as far as the field goes; none when it is cut elsewhere than the profile says. */
function partNodes(number: number, spec: FieldSpec, value: string): DecodedNode[] {
	for (const layout of Object.values(spec.layouts ?? {})) {
		const nodes: DecodedNode[] = [];
		const note = ({ name }: Place, part: FieldValue) => {
			const text = typeof part === "string" ? part : formatHex(part);
			const meaning = SUBFIELD_CODES[name]?.[text];
			const sensitivity = SENSITIVE_PARTS[name];
			nodes.push({ label: "", name, value: text, ...(meaning && { meaning }), ...(sensitivity && { sensitivity }) });
		};
		try {
			decodeLayout(number, spec, layout, value, note, () => note);
			return nodes;
		} catch (error) {
			if (!(error instanceof Iso8583Error)) throw error;
		}
	}
	return [];
}

/** Parts by the names that profiles give them (docs/host-profiles.md). */
const SENSITIVE_PARTS: Readonly<Record<string, Sensitivity>> = {
	pan: "pan",
	track2: "secret",
	pinData: "secret",
	pinKey: "secret",
	macKey: "secret",
	dataKey: "secret",
};

const SUBFIELD_CODES: Readonly<Record<string, Codes>> = {
	transactionType: TRANSACTION_CODES,
	networkCode: NETWORK_CODES,
	readerCapability: READER_CAPABILITIES,
	iccCondition: IC_CONDITIONS,
};

/** Field 54 (ISO 8583:1987): account type 2, amount type 2, currency 3, sign 1, amount 12; repeated. */
function additionalAmounts(value: string): DecodedNode[] {
	const nodes: DecodedNode[] = [];
	for (const [whole, account, kind, code, sign, amount] of value.matchAll(/(\d\d)(\d\d)(\d{3})([CD])(\d{12})/g)) {
		const known = CURRENCIES[Number(code)];
		const shown = known ? formatAmount(Number(amount), Number(code)) : `${Number(amount)} minor units of ${code}`;
		const what = kind === "01" ? "ledger balance" : kind === "02" ? "available balance" : `amount type ${kind}`;
		nodes.push({
			label: "",
			name: what,
			value: quoted(whole),
			meaning: `${sign === "D" ? "-" : ""}${shown}, ${ACCOUNT_TYPES[account!] ?? `account type ${account}`}`,
		});
	}
	return nodes;
}

function fieldMeaning(number: number, value: string): string | undefined {
	switch (number) {
		case 3:
			return processingCode(value);
		case 4:
			return `${Number(value)} minor units`;
		case 12:
			return value.replace(/^(..)(..)(..)$/, "$1:$2:$3");
		case 13:
		case 15:
			return value.replace(/^(..)(..)$/, "month $1, day $2");
		case 14:
			return value.replace(/^(..)(..)$/, "20$1-$2");
		case 22:
			return [POS_ENTRY_MODES[value.slice(0, 2)], PIN_ENTRY[value[2] ?? ""]].filter(Boolean).join(", ");
		case 25:
			return POS_CONDITIONS[value];
		case 39:
			return RESPONSE_CODES[value] ?? "unknown";
		case 49: {
			const known = CURRENCIES[Number(value)];
			return known && `${known.sign.trim()}, ${known.exponent} decimals`;
		}
		default:
			return undefined;
	}
}

function processingCode(value: string): string {
	const what = TRANSACTION_TYPES[value.slice(0, 2)] ?? "unknown";
	const [from, to] = [ACCOUNT_TYPES[value.slice(2, 4)], ACCOUNT_TYPES[value.slice(4, 6)]];
	return `${what}, ${from ?? "unknown account"}${value.slice(4, 6) === "00" ? "" : ` to ${to ?? "unknown account"}`}`;
}
