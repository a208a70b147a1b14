import { decodeTlsCertificate } from "../keys/tlsCertificate.js";
import type { Dated } from "../monitor/checks.js";
import type { Storage } from "../ports.js";

/** Where the terminal's certificate for the line to the bank lies, X.509 in DER. */
const CERTIFICATE_FILE = "terminal.der";

/** From when until when the TLS certificate holds; none when the line needs none. @throws {KeyError} when it cannot be read */
export function tlsCertificateDates(storage: Storage): Dated[] {
	const size = storage.size(CERTIFICATE_FILE);
	if (size === undefined) return [];
	const { notBefore, notAfter } = decodeTlsCertificate(storage.read(CERTIFICATE_FILE, 0, size));
	return [{ name: "TLS", from: notBefore, until: notAfter }];
}
