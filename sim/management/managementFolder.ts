import { readFileSync } from "node:fs";
import { acquirerCertificates } from "../../src/binding/certificates.js";
import { type CoseSigner, kidOf } from "../../src/binding/cose.js";
import { parseHex } from "../../src/bytes/hex.js";
import { ed25519Sign } from "../../src/crypto/ed25519.js";
import type { BankConfig } from "../bank/bankConfig.js";
import { BindingRegistry } from "../bank/binding/registry.js";
import { signedRevocations } from "../bank/binding/signedRevocations.js";
import { bankSigningKey } from "../world/bankSigningKey.js";
import { nodeCrypto } from "../world/nodeCrypto.js";
import { type StateFolder, UserError } from "../world/stateFolder.js";
import { SERVICE_NAME } from "./accessRules.js";

const FOLDER = "management";
const names = (who: string) => ({ key: `${FOLDER}/${who}.key.pem`, cert: `${FOLDER}/${who}.pem` });

/** Certifies the bank's management service when it first starts; the broker and the terminals have theirs already. */
export async function certifyService(state: StateFolder): Promise<void> {
	const { key, cert } = names(SERVICE_NAME);
	if (state.has(cert)) return;
	const { certifyClient } = await import("../world/pki.js");
	const root = { rootPem: read(state, "tls/root.pem"), rootKeyPem: read(state, "tls/root.key.pem") };
	const pair = await certifyClient(root, SERVICE_NAME);
	state.write(key, pair.keyPem);
	state.write(cert, pair.certPem); // last: what was cut short is made again
}

export interface LinkTls {
	/** PEM: the root, and one's own. */
	readonly ca: string;
	readonly key: string;
	readonly cert: string;
}

export function serviceTls(state: StateFolder): LinkTls {
	const { key, cert } = names(SERVICE_NAME);
	return { ca: read(state, "tls/root.pem"), key: read(state, key), cert: read(state, cert) };
}

/** The embedded broker is the bank's, like its other servers. */
export function brokerTls(state: StateFolder): LinkTls {
	return { ca: read(state, "tls/root.pem"), key: read(state, "tls/bank.key.pem"), cert: read(state, "tls/bank.pem") };
}

function read(state: StateFolder, name: string): string {
	return readFileSync(state.at(name), "utf8");
}

export const STORE = `${FOLDER}/management.sqlite`;

/** What the test bank signs its management messages with: as its acquirer. */
export function acquirerSigner(state: StateFolder): CoseSigner {
	const { publicKey, secretKey } = bankSigningKey(state);
	return { kid: kidOf(nodeCrypto, publicKey), sign: message => ed25519Sign(nodeCrypto, message, secretKey) };
}

/** What the terminals seal their backups to: the acquirer's agreement key, as its certificate names it. X25519, 32 bytes. */
export function backupSecret(state: StateFolder): Uint8Array {
	return parseHex(bindingConfig(state).agreementSecret);
}

/** Certificates that count no more, signed; undefined while none was revoked. */
export function revocationList(state: StateFolder): Uint8Array | undefined {
	const { registry: file, acquirerCertificate } = bindingConfig(state);
	const registry = new BindingRegistry(state.at(`bank/${file}`));
	try {
		const { subject } = acquirerCertificates.read(parseHex(acquirerCertificate));
		return signedRevocations(registry, subject, Date.now(), acquirerSigner(state));
	} finally {
		registry.close();
	}
}

function bindingConfig(state: StateFolder): NonNullable<BankConfig["binding"]> {
	const { binding } = state.readJson("bank/config.json") as BankConfig;
	if (!binding) throw new UserError(`${state.at("bank/config.json")} has no binding desk: start again with --fresh`);
	return binding;
}
