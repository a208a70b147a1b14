import { compressedNumericBytes, numericBytes } from "../../src/bytes/bcd.js";
import { concat } from "../../src/bytes/bytes.js";
import { parseHex } from "../../src/bytes/hex.js";
import type { Crypto } from "../../src/ports.js";
import { type SignatureDamage, signWithRecovery } from "./digitalSignature.js";
import { modulusLength, type RsaPrivateKey } from "./rsaPrivateKey.js";

/** A public key certificate and the two data objects that travel beside it. */
export interface PublicKeyCertificate {
	/** 90, 9F46 or 9F2D: as long as the signer's modulus. */
	readonly certificate: Uint8Array;
	/** 92, 9F48 or 9F2E: the rightmost bytes of the modulus that did not fit; often empty. */
	readonly remainder: Uint8Array;
	/** 9F32, 9F47 or 9F2F. */
	readonly exponent: Uint8Array;
}

/** What both kinds of certificate say about themselves. */
export interface CertificateIssue {
	readonly signer: RsaPrivateKey;
	readonly subject: RsaPrivateKey;
	/** Last month of validity, digits MMYY. */
	readonly expires: string;
	/** 3 bytes. */
	readonly serialNumber: Uint8Array;
	/** What is wrong with it, one thing. */
	readonly damage?: CertificateDamage | undefined;
}

/**
 * One thing of each step by which a terminal checks a certificate (EMV 4.4 Book 2, 5.3 and 6.4): its length, the recovered
 * header, trailer and hash, the certificate format, whom it names, the two algorithms.
 */
export const CERTIFICATE_DAMAGES = Object.freeze([
	"length",
	"header",
	"trailer",
	"hash",
	"format",
	"subject",
	"hash algorithm",
	"key algorithm",
] as const);
export type CertificateDamage = (typeof CERTIFICATE_DAMAGES)[number];

/**
 * Issuer public key certificate, signed by the certification authority (EMV 4.4 Book 2, 5.1, tables 2 and 6).
 * @param issuerIdentifier the leftmost 3 to 8 digits of its PANs
 */
export function issuerCertificate(
	crypto: Crypto,
	issue: CertificateIssue,
	issuerIdentifier: string,
): PublicKeyCertificate {
	const identifier = parseHex(issuerIdentifier.padEnd(8, "F"));
	return certify(crypto, issue, 0x02, identifier, new Uint8Array(0));
}

/**
 * ICC public key certificate, signed by the issuer (EMV 4.4 Book 2, 6.1, tables 4 and 14).
 * @param staticData the static data to be authenticated (5.1.1); empty for an ICC PIN encipherment key (7.1, table 23)
 */
export function iccCertificate(
	crypto: Crypto,
	issue: CertificateIssue,
	pan: string,
	staticData: Uint8Array,
): PublicKeyCertificate {
	const applicationPan = new Uint8Array(10).fill(0xff);
	applicationPan.set(compressedNumericBytes(pan));
	return certify(crypto, issue, 0x04, applicationPan, staticData);
}

function certify(
	crypto: Crypto,
	{ signer, subject, expires, serialNumber, damage }: CertificateIssue,
	format: number,
	name: Uint8Array,
	staticData: Uint8Array,
): PublicKeyCertificate {
	const modulus = parseHex(subject.modulus);
	const exponent = parseHex(subject.publicExponent);
	// Hash algorithm 01 is SHA-1, public key algorithm 01 is RSA (EMV 4.4 Book 2, B2.1 and B3.1).
	const hashAlgorithm = damage === "hash algorithm" ? UNKNOWN_ALGORITHM : 0x01;
	const keyAlgorithm = damage === "key algorithm" ? UNKNOWN_ALGORITHM : 0x01;
	const head = concat(
		Uint8Array.of(damage === "format" ? format ^ 0x10 : format),
		// A digit of the middle is another: the rest still looks like the card's number.
		damage === "subject" ? name.map((byte, i) => (i === 2 ? byte ^ 0x01 : byte)) : name,
		numericBytes(expires, 2),
		serialNumber,
		Uint8Array.of(hashAlgorithm, keyAlgorithm, modulus.length, exponent.length),
	);
	const room = modulusLength(signer) - 22 - head.length;
	const remainder = modulus.slice(room);
	const recoverable = concat(head, modulus.subarray(0, room));
	const appended = concat(remainder, exponent, staticData);
	const signed = signWithRecovery(crypto, signer, recoverable, appended, signatureDamage(damage));
	return { certificate: damage === "length" ? signed.subarray(1) : signed, remainder, exponent };
}

const UNKNOWN_ALGORITHM = 0x7f;

/** The part of the damage that lies in the signed block itself. */
export function signatureDamage(damage: CertificateDamage | undefined): SignatureDamage | undefined {
	return damage === "header" || damage === "trailer" || damage === "hash" ? damage : undefined;
}
