import { asciiBytes, concat, equal, wipe } from "../../src/bytes/bytes.js";
import { padMethod1, padMethod2 } from "../../src/crypto/mac.js";
import type { Crypto } from "../../src/ports.js";
import {
	applicationCryptogram,
	arpcMethod1,
	arpcMethod2,
	type CryptogramTransaction,
	commonSessionKey,
	cryptogramInput,
	ISSUER_AUTHENTICATION_DATA_LENGTH,
	iccMasterKeyOptionA,
	iccMasterKeyOptionB,
	verifyIssuerAuthenticationData,
} from "./cryptogram.js";

/**
 * How an application makes its cryptograms and knows its issuer. Card and issuer both read this table; the issuer learns
 * the version from the issuer application data (9F10).
 */
export interface CryptogramVersion {
	/** Bytes of 9F10 in front of the card verification results. */
	readonly iadHead: readonly number[];
	/** Bytes of the card verification results in 9F10. */
	readonly cvrLength: 4 | 5;
	/** The results tell of the scripts of earlier transactions. */
	readonly countsScripts: boolean;
	/** Length of 9F10; what follows the results is filled by the card. */
	readonly iadLength: number;
	/** How the card's keys come from the issuer's (EMV 4.4 Book 2, A1.4). */
	readonly derivation: "option A" | "option B";
	/** Under which key: the card's own, or one for each transaction (EMV 4.4 Book 2, A1.3.1). */
	readonly key: "master" | "session";
	/** What of 9F10 is covered: the card verification results, or all of it. */
	readonly covers: "cvr" | "iad";
	/** ISO/IEC 9797-1. */
	readonly padding: 1 | 2;
	/** How the issuer proves itself (EMV 4.4 Book 2, 8.2). */
	readonly arpcMethod: 1 | 2;
}

export const CRYPTOGRAM_VERSIONS = Object.freeze({
	/** Kassa's own, by the custom of UnionPay debit cards. */
	"CVN 01": version({ iadHead: [0x07, 0x01, 0x01], iadLength: 8, key: "session", covers: "cvr", padding: 2 }),
	/** Visa (VIS 1.4): the card's own key, zeros as padding. */
	"CVN 10": version({ iadHead: [0x06, 0x01, 0x0a], iadLength: 7, key: "master", covers: "cvr", padding: 1 }),
	/** Visa (VIS 1.5), with the session keys of EMV. */
	"CVN 18": version({
		iadHead: [0x06, 0x01, 0x12],
		iadLength: 7,
		key: "session",
		covers: "iad",
		padding: 2,
		arpcMethod: 2,
		derivation: "option B",
	}),
	/** Common core definitions (EMV 4.4 Book 3, Annex C9): format A, version 5, triple DES. */
	CCD: version({
		iadHead: [0x0f, 0xa5, 0x01],
		cvrLength: 5,
		countsScripts: true,
		iadLength: 32,
		key: "session",
		covers: "iad",
		padding: 2,
		arpcMethod: 2,
	}),
} as const);
export type CryptogramVersionName = keyof typeof CRYPTOGRAM_VERSIONS;

type Optional = "cvrLength" | "countsScripts" | "arpcMethod" | "derivation";
function version(parts: Omit<CryptogramVersion, Optional> & Partial<CryptogramVersion>): CryptogramVersion {
	return Object.freeze({
		cvrLength: 4,
		countsScripts: false,
		arpcMethod: 1,
		derivation: "option A",
		...parts,
	} as const);
}

/** The issuer's view. @param iad 9F10 @returns undefined when no version is known that writes such data */
export function cryptogramVersionOf(iad: Uint8Array): CryptogramVersion | undefined {
	// The second byte of Visa's and UnionPay's layout is an index of the issuer's keys, of which there is one; behind it all
	// an issuer may have data of its own.
	return Object.values(CRYPTOGRAM_VERSIONS).find(
		({ iadHead, iadLength }) => iad.length >= iadLength && iadHead.every((byte, i) => iad[i] === byte),
	);
}

/** A card's key of 16 bytes under the issuer's. @param pan digits @param panSequence 5F34 */
export function iccMasterKey(
	crypto: Crypto,
	{ derivation }: CryptogramVersion,
	issuerMasterKey: Uint8Array,
	pan: string,
	panSequence: number,
): Uint8Array {
	const derive = derivation === "option A" ? iccMasterKeyOptionA : iccMasterKeyOptionB;
	return derive(crypto, issuerMasterKey, pan, panSequence);
}

