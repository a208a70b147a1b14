import { Command } from "commander";
import { formatHex } from "../../src/bytes/hex.js";
import { REQUEST_FILE, requestCertificate } from "../../src/flows/requestCertificate.js";
import { decodeTlsCertificate } from "../../src/keys/tlsCertificate.js";
import { TlsKey } from "../../src/keys/tlsKey.js";
import { certify, enrolTerminal, readCertificate, testSubject } from "../world/enrolTerminal.js";
import { nodeCrypto } from "../world/nodeCrypto.js";
import { pem } from "../world/pem.js";
import { StateFolder } from "../world/stateFolder.js";
import { systemClock, systemRandom } from "../world/system.js";
import { openTestWorld } from "../world/testWorld.js";
import { addKeysCommand, type KeyStoreAtWork, type KeysOptions, withKeys } from "./keyStoreWork.js";
import { writeOut } from "./writeOut.js";

interface RequestOptions extends KeysOptions {
	readonly output?: string;
}

interface RenewOptions extends KeysOptions {
	readonly newKey?: boolean;
}

/** `kassa keys tls`: the key that the terminal proves itself with at the bank's TLS server, and its certificate. */
export function keysTlsCommand(): Command {
	const tls = new Command("tls").description("the terminal's TLS key: its state, its request, its certificate");
	addKeysCommand(tls, "show", "print the check value of the key and how long its certificate lasts").action(o =>
		withKeys(o, show),
	);
	addKeysCommand(
		tls,
		"request",
		"print the request for a certificate (PKCS #10, PEM); the key is made if there is none",
	)
		.option("-o, --output <file>", "where to write it; printed unless given")
		.action(async (o: RequestOptions) => {
			// Of a new world it may be the first command: the terminal gets its keys when it is bound.
			await openTestWorld(new StateFolder(o.state), false, undefined, [o.terminal]);
			await withKeys(o, work => request(work, o));
		});
	addKeysCommand(tls, "renew", "have the test root certify the key anew")
		.option("--new-key", "make a new key first; the certificate that is there is worth nothing then")
		.action((o: RenewOptions) => withKeys(o, work => renew(work, o)));
	return tls;
}

const tlsKeyOf = ({ slots }: KeyStoreAtWork) => new TlsKey(slots, { crypto: nodeCrypto, random: systemRandom });

function show(work: KeyStoreAtWork): void {
	const { slots, storage, say } = work;
	const kcv = slots.kcv("tls");
	const key = kcv ? { checkValue: formatHex(kcv), generation: slots.generation("tls")! } : null;
	const der = key ? readCertificate(storage) : undefined;
	const certificate = der ? { ...validity(der), isOfKey: tlsKeyOf(work).isCertifiedBy(der) } : null;
	const lines = key
		? [
				`RSA 2048, check value ${key.checkValue}, generation ${key.generation}`,
				certificate
					? `certified from ${certificate.from.slice(0, 10)} to ${certificate.until.slice(0, 10)}`
					: "not certified yet",
			]
		: ["there is no TLS key yet: the first connection makes it"];
	if (certificate?.isOfKey === false) lines.push("the certificate is for another key: renew it");
	say(lines.join("\n"), { key, certificate });
}

function validity(der: Uint8Array): { readonly from: string; readonly until: string } {
	const { notBefore, notAfter } = decodeTlsCertificate(der);
	return { from: new Date(notBefore).toISOString(), until: new Date(notAfter).toISOString() };
}

async function request(work: KeyStoreAtWork, { output, terminal }: RequestOptions): Promise<void> {
	const { storage, say } = work;
	const ports = { tlsKey: tlsKeyOf(work), storage, clock: systemClock, log: { line: () => {} } };
	await requestCertificate(ports, testSubject(terminal), () => {});
	const request = storage.read(REQUEST_FILE, 0, storage.size(REQUEST_FILE)!);
	const text = pem(request, "CERTIFICATE REQUEST").toString("latin1");
	if (output !== undefined) writeOut(output, text);
	say(output === undefined ? text.trimEnd() : `written ${output}`, { request: text });
}

async function renew(work: KeyStoreAtWork, { newKey, terminal }: RenewOptions): Promise<void> {
	const { state, storage } = work;
	const tlsKey = tlsKeyOf(work);
	if (newKey) {
		if (storage.size(REQUEST_FILE) !== undefined) storage.remove(REQUEST_FILE); // before the key that it is over
		await tlsKey.renew(async () => {});
	}
	await enrolTerminal(state, terminal, storage, tlsKey);
	await certify(state, terminal, storage);
	show(work);
}
