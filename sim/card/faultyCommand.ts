import { concat, uintBytes } from "../../src/bytes/bytes.js";
import { parseHex } from "../../src/bytes/hex.js";
import { bigIntOf, bytesOf, modPow } from "../../src/crypto/rsa.js";
import type { CardContext } from "./cardContext.js";
import { type CardFault, type CardFaultName, type CommandFaultName, concerns, INSTRUCTIONS } from "./cardFault.js";
import { type CardResponse, type LineFault, refusal } from "./command.js";
import type { CommandHeader } from "./commandHeader.js";
import type { ApplicationPersonalisation } from "./personalisation.js";
import { rsaPrivate } from "./rsaPrivateKey.js";
import { SW_6985_CONDITIONS_NOT_SATISFIED } from "./statusWord.js";
import { type DataObject, decodeTlv, tlv } from "./tlv.js";

/** One command on its way through a faulty card. */
export interface FaultyExchange {
	readonly card: CardContext;
	readonly header: CommandHeader;
	/** What the card would answer, to this header or another. */
	run(header?: CommandHeader): CardResponse;
}

/** Runs the command through every fault that its turn and instruction call for. */
export function runWithFaults(
	faults: readonly CardFault[],
	count: number,
	{ card, header, run }: FaultyExchange,
): CardResponse {
	const hits = faults.filter(fault => concerns(fault, count, header.ins));
	const whole = hits.reduce((inner, fault) => {
		const behaviour = BEHAVIOURS[fault.fault];
		return behaviour ? asked => behaviour({ card, header: asked ?? header, run: inner }, fault) : inner;
	}, run);
	return whole(header);
}

type FaultyBehaviour = (exchange: FaultyExchange, fault: CardFault) => CardResponse;

const BEHAVIOURS: Readonly<Partial<Record<CardFaultName, FaultyBehaviour>>> = Object.freeze({
	/** Gives no more answers until the next reset. */
	mute: breakLine("mute"),
	/** Asks for time for ever: procedure byte 60 (ISO/IEC 7816-3, 10.3.3). */
	"endless-60": breakLine("endless 60"),
	/** Promises more data for ever. */
	"endless-61": breakLine("endless 61"),
	/** Finds every length wrong. */
	"endless-6c": breakLine("endless 6C"),
	/** Takes its time and asks for none. */
	slow: ({ run }, { etu }) => ({ ...run(), delayEtu: etu! }),
	"status-word": (_, { statusWord }) => refusal(Number.parseInt(statusWord!, 16)),

	/** SELECT NEXT always finds one more application. */
	"next-without-end": ({ header, run }) => run(header.ins === INSTRUCTIONS.SELECT ? { ...header, p2: 0 } : header),
	/** FCI with the name of another application. */
	"foreign-df-name": ({ run }) =>
		edit(run(), object => (object.tag === "84" ? [{ ...object, value: parseHex("F0000000FF0001") }] : [object])),
	/** GET PROCESSING OPTIONS of the first application: 6985 (EMV 4.4 Book 3, 6.5.8.5). */
	"first-application-unavailable": ({ card, header, run }) =>
		header.ins === INSTRUCTIONS["GET PROCESSING OPTIONS"] &&
		card.application?.personalisation === card.personalisation.applications[0]
			? refusal(SW_6985_CONDITIONS_NOT_SATISFIED)
			: run(),

	/** As many bytes as before, none of them right. */
	garbage: ({ run }) => withData(run(), data => data.map(byte => byte ^ 0xa5)),
	/** The outermost object ends one byte behind the answer. */
	"wrong-length": ({ run }) => withData(run(), data => data.map((byte, i) => (i === lengthAt(data) ? byte + 1 : byte))),
	/** A template of 1000 bytes, more than a response may have. */
	oversized: ({ run }) =>
		withData(run(), data => {
			const value = new Uint8Array(1000);
			value.set(data.subarray(lengthAt(data) + 1));
			return concat(data.subarray(0, 1), Uint8Array.of(0x82, 0x03, 0xe8), value);
		}),
	"repeated-tag": ({ run }, { tag }) => edit(run(), object => (object.tag === tag ? [object, object] : [object])),
	/** A data object with other bytes in its value, or with a value of another length. */
	fuzz: ({ header, run }, fault) => fuzz(header.ins, run(), fault),
	"missing-tag": ({ run }, { tag }) => edit(run(), object => (object.tag === tag ? [] : [object])),

	/** Forgets the signature that the terminal asked for in GENERATE AC. */
	"unsigned-cda": ({ header, run }) =>
		run(header.ins === INSTRUCTIONS["GENERATE AC"] ? { ...header, p1: header.p1 & ~0x10 } : header),
	/** A TC, whatever was asked for: more than the terminal allowed (EMV 4.4 Book 3, 9.3). */
	"upgraded-cryptogram": withCryptogramInformation(0x40),
	/** A cryptogram of the type that is reserved (EMV 4.4 Book 3, 6.5.5.4, table 14). */
	"reserved-cid": withCryptogramInformation(0xc0),
	/** Signatures made with another key than the one in the certificate. */
	"foreign-signature": ({ card, header, run }) =>
		edit(run(), object => {
			const isSignature =
				object.tag === "9F4B" || (object.tag === "80" && header.ins === INSTRUCTIONS["INTERNAL AUTHENTICATE"]);
			const { personalisation } = card.application ?? {};
			return [isSignature && personalisation ? { ...object, value: resign(personalisation, object.value) } : object];
		}),
} as const satisfies Record<CommandFaultName, FaultyBehaviour>);

