import { readFileSync } from "node:fs";
import { type CoseSigner, kidOf } from "../../src/binding/cose.js";
import { formatHex, parseHex } from "../../src/bytes/hex.js";
import { ed25519Sign } from "../../src/crypto/ed25519.js";
import { x25519PublicKey } from "../../src/crypto/x25519.js";
import type { ManagementSettings } from "../../src/terminalSettings.js";
import { bankSigningKey } from "../world/bankSigningKey.js";
import { nodeCrypto } from "../world/nodeCrypto.js";
import { type StateFolder, UserError } from "../world/stateFolder.js";
import { systemRandom } from "../world/system.js";
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

/** Where the broker of a running world is; undefined when none runs. */
export interface LinkAddress {
	readonly host: string;
	readonly port: number;
}

const BACKUP_KEY = "bank/backup.json";
export const RUNNING = `${FOLDER}/running.json`;
export const STORE = `${FOLDER}/management.sqlite`;

/** What the test bank signs its management messages with: as its acquirer. */
export function acquirerSigner(state: StateFolder): CoseSigner {
	const { publicKey, secretKey } = bankSigningKey(state);
	return { kid: kidOf(nodeCrypto, publicKey), sign: message => ed25519Sign(nodeCrypto, message, secretKey) };
}

/** Whom a terminal of this world believes, and what it seals its backups to. */
export function managementSettings(state: StateFolder): ManagementSettings {
	const { publicKey } = bankSigningKey(state);
	const keys = [{ publicKey, authority: "acquirer" as const }];
	return { keys, backupKey: x25519PublicKey(backupSecret(state)) };
}

/** The secret half of what backups are sealed to; made when it is first asked for. @throws {UserError} on a damaged file */
export function backupSecret(state: StateFolder): Uint8Array {
	if (!state.has(BACKUP_KEY)) state.writeJson(BACKUP_KEY, { test: true, secret: formatHex(systemRandom.bytes(32)) });
	const { secret } = state.readJson(BACKUP_KEY) as { readonly secret?: unknown };
	if (typeof secret === "string" && /^[0-9A-Fa-f]{64}$/.test(secret)) return parseHex(secret);
	throw new UserError(`${state.at(BACKUP_KEY)} is damaged: put the file back, or start again with --fresh`);
}
