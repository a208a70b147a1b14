import { X509Certificate } from "node:crypto";
import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { object, optional, text } from "../card/check.js";
import { type Address, parseAddress } from "./address.js";
import { pem } from "./pem.js";
import { type StateFolder, UserError } from "./stateFolder.js";

/** What a person says of a host that is not the test bank. */
export interface HostOptions {
	readonly host?: Address;
	readonly backupHost?: Address;
	readonly desk?: Address;
	/** PEM files. */
	readonly hostRoot?: string;
	readonly hostCert?: string;
}

/** A host in the test bank's place. */
export interface OtherHost {
	readonly address: Address;
	/** Tried when the first one is dead. */
	readonly backup?: Address;
	/** Of its binding desk; absent: terminals cannot be bound there. */
	readonly desk?: Address;
	/** The root that its certificates chain to; that of the test world when absent. */
	readonly root?: PemFile;
	/** What the terminal proves itself with; the test root's when absent. */
	readonly certificate?: PemFile;
}

export interface PemFile {
	readonly file: string;
	readonly pem: string;
	/** The first certificate in it. */
	readonly der: Uint8Array;
}

/** In the state folder, for a world that always calls another host: the options by name, paths from the folder. */
const HOST_FILE = "host.json";

const someText = text(/./, "a text");
const hostFile = object({
	host: someText,
	backupHost: optional(someText),
	desk: optional(someText),
	hostRoot: optional(someText),
	hostCert: optional(someText),
});

/**
 * The host that terminals of this folder call in the place of the test bank: the one that a person names, otherwise that of
 * the folder's host.json.
 * @returns undefined for the test bank
 * @throws {UserError} one sentence
 */
export function otherHost(state: StateFolder, options: HostOptions): OtherHost | undefined {
	const { host, backupHost, desk, hostRoot, hostCert } = options;
	if (host)
		return {
			address: host,
			...(backupHost && { backup: backupHost }),
			...(desk && { desk }),
			...(hostRoot !== undefined && { root: rootFile(hostRoot) }),
			...(hostCert !== undefined && { certificate: pemFile(hostCert) }),
		};
	for (const [name, value] of Object.entries({ backupHost, desk, hostRoot, hostCert }))
		if (value !== undefined)
			throw new UserError(`--${name.replace(/[A-Z]/g, "-$&").toLowerCase()} needs --host HOST:PORT beside it`);
	return state.has(HOST_FILE) ? otherHost(state, keptOptions(state)) : undefined;
}

function keptOptions(state: StateFolder): HostOptions {
	const file = state.at(HOST_FILE);
	try {
		const kept = hostFile(state.readJson(HOST_FILE), "host") as Readonly<Record<string, string | undefined>>;
		const address = (name: string) => {
			const parsed = kept[name] === undefined ? undefined : parseAddress(kept[name]);
			if (kept[name] !== undefined && !parsed) throw new Error(`host.${name} is HOST:PORT, e.g. pay.example.com:8583`);
			return parsed && { [name]: parsed };
		};
		const path = (name: string) => kept[name] !== undefined && { [name]: resolve(state.path, kept[name]) };
		const addresses = { ...address("host"), ...address("backupHost"), ...address("desk") };
		return { ...addresses, ...path("hostRoot"), ...path("hostCert") };
	} catch (error) {
		if (error instanceof UserError) throw error;
		throw new UserError(`${file}: ${(error as Error).message}`);
	}
}

function rootFile(file: string): PemFile {
	const root = pemFile(file);
	// Only that one is trusted, whatever else is in the file.
	if (new X509Certificate(root.der).ca) return { ...root, pem: pem(root.der, "CERTIFICATE").toString("latin1") };
	throw new UserError(
		`the certificate in ${file} is no root: give --host-root the one that signs the host's certificates`,
	);
}

function pemFile(file: string): PemFile {
	let content: string;
	try {
		content = readFileSync(file, "utf8");
	} catch {
		throw new UserError(`cannot read ${file}: name a file with a certificate in PEM`);
	}
	try {
		return { file, pem: content, der: new Uint8Array(new X509Certificate(content).raw) };
	} catch {
		throw new UserError(`${file} holds no certificate in PEM: it begins with -----BEGIN CERTIFICATE-----`);
	}
}
