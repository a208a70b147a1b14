import { numericValue } from "../../src/bytes/bcd.js";
import { concat, equal, readUint, wipe } from "../../src/bytes/bytes.js";
import type { Crypto } from "../../src/ports.js";
import { type CryptogramTransaction, cryptogramInput } from "../card/cryptogram.js";
import {
	type CryptogramVersion,
	cryptogramKey,
	cryptogramVersionOf,
	iccMasterKey,
	issuerAuthenticationData,
	versionedCryptogram,
} from "../card/cryptogramVersion.js";
import type { ScriptTransaction, SecureMessagingMasterKeys } from "../card/secureMessaging.js";
import { tlv } from "../card/tlv.js";
import { type Books, type CardAccount, type CardStatus, PIN_TRIES } from "./books.js";
import { encodeIssuerScript, type ScriptOrder } from "./issuerScript.js";
import { RESPONSE } from "./responseCode.js";

/** What the acquirer passes on to the issuer. */
export interface IssuerRequest {
	readonly pan: string;
	readonly panSequence: number;
	readonly amountMinor: number;
	readonly currency: number;
	/** Of the card, YYMM; undefined when it is not looked at. */
	readonly expiry: string | undefined;
	/** YYMM of the day at the bank. */
	readonly today: string;
	/** Whether the PIN that came with the request is this one; undefined when no PIN was sent. */
	readonly pinIsRight: ((pin: string) => boolean) | undefined;
	/** Data objects of field 55 by tag. */
	readonly iccData: ReadonlyMap<string, Uint8Array>;
	readonly proof: Proof;
}

/**
 * The cryptogram that the card must have given: a request (ARQC), a certificate of an offline approval (TC), or none that
 * is asked for, where one that came must be right all the same.
 */
export type Proof = "arqc" | "tc" | "none";

/** What speaks against the request beside card and PIN; undefined when nothing does. */
export type Judge = (card: CardAccount) => string | undefined;

export interface IssuerDecision {
	/** Field 39. */
	readonly responseCode: string;
	/** Field 55: tag 91, then a script if one is ordered; undefined unless the card proved itself. */
	readonly iccData: Uint8Array | undefined;
}

export interface IssuerKeys {
	/** Issuer master key for application cryptograms, 16 bytes. */
	readonly issuerMasterKeyAc: Uint8Array;
	/** Issuer master keys for secure messaging, 16 bytes each; without them the issuer sends no scripts. */
	readonly secureMessaging?: SecureMessagingMasterKeys;
}

/** First two bits of the CID (EMV 4.4 Book 3, 6.5.5.4). */
const CIDS: Readonly<Record<Proof, readonly number[]>> = Object.freeze({
	arqc: [0x80],
	tc: [0x40],
	none: [0x00, 0x40, 0x80],
});

/** The issuer of the test cards: cryptogram, status, expiry, PIN, then what `judge` says, in that order. */
export class Issuer {
	readonly #crypto: Crypto;
	readonly #keys: IssuerKeys;
	readonly #books: Books;
	/** The first ordered is the first sent. */
	readonly #scripts: ScriptOrder[] = [];

	constructor(crypto: Crypto, keys: IssuerKeys, books: Books) {
		this.#crypto = crypto;
		this.#keys = keys;
		this.#books = books;
	}

