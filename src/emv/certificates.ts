import { compressedNumericText } from "../bytes/bcd.js";
import { concat, equal } from "../bytes/bytes.js";
import { type RsaPublicKey, rsaRecover } from "../crypto/rsa.js";
import type { Crypto } from "../ports.js";
import { lastDayNumber } from "./date.js";

/**
 * Recovery of the public keys and signed data of offline data authentication (EMV 4.4 Book 2, 5 to 7).
 * Each function returns the reason as one clause when a check of the Book fails.
 */
export type Recovered<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly reason: string };

/** A certificate as the card holds it: the enciphered part, the part of the key that did not fit, the exponent. */
export interface CertificateObjects {
	readonly certificate: Uint8Array | undefined;
	readonly remainder: Uint8Array | undefined;
	readonly exponent: Uint8Array | undefined;
}

const HEADER = 0x6a;
const TRAILER = 0xbc;
const HASH_LENGTH = 20;
const SHA_1 = 0x01;
const RSA = 0x01;

/** Book 2, 6.3 (and 5.3): the issuer's key out of tag 90 with the CA key. @param pan digits; @param today `dayNumber` of the transaction */
export function recoverIssuerPublicKey(
	crypto: Crypto,
	caKey: RsaPublicKey,
	objects: CertificateObjects,
	pan: string,
	today: number,
): Recovered<RsaPublicKey & { serial: Uint8Array }> {
	const opened = openIssuerCertificate(caKey, objects);
	if (!opened.ok) return opened;
	const certificate = opened.value;
	if (!certificateHashHolds(crypto, certificate, [])) return failed("the hash of a certificate differs");
	// 6.3 step 8: 3 to 8 leftmost digits of the PAN, F on the right
	const issuer = compressedNumericText(certificate.identifier);
	if (issuer.length < 3 || !pan.startsWith(issuer)) return failed("the issuer certificate names another issuer");
	const key = certifiedKey(certificate, today);
	return key.ok ? { ok: true, value: { ...key.value, serial: certificate.serial } } : key;
}

/** Book 2, 6.3 steps 1 to 4: what the certificate says, before anything of it is believed. */
export function openIssuerCertificate(caKey: RsaPublicKey, objects: CertificateObjects): Recovered<Certificate> {
	return openCertificate(caKey, objects, { format: 0x02, identifierLength: 4 });
}

/**
 * Book 2, 6.4: the card's key out of tag 9F46 with the issuer's key, and 7.1: the PIN encipherment key out of 9F2D.
 * @param staticData what the certificate covers besides itself, part after part; empty for the PIN encipherment key
 */
export function recoverIccPublicKey(
	crypto: Crypto,
	issuerKey: RsaPublicKey,
	objects: CertificateObjects,
	staticData: readonly Uint8Array[],
	pan: string,
	today: number,
): Recovered<RsaPublicKey> {
	const certificate = openIccCertificate(issuerKey, objects);
	if (!certificate.ok) return certificate;
	if (!certificateHashHolds(crypto, certificate.value, staticData)) return failed("the hash of a certificate differs");
	return checkIccCertificate(certificate.value, pan, today);
}

/** Book 2, 6.4 steps 1 to 4: what the certificate says, before anything of it is believed. */
export function openIccCertificate(issuerKey: RsaPublicKey, objects: CertificateObjects): Recovered<Certificate> {
	return openCertificate(issuerKey, objects, { format: 0x04, identifierLength: 10 });
}

/** Book 2, 6.4 steps 8 to 10: of this PAN, not expired, of an algorithm that the terminal has. */
export function checkIccCertificate(certificate: Certificate, pan: string, today: number): Recovered<RsaPublicKey> {
	if (compressedNumericText(certificate.identifier) !== pan) return failed("the ICC certificate is of another PAN");
	return certifiedKey(certificate, today);
}

/** What tag 93 holds (Book 2, table 7). */
export interface SignedStaticData {
	readonly format: number;
	readonly hashAlgorithm: number;
	/** Tag 9F45. */
	readonly dataAuthenticationCode: Uint8Array;
	readonly hash: Uint8Array;
	/** The signed part as it stands, which the hash covers together with the static data. */
	readonly covered: Uint8Array;
}

