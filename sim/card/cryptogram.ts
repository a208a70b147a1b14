import { compressedNumericBytes } from "../../src/bytes/bcd.js";
import { concat, equal, wipe, xor } from "../../src/bytes/bytes.js";
import { formatHex } from "../../src/bytes/hex.js";
import { padMethod2, retailMac } from "../../src/crypto/mac.js";
import type { Crypto } from "../../src/ports.js";

/**
 * Application cryptograms and the keys under them (EMV 4.4 Book 2, 8 and Annex A1). The card and its issuer build
 * both from these functions, so that they can differ only in what they know. Every key has 16 bytes.
 */

/** The data objects that enter a cryptogram (EMV 4.4 Book 2, table 26), each in its coding of Book 3, Annex A. */
export interface CryptogramTransaction {
	/** 9F02, 6 bytes. */
	readonly amountAuthorised: Uint8Array;
	/** 9F03, 6 bytes. */
	readonly amountOther: Uint8Array;
	/** 9F1A, 2 bytes. */
	readonly terminalCountryCode: Uint8Array;
	/** 95, 5 bytes. */
	readonly tvr: Uint8Array;
	/** 5F2A, 2 bytes. */
	readonly transactionCurrencyCode: Uint8Array;
	/** 9A, 3 bytes. */
	readonly transactionDate: Uint8Array;
	/** 9C, 1 byte. */
	readonly transactionType: Uint8Array;
	/** 9F37, 4 bytes. */
	readonly unpredictableNumber: Uint8Array;
	/** 82, 2 bytes. */
	readonly aip: Uint8Array;
	/** 9F36, 2 bytes. */
	readonly atc: Uint8Array;
	/** 9F10, of which the card verification results (bytes 4 to 7) are taken. */
	readonly iad: Uint8Array;
}

/**
 * The ICC master key of one application (EMV 4.4 Book 2, A1.4.1, option A), its bytes of odd parity.
 * @param pan digits
 * @param panSequence 5F34, 0 to 99
 */
export function iccMasterKeyOptionA(
	crypto: Crypto,
	issuerMasterKey: Uint8Array,
	pan: string,
	panSequence: number,
): Uint8Array {
	const digits = (pan + String(panSequence).padStart(2, "0")).slice(-16).padStart(16, "0");
	return diversifiedKey(crypto, issuerMasterKey, compressedNumericBytes(digits));
}

/**
 * As option A, but a PAN of more than 16 digits goes through SHA-1 so that none of its digits is left out
 * (EMV 4.4 Book 2, A1.4.2, option B).
 */
export function iccMasterKeyOptionB(
	crypto: Crypto,
	issuerMasterKey: Uint8Array,
	pan: string,
	panSequence: number,
): Uint8Array {
	if (pan.length <= 16) return iccMasterKeyOptionA(crypto, issuerMasterKey, pan, panSequence);
	const digits = pan + String(panSequence).padStart(2, "0");
	const hash = crypto.sha1(compressedNumericBytes(digits.length % 2 ? `0${digits}` : digits));
	return diversifiedKey(crypto, issuerMasterKey, decimalised(hash));
}

/** The first 16 decimal digits of the hash; where it has fewer, its letters follow as 0 to 5 (A1.4.2, steps 2 and 3). */
function decimalised(hash: Uint8Array): Uint8Array {
	const text = formatHex(hash);
	const letters = [...text.replace(/[0-9]/g, "")].map(letter => String("ABCDEF".indexOf(letter)));
	return compressedNumericBytes((text.replace(/[A-F]/g, "") + letters.join("")).slice(0, 16));
}

/** A1.4.1: the number and its complement, each enciphered. @param y 8 bytes */
function diversifiedKey(crypto: Crypto, issuerMasterKey: Uint8Array, y: Uint8Array): Uint8Array {
	const inverted = y.map(byte => byte ^ 0xff);
	return oddParity(crypto.desEcb(checkedKey(issuerMasterKey), concat(y, inverted), "encipher"));
}

/**
 * A session key (EMV 4.4 Book 2, A1.3.1), its bytes of odd parity.
 * @param r 8 bytes, different for every session
 */
export function sessionKey(crypto: Crypto, masterKey: Uint8Array, r: Uint8Array): Uint8Array {
	if (r.length !== 8) throw new RangeError("the diversification value has 8 bytes");
	const halves = concat(r, r);
	halves[2] = 0xf0;
	halves[10] = 0x0f;
	return oddParity(crypto.desEcb(checkedKey(masterKey), halves, "encipher"));
}

/**
 * The session key for application cryptograms: R is the ATC followed by zeros (EMV 4.4 Book 2, A1.3.1).
 * @param atc 9F36, 2 bytes
 */
export function commonSessionKey(crypto: Crypto, iccMasterKey: Uint8Array, atc: Uint8Array): Uint8Array {
	if (atc.length !== 2) throw new RangeError("the application transaction counter has 2 bytes");
	return sessionKey(crypto, iccMasterKey, concat(atc, new Uint8Array(6)));
}