/** The key of this transaction's cryptograms; the caller wipes it. @param atc 9F36, 2 bytes */
export function cryptogramKey(
	crypto: Crypto,
	{ key }: CryptogramVersion,
	masterKey: Uint8Array,
	atc: Uint8Array,
): Uint8Array {
	return key === "master" ? masterKey.slice() : commonSessionKey(crypto, masterKey, atc);
}

/** TC, ARQC or AAC of this version. @param key from `cryptogramKey` @throws {RangeError} when a data object has the wrong length */
export function versionedCryptogram(
	crypto: Crypto,
	{ covers, padding }: CryptogramVersion,
	key: Uint8Array,
	transaction: CryptogramTransaction,
): Uint8Array {
	const input = cryptogramInput(transaction);
	// `cryptogramInput` ends in the 4 bytes of card verification results.
	const data = covers === "cvr" ? input : concat(input.subarray(0, -4), transaction.iad);
	return applicationCryptogram(crypto, key, data, padding === 1 ? padMethod1 : padMethod2);
}

/** What an issuer says to the card beside "it is me". */
export interface IssuerWord {
	/** Field 39, two characters. */
	readonly responseCode: string;
	readonly approves: boolean;
}

/** Tag 91 as the issuer makes it (EMV 4.4 Book 2, 8.2). */
export function issuerAuthenticationData(
	crypto: Crypto,
	{ arpcMethod }: CryptogramVersion,
	key: Uint8Array,
	arqc: Uint8Array,
	{ responseCode, approves }: IssuerWord,
): Uint8Array {
	if (arpcMethod === 1) {
		const arc = asciiBytes(responseCode);
		return concat(arpcMethod1(crypto, key, arqc, arc), arc);
	}
	const status = Uint8Array.of(0, approves ? CSU_B2_APPROVES | CSU_B2_COUNTERS_TO_ZERO : 0, 0, 0);
	return concat(arpcMethod2(crypto, key, arqc, status, new Uint8Array(0)), status);
}

/** Lengths of tag 91 that a card of this version takes. */
export function issuerAuthenticationLengths({ arpcMethod }: CryptogramVersion): { least: number; most: number } {
	const length = ISSUER_AUTHENTICATION_DATA_LENGTH;
	return arpcMethod === 1 ? { least: length, most: length } : { least: 8, most: 16 };
}

/** What the card learns from a right tag 91: the card status update of ARPC method 2; empty with method 1. */
export type CardStatusUpdate = Uint8Array;

/** The card's check of tag 91. @returns undefined when it is not the issuer's answer to this ARQC */
export function verifyIssuer(
	crypto: Crypto,
	cryptogramVersion: CryptogramVersion,
	key: Uint8Array,
	arqc: Uint8Array,
	data: Uint8Array,
): CardStatusUpdate | undefined {
	if (cryptogramVersion.arpcMethod === 1)
		return verifyIssuerAuthenticationData(crypto, key, arqc, data) ? new Uint8Array(0) : undefined;
	const { least, most } = issuerAuthenticationLengths(cryptogramVersion);
	if (data.length < least || data.length > most) return undefined;
	const status = data.slice(4, 8);
	const expected = arpcMethod2(crypto, key, arqc, status, data.subarray(8));
	try {
		return equal(expected, data.subarray(0, 4)) ? status : undefined;
	} finally {
		wipe(expected);
	}
}

/** Byte 2 of the card status update (EMV 4.4 Book 3, Annex C10, for common core cards; VIS 1.5 has the same bits). */
export const CSU_B2_APPROVES = 0x80;
export const CSU_B2_CARD_BLOCK = 0x40;
export const CSU_B2_APPLICATION_BLOCK = 0x20;
export const CSU_B2_UPDATE_PIN_TRY_COUNTER = 0x10;
export const CSU_B2_GO_ONLINE_NEXT = 0x08;
/** Low two bits: what becomes of the counters of offline transactions. */
export const CSU_B2_COUNTERS = 0x03;
export const CSU_B2_COUNTERS_TO_UPPER_LIMIT = 0x01;
export const CSU_B2_COUNTERS_TO_ZERO = 0x02;
export const CSU_B2_COUNTERS_ADD = 0x03;