/** Book 2, 5.4 steps 1 to 4: opens tag 93. */
export function openSignedStaticData(issuerKey: RsaPublicKey, signed: Uint8Array): Recovered<SignedStaticData> {
	const plain = recoverBlock(issuerKey, signed, 0x03);
	if (!plain.ok) return plain;
	const block = plain.value;
	if (block[2] !== SHA_1) return failed("the signed static data use an unknown hash");
	const dataAuthenticationCode = block.subarray(3, 5);
	return {
		ok: true,
		value: { format: block[1]!, hashAlgorithm: block[2], dataAuthenticationCode, ...hashOf(block) },
	};
}

/** Book 2, 5.4: checks tag 93. @returns the Data Authentication Code, tag 9F45 */
export function verifySignedStaticData(
	crypto: Crypto,
	issuerKey: RsaPublicKey,
	signed: Uint8Array,
	staticData: readonly Uint8Array[],
): Recovered<Uint8Array> {
	const opened = openSignedStaticData(issuerKey, signed);
	if (!opened.ok) return opened;
	const { covered, hash, dataAuthenticationCode } = opened.value;
	if (!equal(crypto.sha1(covered, ...staticData), hash)) return failed("the hash of the static data differs");
	return { ok: true, value: dataAuthenticationCode };
}

/**
 * Book 2, 6.5.2: checks tag 9F4B.
 * @param signedWith what the hash covers after the block itself: the DDOL data
 * @returns ICC Dynamic Data
 */
export function verifySignedDynamicData(
	crypto: Crypto,
	iccKey: RsaPublicKey,
	signed: Uint8Array,
	signedWith: Uint8Array,
): Recovered<Uint8Array> {
	const plain = recoverBlock(iccKey, signed, 0x05);
	if (!plain.ok) return plain;
	const block = plain.value;
	const length = block[3]!;
	if (block[2] !== SHA_1) return failed("the signed dynamic data use an unknown hash");
	if (length > block.length - 25) return failed("the dynamic data are longer than the block");
	const { covered, hash } = hashOf(block);
	if (!equal(crypto.sha1(covered, signedWith), hash)) return failed("the hash of the dynamic data differs");
	return { ok: true, value: block.subarray(4, 4 + length) };
}

/** What a CDA signature holds besides the ICC dynamic number (Book 2, table 19). */
export interface CombinedData {
	/** Tag 9F4C. */
	readonly iccDynamicNumber: Uint8Array;
	/** Tag 9F27. */
	readonly cid: number;
	/** Tag 9F26. */
	readonly applicationCryptogram: Uint8Array;
	readonly transactionDataHash: Uint8Array;
}

/** Book 2, 6.6.2 steps 1 to 9: opens the signature of a GENERATE AC. The transaction data hash is for the caller to compare. */
export function recoverCombinedData(
	crypto: Crypto,
	iccKey: RsaPublicKey,
	signed: Uint8Array,
	unpredictableNumber: Uint8Array,
): Recovered<CombinedData> {
	const verified = verifySignedDynamicData(crypto, iccKey, signed, unpredictableNumber);
	if (!verified.ok) return verified;
	const data = verified.value;
	const numberLength = data[0] ?? 0;
	if (numberLength < 2 || numberLength > 8 || data.length < numberLength + 30)
		return failed("the signed dynamic data are too short for a cryptogram");
	const at = 1 + numberLength;
	const iccDynamicNumber = data.subarray(1, at);
	const applicationCryptogram = data.subarray(at + 1, at + 9);
	const transactionDataHash = data.subarray(at + 9, at + 29);
	return { ok: true, value: { iccDynamicNumber, cid: data[at]!, applicationCryptogram, transactionDataHash } };
}

/** What a public key certificate says of itself (Book 2, tables 6 and 14). */
export interface Certificate {
	/** Issuer identifier of 4 bytes, or application PAN of 10, F on the right. */
	readonly identifier: Uint8Array;
	/** MMYY. */
	readonly expiry: Uint8Array;
	/** 3 bytes. */
	readonly serial: Uint8Array;
	readonly modulus: Uint8Array;
	readonly exponent: Uint8Array;
	readonly hash: Uint8Array;
	/** The certificate as it stands, which the hash covers with what did not fit into it, `rest`, and the exponent. */
	readonly covered: Uint8Array;
	readonly rest: Uint8Array;
}

