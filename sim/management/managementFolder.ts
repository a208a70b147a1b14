import { readFileSync } from "node:fs";
import { type CoseSigner, kidOf } from "../../src/binding/cose.js";
import { formatHex, parseHex } from "../../src/bytes/hex.js";
import { ed25519Sign } from "../../src/crypto/ed25519.js";
import { x25519PublicKey } from "../../src/crypto/x25519.js";
import type { ManagementSettings } from "../../src/terminal.js";
import { bankSigningKey } from "../world/bankSigningKey.js";
import { TEST_TERMINAL_IDS } from "../world/merchant.js";
import { nodeCrypto } from "../world/nodeCrypto.js";
import { makeAuthority, type PemPair } from "../world/pki.js";
import { type StateFolder, UserError } from "../world/stateFolder.js";
import { systemRandom } from "../world/system.js";
import { SERVICE_NAME } from "./accessRules.js";

const FOLDER = "management";
const ROOT = `${FOLDER}/root.pem`;
const names = (who: string) => ({ key: `${FOLDER}/${who}.key.pem`, cert: `${FOLDER}/${who}.pem` });

/**
 * The certificates of the link, made when they are first needed: a root of its own, the broker, the bank's service, and
 * each terminal under its number. A terminal's are also there in DER, as a board keeps them.
 */
export async function makeLinkCertificates(state: StateFolder): Promise<void> {
	if (state.has(ROOT)) return;
	const authority = await makeAuthority("Kassa test management root");
	const write = (who: string, { keyPem, certPem }: PemPair) => {
		const { key, cert } = names(who);
		state.write(key, keyPem);
		state.write(cert, certPem);
	};
	write("broker", await authority.certify("Kassa test broker", "server"));
	write(SERVICE_NAME, await authority.certify(SERVICE_NAME, "client"));
	for (const terminalId of Object.values(TEST_TERMINAL_IDS)) {
		const terminal = await authority.certify(terminalId, "terminal");
		write(terminalId, terminal);
		state.write(`${FOLDER}/${terminalId}.der`, terminal.certDer);
		state.write(`${FOLDER}/${terminalId}.key.der`, terminal.keyPkcs8Der);
	}
	state.write(`${FOLDER}/root.der`, authority.rootDer);
	state.write(ROOT, authority.rootPem); // last: what was cut short is made again
}

/** PEM. @param who "broker", the service's name or a terminal's number */
export function linkTls(
	state: StateFolder,
	who: string,
): { readonly ca: string; readonly key: string; readonly cert: string } {
	const read = (name: string) => readFileSync(state.at(name), "utf8");
	const { key, cert } = names(who);
	return { ca: read(ROOT), key: read(key), cert: read(cert) };
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
	const keys = [{ kid: kidOf(nodeCrypto, publicKey), publicKey, authority: "acquirer" as const }];
	return { keys, backupKey: x25519PublicKey(backupSecret(state)) };
}

/** The secret half of what backups are sealed to; made when it is first asked for. @throws {UserError} on a damaged file */
export function backupSecret(state: StateFolder): Uint8Array {
	if (!state.has(BACKUP_KEY)) state.writeJson(BACKUP_KEY, { test: true, secret: formatHex(systemRandom.bytes(32)) });
	const { secret } = state.readJson(BACKUP_KEY) as { readonly secret?: unknown };
	if (typeof secret === "string" && /^[0-9A-Fa-f]{64}$/.test(secret)) return parseHex(secret);
	throw new UserError(`${state.at(BACKUP_KEY)} is damaged: put the file back, or start again with --fresh`);
}
