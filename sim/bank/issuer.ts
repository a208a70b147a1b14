import { numericValue } from "../../src/bytes/bcd.js";
import { asciiBytes, concat, equal, readUint, wipe } from "../../src/bytes/bytes.js";
import type { Crypto } from "../../src/ports.js";
import {
	applicationCryptogram,
	arpcMethod1,
	type CryptogramTransaction,
	commonSessionKey,
	cryptogramInput,
	iccMasterKeyOptionA,
} from "../card/cryptogram.js";
import type { ScriptTransaction, SecureMessagingMasterKeys } from "../card/secureMessaging.js";
import { tlv } from "../card/tlv.js";
import type { Account, Accounts } from "./accounts.js";
import { encodeIssuerScript, type ScriptOrder } from "./issuerScript.js";
import { pinIsRight } from "./pinData.js";

/** What the acquirer passes on to the issuer. */
export interface IssuerRequest {
	readonly pan: string;
	readonly panSequence: number;
	readonly amountMinor: number;
	readonly currency: number;
	/** Both YYMM: of the card, and of the day at the bank. */
	readonly expiry: string;
	readonly today: string;
	/** Enciphered PIN block, 8 bytes; undefined when no PIN was sent. */
	readonly pinData: Uint8Array | undefined;
	/** Data objects of field 55 by tag. */
	readonly iccData: ReadonlyMap<string, Uint8Array>;
}

export interface IssuerDecision {
	/** Field 39. */
	readonly responseCode: string;
	/** Field 55: tag 91, then a script if one is ordered; undefined unless the card proved itself. */
	readonly iccData: Uint8Array | undefined;
}

export interface IssuerKeys {
	/** PIN key, 16 bytes. */
	readonly pik: Uint8Array;
	/** Issuer master key for application cryptograms, 16 bytes. */
	readonly issuerMasterKeyAc: Uint8Array;
	/** Issuer master keys for secure messaging, 16 bytes each; without them the issuer sends no scripts. */
	readonly secureMessaging?: SecureMessagingMasterKeys;
}

const CID_ARQC = 0x80;

/** The issuer of the test cards: cryptogram, expiry, PIN, balance, in that order. */
export class Issuer {
	readonly #crypto: Crypto;
	readonly #keys: IssuerKeys;
	readonly #accounts: Accounts;
	/** The first ordered is the first sent. */
	readonly #scripts: ScriptOrder[] = [];

	constructor(crypto: Crypto, keys: IssuerKeys, accounts: Accounts) {
		this.#crypto = crypto;
		this.#keys = keys;
		this.#accounts = accounts;
	}

	/** @throws {Error} when the issuer has no keys for scripts */
	orderScript(order: ScriptOrder): void {
		if (!this.#keys.secureMessaging) throw new Error("the bank has no keys for issuer scripts");
		this.#scripts.push(order);
	}

	/** Does not move money: what is decided here is booked with the answer. */
	decide(request: IssuerRequest): IssuerDecision {
		const account = this.#accounts.find(request.pan);
		if (!account) return refused("14");
		const cryptogram = cryptogramOf(request.iccData);
		if (!cryptogram) return refused("30");
		if (numericValue(cryptogram.data.amountAuthorised) !== request.amountMinor) return refused("13");
		if (numericValue(cryptogram.data.transactionCurrencyCode) !== request.currency) return refused("12");

		const master = iccMasterKeyOptionA(this.#crypto, this.#keys.issuerMasterKeyAc, request.pan, request.panSequence);
		const session = commonSessionKey(this.#crypto, master, cryptogram.data.atc);
		try {
			const expected = applicationCryptogram(this.#crypto, session, cryptogramInput(cryptogram.data));
			if (!equal(expected, cryptogram.arqc)) return refused("05");
			// A cryptogram proves the card once: one with a counter already seen was copied.
			const application = `${request.pan} ${request.panSequence}`;
			if (!this.#accounts.useAtc(application, readUint(cryptogram.data.atc))) return refused("05");
			const responseCode = this.#judge(account, request);
			const arc = asciiBytes(responseCode);
			const arpc = arpcMethod1(this.#crypto, session, cryptogram.arqc, arc);
			const script = this.#orderedScript(request, { atc: cryptogram.data.atc, cryptogram: cryptogram.arqc });
			return { responseCode, iccData: concat(tlv("91", concat(arpc, arc)), script) };
		} finally {
			wipe(master, session);
		}
	}

	/** The script for this card whose turn it is, as a data object; empty without one. */
	#orderedScript({ pan, panSequence }: IssuerRequest, transaction: ScriptTransaction): Uint8Array {
		const at = this.#scripts.findIndex(order => order.pan === undefined || order.pan === pan);
		if (at < 0) return new Uint8Array(0);
		const order = this.#scripts.splice(at, 1)[0]!;
		const { integrity, confidentiality } = this.#keys.secureMessaging!;
		const derive = (key: Uint8Array) => iccMasterKeyOptionA(this.#crypto, key, pan, panSequence);
		const masterKeys = { integrity: derive(integrity), confidentiality: derive(confidentiality) };
		try {
			return encodeIssuerScript(this.#crypto, masterKeys, transaction, order);
		} finally {
			wipe(masterKeys.integrity, masterKeys.confidentiality);
		}
	}

	/** Only after the card is known to be there, so that nobody tries PINs without it. */
	#judge(account: Account, { pinData, amountMinor, expiry, today }: IssuerRequest): string {
		if (expiry < today) return "54"; // valid through its last month
		if (pinData && !pinIsRight(this.#crypto, this.#keys.pik, pinData, account.pan, account.pin)) return "55";
		return account.balanceMinor < amountMinor ? "51" : "00";
	}
}

function refused(responseCode: string): IssuerDecision {
	return { responseCode, iccData: undefined };
}

interface Cryptogram {
	readonly arqc: Uint8Array;
	readonly data: CryptogramTransaction;
}

/** The request cryptogram and what it was made over; undefined when field 55 does not hold one. */
function cryptogramOf(iccData: ReadonlyMap<string, Uint8Array>): Cryptogram | undefined {
	const arqc = iccData.get("9F26");
	const cid = iccData.get("9F27");
	if (arqc?.length !== 8 || cid?.length !== 1 || cid[0] !== CID_ARQC) return undefined;
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
	return { arqc, data };
}