/**
 * TC, ARQC or AAC (EMV 4.4 Book 2, 8.1.2): a retail MAC of 8 bytes.
 * @param data the unpadded input, from `cryptogramInput`
 * @param pad the padding of ISO/IEC 9797-1; method 2 unless a payment system has its own rule
 */
export function applicationCryptogram(
	crypto: Crypto,
	sessionKey: Uint8Array,
	data: Uint8Array,
	pad: (data: Uint8Array) => Uint8Array = padMethod2,
): Uint8Array {
	return retailMac(crypto, sessionKey, pad(data));
}

/**
 * The authorisation response cryptogram, method 1 (EMV 4.4 Book 2, 8.2.1), 8 bytes.
 * @param arqc 8 bytes
 * @param arc the authorisation response code, 2 bytes as in tag 8A
 */
export function arpcMethod1(crypto: Crypto, sessionKey: Uint8Array, arqc: Uint8Array, arc: Uint8Array): Uint8Array {
	if (arqc.length !== 8 || arc.length !== 2) throw new RangeError("an ARPC is made of 8 bytes ARQC and 2 bytes ARC");
	return crypto.desEcb(checkedKey(sessionKey), xor(arqc, concat(arc, new Uint8Array(6))), "encipher");
}

/**
 * The authorisation response cryptogram, method 2 (EMV 4.4 Book 2, 8.2.2), 4 bytes.
 * @param arqc 8 bytes
 * @param cardStatusUpdate 4 bytes
 * @param proprietary proprietary authentication data, 0 to 8 bytes
 */
export function arpcMethod2(
	crypto: Crypto,
	sessionKey: Uint8Array,
	arqc: Uint8Array,
	cardStatusUpdate: Uint8Array,
	proprietary: Uint8Array,
): Uint8Array {
	if (arqc.length !== 8 || cardStatusUpdate.length !== 4 || proprietary.length > 8)
		throw new RangeError("an ARPC is made of 8 bytes ARQC, 4 bytes card status update and at most 8 more");
	return retailMac(crypto, sessionKey, padMethod2(concat(arqc, cardStatusUpdate, proprietary))).slice(0, 4);
}

/**
 * The issuer authentication data (tag 91) that a card expects: ARPC of method 1, then the ARC (EMV 4.4 Book 2, 8.2.1).
 * @returns whether `issuerAuthenticationData` answers this ARQC under this key
 */
export function verifyIssuerAuthenticationData(
	crypto: Crypto,
	sessionKey: Uint8Array,
	arqc: Uint8Array,
	issuerAuthenticationData: Uint8Array,
): boolean {
	if (issuerAuthenticationData.length !== ISSUER_AUTHENTICATION_DATA_LENGTH) return false;
	const arpc = arpcMethod1(crypto, sessionKey, arqc, issuerAuthenticationData.subarray(8));
	try {
		return equal(arpc, issuerAuthenticationData.subarray(0, 8));
	} finally {
		wipe(arpc);
	}
}

/** Bytes in tag 91 for ARPC method 1. */
export const ISSUER_AUTHENTICATION_DATA_LENGTH = 10;

/**
 * The input of an application cryptogram: the recommended minimum set (EMV 4.4 Book 2, 8.1.1, table 26), then the
 * card verification results.
 * @throws {RangeError} when a data object has the wrong length
 */
export function cryptogramInput(transaction: CryptogramTransaction): Uint8Array {
	const { iad } = transaction;
	// CHOICE: the layout of 9F10 is the issuer's; Kassa's cards carry the CVR in bytes 4 to 7 (cardVerificationResults.ts).
	if (iad.length < 7) throw new RangeError("iad is too short for the card verification results");
	const parts = INPUT_ORDER.map(([name, length]) => {
		if (transaction[name].length !== length) throw new RangeError(`${name} must have ${length} bytes`);
		return transaction[name];
	});
	return concat(...parts, iad.subarray(3, 7));
}

const INPUT_ORDER = Object.freeze([
	["amountAuthorised", 6],
	["amountOther", 6],
	["terminalCountryCode", 2],
	["tvr", 5],
	["transactionCurrencyCode", 2],
	["transactionDate", 3],
	["transactionType", 1],
	["unpredictableNumber", 4],
	["aip", 2],
	["atc", 2],
] as const);

function checkedKey(key: Uint8Array): Uint8Array {
	if (key.length !== 16) throw new RangeError("a key of cryptograms has 16 bytes");
	return key;
}

/** Sets the lowest bit of each byte so that the byte has an odd number of ones (ANSI X3.92); changes `key`. */
export function oddParity(key: Uint8Array): Uint8Array {
	for (let i = 0; i < key.length; i++) {
		let ones = 0;
		for (let bits = key[i]! >> 1; bits; bits >>= 1) ones += bits & 1;
		key[i] = (key[i]! & 0xfe) | (~ones & 1);
	}
	return key;
}