/** What the values of a template 80 are (EMV 4.4 Book 3, 6.5.5.4, 6.5.8.4 and 6.5.9.4): tag and length, the last takes the rest. */
const FORMAT_1: Readonly<Record<number, readonly (readonly [tag: string, length: number])[]>> = Object.freeze({
	[INSTRUCTIONS["GENERATE AC"]]: [
		["9F27", 1],
		["9F36", 2],
		["9F26", 8],
		["9F10", Number.POSITIVE_INFINITY],
	],
	[INSTRUCTIONS["GET PROCESSING OPTIONS"]]: [
		["82", 2],
		["94", Number.POSITIVE_INFINITY],
	],
	[INSTRUCTIONS["INTERNAL AUTHENTICATE"]]: [["9F4B", Number.POSITIVE_INFINITY]],
});

function fuzz(
	ins: number,
	response: CardResponse,
	{ tag: fuzzed, offset = 0, value = "", length }: CardFault,
): CardResponse {
	const bytes = parseHex(value);
	const change = (before: Uint8Array) => {
		if (length !== undefined)
			return concat(before.subarray(0, length), new Uint8Array(Math.max(0, length - before.length)));
		const after = before.slice();
		after.set(bytes.subarray(0, Math.max(0, after.length - offset)), Math.min(offset, after.length));
		return after;
	};
	return edit(response, ({ tag, value: whole }) => {
		if (tag === fuzzed) return [{ tag, value: change(whole) }];
		if (tag !== "80") return [{ tag, value: whole }];
		let at = 0;
		const parts = (FORMAT_1[ins] ?? []).map(([name, size]) => {
			const part = whole.subarray(at, at + size);
			at += size;
			return name === fuzzed ? change(part) : part;
		});
		return [{ tag, value: parts.length ? concat(...parts) : whole }];
	});
}

function breakLine(line: LineFault): FaultyBehaviour {
	return ({ run }) => ({ ...run(), line });
}

/** Changes 9F27 in both formats of the answer, and nothing else. */
function withCryptogramInformation(cid: number): FaultyBehaviour {
	return ({ header, run }) => {
		if (header.ins !== INSTRUCTIONS["GENERATE AC"]) return run();
		return edit(run(), object => {
			if (object.tag === "9F27") return [{ ...object, value: Uint8Array.of(cid) }];
			return [
				object.tag === "80" ? { ...object, value: concat(Uint8Array.of(cid), object.value.subarray(1)) } : object,
			];
		});
	};
}

function withData(response: CardResponse, change: (data: Uint8Array) => Uint8Array): CardResponse {
	return response.data.length ? { ...response, data: change(response.data) } : response;
}

/** Passes every primitive object through `change`, however deep it lies. An answer that holds no objects stays as it is. */
function edit(response: CardResponse, change: (object: DataObject) => readonly DataObject[]): CardResponse {
	return withData(response, data => editObjects(data, change) ?? data);
}

function editObjects(bytes: Uint8Array, change: (object: DataObject) => readonly DataObject[]): Uint8Array | undefined {
	const parts = decodeTlv(bytes)?.flatMap(object => {
		const isTemplate = (Number.parseInt(object.tag.slice(0, 2), 16) & 0x20) !== 0;
		if (isTemplate) return [longTlv(object.tag, editObjects(object.value, change) ?? object.value)];
		return change(object).map(({ tag, value }) => longTlv(tag, value));
	});
	return parts && concat(...parts);
}

/** As `tlv`, for values of any length: a faulty card does not keep to what fits a response. */
function longTlv(tag: string, value: Uint8Array): Uint8Array {
	return value.length > 255
		? concat(parseHex(tag), Uint8Array.of(0x82), uintBytes(value.length, 2), value)
		: tlv(tag, value);
}

/** Where the last byte of the first object's length stands; the templates of answers have tags of one byte. */
function lengthAt(data: Uint8Array): number {
	return data[1] === 0x81 ? 2 : 1;
}

/** The same signed message under the card's PIN encipherment key, which is as long as the right one. */
function resign({ iccKey, iccPinKey }: ApplicationPersonalisation, signature: Uint8Array): Uint8Array {
	const modulus = bigIntOf(parseHex(iccKey.modulus));
	const exponent = bigIntOf(parseHex(iccKey.publicExponent));
	const message = modPow(bigIntOf(signature), exponent, modulus);
	return rsaPrivate(iccPinKey, bytesOf(message, signature.length));
}
