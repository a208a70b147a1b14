import type { Crypto } from "../ports.js";
import {
	derBitString,
	derContext,
	derInteger,
	derNull,
	derObjectIdentifier,
	derSequence,
	derSet,
	derUtf8String,
} from "./der.js";
import { encodeRsaPublicKey, type RsaPrivateKey, rsaSign } from "./rsaKeyPair.js";

/** Whom the certificate is to name; ASCII. */
export interface CertificateSubject {
	/** The terminal's identifier at its bank, or its serial number. */
	readonly commonName: string;
	readonly serialNumber: string;
	readonly organisation: string;
}

// RFC 5280, Appendix A.1; RFC 4519
const COMMON_NAME = "2.5.4.3";
const SERIAL_NUMBER = "2.5.4.5";
const ORGANISATION = "2.5.4.10";
const SHA_256_WITH_RSA = "1.2.840.113549.1.1.11";

/** A certificate signing request (PKCS #10, RFC 2986, 4) in DER for the terminal's TLS key, signed with it. */
export function certificateRequest(crypto: Crypto, key: RsaPrivateKey, subject: CertificateSubject): Uint8Array {
	const name = derSequence(
		attribute(ORGANISATION, subject.organisation),
		attribute(SERIAL_NUMBER, subject.serialNumber),
		attribute(COMMON_NAME, subject.commonName),
	);
	const version = derInteger(Uint8Array.of(0));
	const information = derSequence(version, name, encodeRsaPublicKey(key), derContext(0, new Uint8Array(0)));
	const signature = rsaSign(key, crypto.sha256(information));
	const algorithm = derSequence(derObjectIdentifier(SHA_256_WITH_RSA), derNull());
	return derSequence(information, algorithm, derBitString(signature));
}

function attribute(type: string, value: string): Uint8Array {
	return derSet(derSequence(derObjectIdentifier(type), derUtf8String(value)));
}
