import { readFileSync } from "node:fs";
import { REQUEST_FILE, requestCertificate } from "../../src/flows/requestCertificate.js";
import type { CertificateSubject } from "../../src/keys/certificateRequest.js";
import { KeyError } from "../../src/keys/keyError.js";
import { decodeTlsCertificate } from "../../src/keys/tlsCertificate.js";
import type { TlsKey } from "../../src/keys/tlsKey.js";
import type { Storage } from "../../src/ports.js";
import { TEST_MERCHANT, TEST_TERMINAL_IDS, type TestTerminal } from "./merchant.js";
import { certifyTerminal } from "./pki.js";
import type { StateFolder } from "./stateFolder.js";
import { systemClock } from "./system.js";

/** Where a terminal has its certificate, DER. */
export const CERTIFICATE_FILE = "terminal.der";
/** A certificate is renewed when it has less left. */
const RENEWED_BEFORE_MS = 30 * 24 * 3600 * 1000;

/** Whom the test root certifies. */
export function testSubject(name: TestTerminal): CertificateSubject {
	const terminalId = TEST_TERMINAL_IDS[name];
	return { commonName: terminalId, serialNumber: terminalId, organisation: TEST_MERCHANT.merchantId };
}

/**
 * What terminal and bank do once in a terminal's life: it makes its TLS key and a request, the test root certifies it.
 * Certifies anew when the certificate ends soon, or when the key is another.
 * @returns the certificate, DER
 */
export async function enrolTerminal(
	state: StateFolder,
	name: TestTerminal,
	storage: Storage,
	tlsKey: TlsKey,
): Promise<Uint8Array> {
	const quiet = { line: () => {} };
	await requestCertificate({ tlsKey, storage, clock: systemClock, log: quiet }, testSubject(name), () => {});
	const there = readCertificate(storage);
	return there && isGood(tlsKey, there) ? there : certify(state, name, storage);
}

/** Has the request that lies in the storage certified, whatever certificate is there. */
export async function certify(state: StateFolder, name: TestTerminal, storage: Storage): Promise<Uint8Array> {
	const root = { rootPem: read(state, "tls/root.pem"), rootKeyPem: read(state, "tls/root.key.pem") };
	const request = storage.read(REQUEST_FILE, 0, storage.size(REQUEST_FILE)!);
	const certificate = await certifyTerminal(root, request, TEST_TERMINAL_IDS[name]);
	storage.replace(CERTIFICATE_FILE, certificate);
	return certificate;
}

/** Undefined when the terminal has none yet. */
export function readCertificate(storage: Storage): Uint8Array | undefined {
	const size = storage.size(CERTIFICATE_FILE);
	return size === undefined ? undefined : storage.read(CERTIFICATE_FILE, 0, size);
}

function isGood(tlsKey: TlsKey, certificate: Uint8Array): boolean {
	try {
		const { notAfter } = decodeTlsCertificate(certificate);
		return tlsKey.isCertifiedBy(certificate) && notAfter - Date.now() > RENEWED_BEFORE_MS;
	} catch (error) {
		if (error instanceof KeyError) return false;
		throw error;
	}
}

function read(state: StateFolder, name: string): string {
	return readFileSync(state.at(name), "utf8");
}
