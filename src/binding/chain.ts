import { equal } from "../bytes/bytes.js";
import type { Crypto } from "../ports.js";
import { BindingError } from "./bindingError.js";
import {
	type AcquirerCertificate,
	acquirerCertificates,
	type BindingCertificate,
	bindingCertificates,
	type RevocationList,
	revocationLists,
} from "./certificates.js";

/** Who this terminal is. */
export interface BoundTerminal {
	readonly serial: string;
	/** Ed25519, 32 bytes. */
	readonly signingKey: Uint8Array;
}

/** Validity of a certificate, seconds since 1970. */
interface Valid {
	readonly notBefore: number;
	readonly expires: number;
}

/**
 * The acquirer's certificate under the bank root.
 * @param now milliseconds since 1970
 * @throws {BindingError} one sentence that names what is wrong
 */
export function openAcquirerCertificate(
	crypto: Crypto,
	rootKey: Uint8Array,
	message: Uint8Array,
	now: number,
): AcquirerCertificate {
	const certificate = acquirerCertificates.open(crypto, message, rootKey);
	checkValid("acquirer certificate", certificate, now);
	return certificate;
}

/**
 * A binding certificate for this terminal under an acquirer's certificate that was taken before. Licence and validity too:
 * what would not sell at once is not taken.
 * @throws {BindingError} one sentence that names what is wrong
 */
export function openBindingCertificate(
	crypto: Crypto,
	acquirer: AcquirerCertificate,
	message: Uint8Array,
	terminal: BoundTerminal,
	now: number,
): BindingCertificate {
	const certificate = bindingCertificates.open(crypto, message, acquirer.signingKey);
	if (certificate.issuer !== acquirer.subject)
		throw new BindingError("binding certificate: issuer must be the subject of the acquirer certificate");
	checkValid("binding certificate", certificate, now);
	if (!isFor(certificate, terminal)) throw new BindingError("binding certificate: terminal is another one");
	const { licence } = certificate.acquirer;
	checkValid("binding certificate: acquirer.licence", { notBefore: licence.notBefore, expires: licence.notAfter }, now);
	if (certificate.fees.from * 1000 > now) throw new BindingError("binding certificate: fees.from is in the future");
	return certificate;
}

/** @param number of the list that counts now; a list must be newer @throws {BindingError} */
export function openRevocationList(
	crypto: Crypto,
	acquirer: AcquirerCertificate,
	message: Uint8Array,
	number: number,
): RevocationList {
	const list = revocationLists.open(crypto, message, acquirer.signingKey);
	if (list.issuer !== acquirer.subject)
		throw new BindingError("revocation list: issuer must be the subject of the acquirer certificate");
	if (list.number <= number) throw new BindingError("revocation list: number must be higher than that of the last one");
	return list;
}

export function isRevoked(
	{ revoked }: RevocationList,
	{ serialNumber }: { readonly serialNumber: Uint8Array },
): boolean {
	return revoked.some(each => equal(each, serialNumber));
}

/** A certificate is of use to the terminal alone that has the private half of its key. */
export function isFor({ terminal }: BindingCertificate, { serial, signingKey }: BoundTerminal): boolean {
	return terminal.serial === serial && equal(terminal.signingKey, signingKey);
}

function checkValid(what: string, { notBefore, expires }: Valid, now: number): void {
	if (now < notBefore * 1000) throw new BindingError(`${what}: notBefore is in the future`);
	if (now >= expires * 1000) throw new BindingError(`${what}: expires is in the past`);
}