/** Tables 6 and 14 differ in format byte and identifier only. */
function openCertificate(
	key: RsaPublicKey,
	{ certificate, remainder, exponent }: CertificateObjects,
	layout: { format: number; identifierLength: number },
): Recovered<Certificate> {
	if (!certificate || !exponent) return failed("the card lacks a certificate or its exponent");
	const plain = recoverBlock(key, certificate, layout.format);
	if (!plain.ok) return plain;
	const block = plain.value;
	let at = 2 + layout.identifierLength;
	const identifier = block.subarray(2, at);
	const expiry = block.subarray(at, at + 2);
	const serial = block.subarray(at + 2, at + 5);
	at += 5;
	if (block[at] !== SHA_1) return failed("a certificate uses an unknown hash");
	if (block[at + 1] !== RSA) return failed("a certificate is not of an RSA key");
	const keyLength = block[at + 2]!;
	const start = at + 4;
	const room = block.length - HASH_LENGTH - 1 - start;
	const rest = keyLength > room ? remainder : new Uint8Array(0);
	if (!rest || rest.length !== Math.max(0, keyLength - room)) return failed("a key's remainder has the wrong length");
	const leftmost = block.subarray(start, start + Math.min(room, keyLength));
	const modulus = rest.length ? concat(leftmost, rest) : leftmost;
	const { hash, covered } = hashOf(block);
	return { ok: true, value: { identifier, expiry, serial, modulus, exponent, hash, covered, rest } };
}

/** @param staticData what an ICC certificate covers besides itself; empty for others */
function certificateHashHolds(crypto: Crypto, certificate: Certificate, staticData: readonly Uint8Array[]): boolean {
	const { covered, rest, exponent, hash } = certificate;
	return equal(crypto.sha1(covered, rest, exponent, ...staticData), hash);
}

function certifiedKey({ expiry, modulus, exponent }: Certificate, today: number): Recovered<RsaPublicKey> {
	if (isExpired(expiry, today)) return failed("a certificate has expired");
	const value = exponentValue(exponent);
	if (value === undefined) return failed("a key's exponent is neither 3 nor 65537");
	return { ok: true, value: { modulus, exponent: value } };
}

/** Header, format and trailer (Book 2, 6.3 steps 1 to 4). */
function recoverBlock(key: RsaPublicKey, signed: Uint8Array, format: number): Recovered<Uint8Array> {
	if (signed.length !== key.modulus.length) return failed("signed data are not as long as the key");
	let block: Uint8Array;
	try {
		block = rsaRecover(key, signed);
	} catch (error) {
		if (error instanceof RangeError) return failed("signed data are not below the modulus");
		throw error;
	}
	if (block.length < 36 || block[0] !== HEADER || block[1] !== format || block[block.length - 1] !== TRAILER)
		return failed("signed data are not of the expected kind or were made with another key");
	return { ok: true, value: block };
}

/** A signed block ends with a hash over all of it but header, hash and trailer, and over more. */
function hashOf(block: Uint8Array): { readonly hash: Uint8Array; readonly covered: Uint8Array } {
	const end = block.length - HASH_LENGTH - 1;
	return { hash: block.subarray(end, end + HASH_LENGTH), covered: block.subarray(1, end) };
}

/** MMYY, valid through the last day of the month (Book 2, 6.3 step 9). What is not a date is never accepted. */
export function isExpired(mmyy: Uint8Array, today: number): boolean {
	return !(lastDayNumber(mmyy) >= today);
}

function exponentValue(exponent: Uint8Array): number | undefined {
	if (exponent.length === 1 && exponent[0] === 3) return 3;
	return exponent.length === 3 && exponent[0] === 1 && exponent[1] === 0 && exponent[2] === 1 ? 65537 : undefined;
}

function failed(reason: string): { ok: false; reason: string } {
	return { ok: false, reason };
}
