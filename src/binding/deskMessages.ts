import { type CborValue, decodeDeterministic, encodeDeterministic } from "../bytes/cbor.js";
import { BindingError } from "./bindingError.js";
import { signed } from "./certificates.js";
import { bytes, type Codec, type Decoded, integer, record, text, time } from "./codec.js";

/**
 * What a terminal and its acquirer's binding desk say to one another (docs/binding.md). A conversation is four frames:
 * hello, challenge, request, answer; each frame is a length of 4 bytes and a CBOR array.
 */

/** Why a request is made. Those above the line need the merchant's card and PIN. */
export const PURPOSES = Object.freeze([
	"bind",
	"acceptFees",
	"refund",
	"release",
	"exportBackup",
	// -----
	"confirm",
	"status",
	"statement",
	"unbind",
	"erased",
] as const);
export type Purpose = (typeof PURPOSES)[number];

/** What the desk says no with; each has words on the display. */
export const REFUSALS = Object.freeze([
	"terminalUnknown",
	"terminalTampered",
	"codeWrong",
	"codeUsed",
	"codeExpired",
	"codeLocked",
	"merchantClosed",
	"licenceInvalid",
	"cardUnknown",
	"cardNotGenuine",
	"pinMissing",
	"pinWrong",
	"pinBlocked",
	"cardRefused",
	"notOwner",
	"notBound",
	"stale",
	"malformed",
] as const);
export type DeskRefusal = (typeof REFUSALS)[number];

const message = bytes(1, 16_384);
const nonce = bytes(16);
const serial = text(/^[\x21-\x7e]{1,20}$/, "1 to 20 ASCII characters");

const challenge = record({ serial: [1, serial], nonce: [2, nonce], at: [3, time] });
export type Challenge = Decoded<typeof challenge>;

/** The merchant's card: its number and PIN sealed to the acquirer, its cryptogram over the challenge. */
const cardProof = record({ sealed: [1, bytes(48, 512)], iccData: [2, bytes(1, 255)] });
export type CardProof = Decoded<typeof cardProof>;

const request = record({
	purpose: [1, oneOf(PURPOSES, "a purpose")],
	serial: [2, serial],
	nonce: [3, nonce],
	signingKey: [4, bytes(32)],
	agreementKey: [5, bytes(32)],
	/** Of the last loading of keys. */
	keySequence: [6, integer(0, 0xffff_ffff)],
	/** Of a binding: what state the terminal is in (src/keys/attestation.ts). */
	attestation: [7, bytes(64, 4_096), "optional"],
	card: [8, cardProof, "optional"],
	/** Of what the purpose is about: a certificate, an offer, a transaction. SHA-256. */
	subject: [9, bytes(32), "optional"],
	/** Of a statement. */
	batch: [10, integer(1, 999_999), "optional"],
	/** Of an end: the certificate of erasure. */
	erasure: [11, message, "optional"],
});
export type DeskRequest = Decoded<typeof request>;

const MOST_SUM_MINOR = 1_000_000_000_000;
const sum = integer(-MOST_SUM_MINOR, MOST_SUM_MINOR);
/** A settled batch in the acquirer's books, minor units. */
const statement = record({
	grossMinor: [1, sum],
	feeMinor: [2, sum],
	netMinor: [3, sum],
	creditOn: [4, text(/^[0-9]{4}-[0-9]{2}-[0-9]{2}$/, "a day, YYYY-MM-DD")],
});
export type Statement = Decoded<typeof statement>;

const answer = record({
	/** SHA-256 of the request's message. */
	request: [1, bytes(32)],
	refusal: [2, oneOf(REFUSALS, "a refusal"), "optional"],
	certificate: [3, message, "optional"],
	/** "key loading 1" of docs/keys.md, and its sequence number. */
	keyMessage: [4, message, "optional"],
	keySequence: [5, integer(1, 0xffff_ffff), "optional"],
	revocations: [6, message, "optional"],
	offer: [7, message, "optional"],
	statement: [8, statement, "optional"],
});
export type DeskAnswer = Decoded<typeof answer>;

/** What is sealed to the acquirer, as CBOR. */
export const sealedCard = record({
	/** Of a binding: the one-time code from the bank. */
	activationCode: [1, text(/^[0-9]{10}$/, "10 digits"), "optional"],
	pan: [2, text(/^[0-9]{13,19}$/, "13 to 19 digits")],
	panSequence: [3, integer(0, 99)],
	expiryYymm: [4, text(/^[0-9]{4}$/, "4 digits")],
	/** A PIN block of its own box, see `sealedPinKeys`; absent when the chip has checked the PIN. */
	pinBlock: [5, bytes(56), "optional"],
});
export type SealedCard = Decoded<typeof sealedCard>;

export const challenges = signed("binding challenge", challenge);
export const deskRequests = signed("binding request", request);
export const deskAnswers = signed("binding answer", answer);

export function encodeSealedCard(card: SealedCard): Uint8Array {
	return encodeDeterministic(sealedCard.encode(card));
}

/** @throws {BindingError} */
export function decodeSealedCard(plain: Uint8Array): SealedCard {
	return sealedCard.decode(items(plain), "sealed card");
}

/** First frame of the terminal. */
export const hellos = frame("hello", serial);
/** First frame of the desk: its certificate and its challenge. */
export const greetings = pair("greeting", message, message);
/** Second frames: one signed message each. */
export const requestFrames = frame("request", message);
export const answerFrames = frame("answer", message);

function frame<T>(name: string, content: Codec<T>) {
	return Object.freeze({
		encode: (value: T) => encodeDeterministic([name, content.encode(value)]),
		/** @throws {BindingError} */
		decode: (bytes: Uint8Array) => content.decode(parts(bytes, name, 2)[1]!, name),
	});
}

function pair<A, B>(name: string, first: Codec<A>, second: Codec<B>) {
	return Object.freeze({
		encode: (a: A, b: B) => encodeDeterministic([name, first.encode(a), second.encode(b)]),
		/** @throws {BindingError} */
		decode(bytes: Uint8Array) {
			const [, a, b] = parts(bytes, name, 3);
			return [first.decode(a!, name), second.decode(b!, name)] as const;
		},
	});
}

function parts(bytes: Uint8Array, name: string, count: number): readonly CborValue[] {
	const found = items(bytes);
	if (!Array.isArray(found) || found.length !== count || found[0] !== name)
		throw new BindingError(`the frame is no ${name}`);
	return found as readonly CborValue[];
}

function items(bytes: Uint8Array): CborValue {
	try {
		return decodeDeterministic(bytes);
	} catch (error) {
		throw new BindingError((error as Error).message);
	}
}

function oneOf<const T extends string>(all: readonly T[], what: string): Codec<T> {
	return text(new RegExp(`^(?:${all.join("|")})$`), what) as Codec<string> as Codec<T>;
}
