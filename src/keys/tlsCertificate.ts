import { latin1Text } from "../bytes/bytes.js";
import { type DerValue, readDer, readDerParts } from "./der.js";
import { KeyError } from "./keyError.js";

/** What the terminal has to know of its certificate. */
export interface TlsCertificate {
	/** SubjectPublicKeyInfo, DER. */
	readonly publicKey: Uint8Array;
	/** First and last moment of validity, milliseconds since 1970-01-01 00:00 UTC. */
	readonly notBefore: number;
	readonly notAfter: number;
}

const EXPLICIT_VERSION = 0xa0;
const UTC_TIME = 0x17;

/** Reads an X.509 certificate (RFC 5280, 4.1); its signature is for the bank to check. @throws {KeyError} when it is none */
export function decodeTlsCertificate(der: Uint8Array): TlsCertificate {
	try {
		const [signed] = readDerParts(der, readDer(der, 0));
		const fields = readDerParts(der, signed!);
		// The version may be missing; then serial number, signature, issuer, validity, subject, public key.
		const [, , , validity, , key] = fields[0]!.tag === EXPLICIT_VERSION ? fields.slice(1) : fields;
		const [from, to] = readDerParts(der, validity!);
		return { publicKey: der.slice(key!.at, key!.end), notBefore: timeOf(der, from!), notAfter: timeOf(der, to!) };
	} catch {
		throw new KeyError("the TLS certificate cannot be read: have the terminal's request certified again");
	}
}

/** UTCTime or GeneralizedTime, in seconds and UTC as certificates have it (RFC 5280, 4.1.2.5). */
function timeOf(der: Uint8Array, { tag, contentAt, end }: DerValue): number {
	const text = latin1Text(der.subarray(contentAt, end));
	const digits = tag === UTC_TIME ? `${text < "5" ? "20" : "19"}${text}` : text;
	const parts = /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)Z$/.exec(digits);
	if (!parts) throw new RangeError("this is no time");
	const [year, month, day, hour, minute, second] = parts.slice(1).map(Number) as [
		number,
		number,
		number,
		number,
		number,
		number,
	];
	return Date.UTC(year, month - 1, day, hour, minute, second);
}