	/** @throws {Error} when the issuer has no keys for scripts */
	orderScript(order: ScriptOrder): void {
		if (!this.#keys.secureMessaging) throw new Error("the bank has no keys for issuer scripts");
		this.#scripts.push(order);
	}

	/** Does not move money: what is decided here is booked with the answer. */
	decide(request: IssuerRequest, judge: Judge = () => undefined): IssuerDecision {
		const card = this.#books.card(request.pan);
		if (!card) return refused(RESPONSE.unknownCard);
		if (request.proof === "none" && !request.iccData.has("9F26"))
			return { responseCode: this.#judge(card, request, judge), iccData: undefined };
		const cryptogram = cryptogramOf(request.iccData, CIDS[request.proof]);
		if (!cryptogram) return refused(RESPONSE.formatError);
		if (request.proof !== "none") {
			if (numericValue(cryptogram.data.amountAuthorised) !== request.amountMinor)
				return refused(RESPONSE.invalidAmount);
			if (numericValue(cryptogram.data.transactionCurrencyCode) !== request.currency)
				return refused(RESPONSE.invalidTransaction);
		}

		const { version, data, ac } = cryptogram;
		const { pan, panSequence } = request;
		const master = iccMasterKey(this.#crypto, version, this.#keys.issuerMasterKeyAc, pan, panSequence);
		const key = cryptogramKey(this.#crypto, version, master, data.atc);
		try {
			const expected = versionedCryptogram(this.#crypto, version, key, data);
			if (!equal(expected, ac)) return refused(RESPONSE.doNotHonour);
			// A cryptogram proves the card once: one with a counter already seen was copied.
			const application = `${pan} ${panSequence}`;
			const order = request.proof === "arqc" ? "rising" : "any";
			// Where none is asked for, it may be the second one of a card whose first has proved it.
			const isNew = () => this.#books.useAtc(application, readUint(data.atc), order);
			if (request.proof !== "none" && !isNew()) return refused(RESPONSE.doNotHonour);
			const responseCode = this.#judge(card, request, judge);
			if (!cryptogram.isRequest) return { responseCode, iccData: undefined };
			const script = this.#script(card, request, version, { atc: data.atc, cryptogram: ac });
			const iccData = concat(this.#proof(card, version, key, ac, responseCode), script);
			return { responseCode, iccData: iccData.length ? iccData : undefined };
		} finally {
			wipe(master, key);
		}
	}

	/** The data object 91; empty where the issuer keeps it to itself. */
	#proof(
		{ behaviour }: CardAccount,
		version: CryptogramVersion,
		key: Uint8Array,
		arqc: Uint8Array,
		responseCode: string,
	): Uint8Array {
		if (behaviour?.authentication === "none") return new Uint8Array(0);
		const word = { responseCode, approves: responseCode === RESPONSE.approved };
		const data = issuerAuthenticationData(this.#crypto, version, key, arqc, word);
		if (behaviour?.authentication === "wrong") data[0]! ^= 0x01;
		return tlv("91", data);
	}

	/** The script for this card: the one that was ordered and whose turn it is, or the one that it always gets; empty without. */
	#script(
		{ behaviour }: CardAccount,
		{ pan, panSequence }: IssuerRequest,
		version: CryptogramVersion,
		transaction: ScriptTransaction,
	): Uint8Array {
		if (!this.#keys.secureMessaging) return new Uint8Array(0);
		const at = this.#scripts.findIndex(order => order.pan === undefined || order.pan === pan);
		const order = at < 0 ? behaviour?.script : this.#scripts.splice(at, 1)[0];
		if (!order) return new Uint8Array(0);
		if (order.commands.some(({ command }) => command === "PIN UNBLOCK" || command === "PIN CHANGE"))
			this.#books.notePin(pan, true);
		const { integrity, confidentiality } = this.#keys.secureMessaging;
		const derive = (key: Uint8Array) => iccMasterKey(this.#crypto, version, key, pan, panSequence);
		const masterKeys = { integrity: derive(integrity), confidentiality: derive(confidentiality) };
		try {
			return encodeIssuerScript(this.#crypto, masterKeys, transaction, order);
		} finally {
			wipe(masterKeys.integrity, masterKeys.confidentiality);
		}
	}

	/** Only after the card is known to be there, so that nobody tries PINs without it. */
	#judge(card: CardAccount, { pinIsRight, expiry, today }: IssuerRequest, judge: Judge): string {
		if (card.behaviour?.responseCode !== undefined) return card.behaviour.responseCode;
		if (card.status !== undefined) return STATUS_CODES[card.status];
		if (expiry !== undefined && expiry < today) return RESPONSE.expiredCard; // valid through its last month
		if (pinIsRight) {
			if (card.pinTriesLeft === 0) return RESPONSE.pinTriesExceeded;
			const right = pinIsRight(card.pin);
			if (!right || card.pinTriesLeft < PIN_TRIES) this.#books.notePin(card.pan, right);
			if (!right) return RESPONSE.wrongPin;
		}
		return judge(card) ?? RESPONSE.approved;
	}
}

const STATUS_CODES: Readonly<Record<CardStatus, string>> = Object.freeze({
	lost: RESPONSE.lostCard,
	stolen: RESPONSE.stolenCard,
	pickUp: RESPONSE.pickUp,
	restricted: RESPONSE.restrictedCard,
	closed: RESPONSE.unknownCard,
});

function refused(responseCode: string): IssuerDecision {
	return { responseCode, iccData: undefined };
}

interface Cryptogram {
	readonly version: CryptogramVersion;
	readonly ac: Uint8Array;
	readonly isRequest: boolean;
	readonly data: CryptogramTransaction;
}

/** The application cryptogram and what it was made over; undefined when field 55 does not hold one of these kinds. */
function cryptogramOf(iccData: ReadonlyMap<string, Uint8Array>, kinds: readonly number[]): Cryptogram | undefined {
	const ac = iccData.get("9F26");
	const cid = iccData.get("9F27");
	if (ac?.length !== 8 || cid?.length !== 1) return undefined;
	const kind = cid[0]! & 0xc0;
	if (!kinds.includes(kind)) return undefined;
	const object = (tag: string) => iccData.get(tag) ?? new Uint8Array(0);
	const data: CryptogramTransaction = {
		amountAuthorised: object("9F02"),
		amountOther: object("9F03"),
		terminalCountryCode: object("9F1A"),
		tvr: object("95"),
		transactionCurrencyCode: object("5F2A"),
		transactionDate: object("9A"),
		transactionType: object("9C"),
		unpredictableNumber: object("9F37"),
		aip: object("82"),
		atc: object("9F36"),
		iad: object("9F10"),
	};
	try {
		cryptogramInput(data);
		numericValue(data.amountAuthorised);
		numericValue(data.transactionCurrencyCode);
	} catch (error) {
		// A data object is missing, has a wrong length or is not numeric.
		if (error instanceof RangeError) return undefined;
		throw error;
	}
	const version = cryptogramVersionOf(data.iad);
	return version && { version, ac, isRequest: kind === 0x80, data };
}
