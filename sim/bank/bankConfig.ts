import { readFileSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { parseHex } from "../../src/bytes/hex.js";
import type { AccountOpening } from "./accounts.js";
import type { Merchant } from "./acquirer.js";

/** The JSON file that the bank starts from. Paths are relative to the file, keys are hexadecimal. */
export interface BankConfig {
	readonly host: string;
	/** 0 for any free one. */
	readonly port: number;
	/** PEM files; `ca` is the root whose terminals are let in. */
	readonly tls: { readonly key: string; readonly cert: string; readonly ca: string };
	readonly keys: { readonly pik: string; readonly mak: string };
	readonly issuerMasterKeyAc: string;
	/** For issuer scripts; without it the bank sends none. */
	readonly secureMessagingMasterKeys?: { readonly integrity: string; readonly confidentiality: string };
	/** SQLite file. */
	readonly ledger: string;
	readonly merchant: Merchant;
	readonly accounts: readonly AccountOpening[];
}

/** @returns the configuration with its paths made absolute @throws {Error} one sentence that names what is wrong */
export function readBankConfig(path: string): BankConfig {
	const config = parse(path);
	const check = (right: boolean, what: string) => {
		if (!right) throw new Error(`${path}: ${what}`);
	};
	check(typeof config.host === "string", "host must be a name or an address");
	check(Number.isInteger(config.port) && config.port >= 0 && config.port < 65536, "port must be 0 to 65535");
	for (const name of ["key", "cert", "ca"] as const)
		check(typeof config.tls?.[name] === "string", `tls.${name} must be a file name`);
	check(typeof config.ledger === "string", "ledger must be a file name");
	check(isKey(config.keys?.pik, 16), "keys.pik must be 16 bytes");
	check(isKey(config.keys?.mak, 8) || isKey(config.keys?.mak, 16), "keys.mak must be 8 or 16 bytes");
	check(isKey(config.issuerMasterKeyAc, 16), "issuerMasterKeyAc must be 16 bytes");
	const { secureMessagingMasterKeys: scriptKeys } = config;
	for (const name of ["integrity", "confidentiality"] as const)
		check(
			scriptKeys === undefined || isKey(scriptKeys?.[name], 16),
			`secureMessagingMasterKeys.${name} must be 16 bytes`,
		);
	check(
		Array.isArray(config.merchant?.terminalIds) && config.merchant.terminalIds.every(id => id.length === 8),
		"merchant.terminalIds must be a list of identifiers of 8 characters",
	);
	check(config.merchant?.merchantId?.length === 15, "merchant.merchantId must have 15 characters");
	check(Array.isArray(config.accounts), "accounts must be a list");
	for (const [i, account] of config.accounts.entries()) {
		check(/^[0-9]{13,19}$/.test(account.pan), `accounts[${i}].pan must be 13 to 19 digits`);
		check(/^[0-9]{4,12}$/.test(account.pin), `accounts[${i}].pin must be 4 to 12 digits`);
		check(Number.isSafeInteger(account.balanceMinor), `accounts[${i}].balanceMinor must be a whole number`);
		check(typeof account.holder === "string", `accounts[${i}].holder must be a name`);
	}
	const from = (name: string) => resolve(dirname(path), name);
	const { key, cert, ca } = config.tls;
	return { ...config, ledger: from(config.ledger), tls: { key: from(key), cert: from(cert), ca: from(ca) } };
}

function parse(path: string): BankConfig {
	const text = readFileSync(path, "utf8");
	try {
		return JSON.parse(text) as BankConfig;
	} catch {
		throw new Error(`${path} is damaged: it is no JSON`);
	}
}

function isKey(text: unknown, length: number): boolean {
	if (typeof text !== "string" || text.length !== 2 * length) return false;
	try {
		return parseHex(text).length === length;
	} catch {
		return false;
	}
}
