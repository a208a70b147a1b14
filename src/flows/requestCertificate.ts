import type { CertificateSubject } from "../keys/certificateRequest.js";
import type { TlsKey } from "../keys/tlsKey.js";
import type { Clock, Log, Storage } from "../ports.js";

/** Where the request for the certificate lies, PKCS #10 in DER, for the bank's service to collect. */
export const REQUEST_FILE = "terminal.csr.der";

interface Ports {
	readonly tlsKey: TlsKey;
	readonly storage: Storage;
	readonly clock: Pick<Clock, "after">;
	readonly log: Log;
}

/**
 * At the first start: makes the TLS key and puts the request for its certificate into the storage. A power cut at any moment
 * leaves something that the next start goes on from.
 * @param onWork called before work of minutes begins
 */
export async function requestCertificate(
	{ tlsKey, storage, clock, log }: Ports,
	subject: CertificateSubject,
	onWork: () => void,
): Promise<void> {
	if (!tlsKey.isMade) {
		if (storage.size(REQUEST_FILE) !== undefined) storage.remove(REQUEST_FILE); // over a key that is gone
		onWork();
		await tlsKey.ensure(() => new Promise(resume => void clock.after(0, resume)));
	}
	if (storage.size(REQUEST_FILE) !== undefined) return;
	storage.replace(REQUEST_FILE, tlsKey.request(subject));
	log.line("terminal", `the TLS key is made: have ${REQUEST_FILE} certified`);
}
