import { readFileSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { parseHex } from "../../src/bytes/hex.js";
import { OPERATIONS } from "../../src/operation.js";
import type { SharedKeys } from "../../src/training/requestKeys.js";
import {
	boolean,
	type Checked,
	hex,
	integer,
	list,
	object,
	oneOf,
	optional,
	refuse,
	text,
	type Written,
} from "../card/check.js";
import { CARD_STATUSES } from "./books.js";
import type { Downloads } from "./downloads.js";
import { issuerBehaviour } from "./issuerBehaviour.js";

const fileName = text(/./, "a file name");
const someText = text(/^.{1,120}$/, "1 to 120 characters");
const seconds = integer(1_500_000_000, 0xffff_ffff);
const amount = integer(0, 999_999_999);
const sharedKeys = object({
	tmk: optional(hex(16, 16)),
	pik: optional(hex(16, 16)),
	mak: optional(hex(8, 16)),
	tdk: optional(hex(16, 16)),
	bdk: optional(hex(16, 32)),
});
const records = optional(list(object({ key: hex(1, 32), record: hex(1, 512) })));

/**
 * The JSON file that the bank starts from (docs/test-bank.md). Paths are relative to the file, keys are hexadecimal, amounts
 * whole minor units.
 */
const bankConfig = object({
	host: text(/./, "a name or an address"),
	/** 0 for any free one. */
	port: integer(0, 65_535),
	/** A host profile by name, or the JSON file of one; "unionPay" when absent. */
	profile: optional(text(/./, "the name or the file of a host profile")),
	/** PEM files; `ca` is the root whose terminals are let in. */
	tls: object({ key: fileName, cert: fileName, ca: fileName }),
	/** Of all terminals that do not have their own. */
	keys: sharedKeys,
	terminalKeys: optional(list(object({ terminalId: text(/^.{8}$/, "8 characters"), keys: sharedKeys }))),
	issuerMasterKeyAc: hex(16, 16),
	/** For issuer scripts; without it the bank sends none. */
	secureMessagingMasterKeys: optional(object({ integrity: hex(16, 16), confidentiality: hex(16, 16) })),
	/** SQLite file. */
	ledger: fileName,
	merchants: list(
		object({
			merchantId: text(/^.{15}$/, "15 characters"),
			terminalIds: list(text(/^.{8}$/, "8 characters")),
		}),
	),
	accounts: list(
		object({
			pan: text(/^[0-9]{13,19}$/, "13 to 19 digits"),
			pin: text(/^[0-9]{4,12}$/, "4 to 12 digits"),
			holder: optional(text(/./, "a name")),
			balanceMinor: integer(0, Number.MAX_SAFE_INTEGER),
			perTransactionMinor: optional(integer(0, Number.MAX_SAFE_INTEGER)),
			perDayMinor: optional(integer(0, Number.MAX_SAFE_INTEGER)),
			status: optional(oneOf(...CARD_STATUSES)),
			foreign: optional(boolean),
			behaviour: optional(issuerBehaviour),
		}),
	),
	/** The desk where terminals are bound (docs/binding.md); absent: none, and no message needs a binding. */
	binding: optional(
		object({
			/** 0 for any free one. */
			port: integer(0, 65_535),
			/** SQLite file. */
			registry: fileName,
			/** Ed25519 and X25519 of the acquirer, and the root's certificate over them. */
			signingSeed: hex(32, 32),
			agreementSecret: hex(32, 32),
			acquirerCertificate: hex(1, 16_384),
			/** ISO 4217 numeric. */
			currency: integer(1, 999),
			acquirer: object({
				name: someText,
				licence: object({ number: someText, notBefore: seconds, notAfter: seconds }),
				support: someText,
			}),
			cardIssuer: someText,
			/** Oldest first. */
			fees: list(
				object({
					version: integer(1, 0xffff_ffff),
					from: seconds,
					rules: list(
						object({
							kind: someText,
							prefixes: list(text(/^[0-9]{1,6}$/, "1 to 6 digits")),
							ratePpm: integer(0, 1_000_000),
							fixedMinor: amount,
							minimumMinor: amount,
							capMinor: optional(amount),
						}),
						1,
					),
					creditDays: integer(0, 60),
				}),
				1,
			),
			merchants: list(
				object({
					merchantId: text(/^[0-9A-Za-z]{15}$/, "15 letters and digits"),
					name: text(/^[\x20-\x7e]{1,40}$/, "1 to 40 ASCII characters"),
					categoryCode: text(/^[0-9]{4}$/, "4 digits"),
					address: someText,
					country: integer(1, 999),
					owner: someText,
					closed: optional(boolean),
					limits: optional(
						object({
							perTransactionMinor: amount,
							refundMinor: amount,
							offlineProofs: optional(list(oneOf("refund", "release", "exportBackup"), 1)),
						}),
					),
					/** Operations that its terminals may perform; all of them when absent. */
					functions: optional(list(oneOf(...OPERATIONS), 1)),
					terminals: list(
						object({
							terminalId: text(/^.{8}$/, "8 characters"),
							serial: text(/^[\x21-\x7e]{1,20}$/, "1 to 20 characters"),
						}),
					),
				}),
			),
		}),
	),
	/** Percent of what a pre-authorisation holds; 115 when absent. */
	completionPercent: optional(integer(1, 1_000)),
	downloads: optional(
		object({
			parameters: optional(text(/^[\x20-\x7e]*$/, "ASCII text")),
			aids: records,
			caKeys: records,
			hotCards: optional(list(text(/^[0-9]{13,19}$/, "13 to 19 digits"))),
		}),
	),
});
export type BankConfig = Written<Checked<typeof bankConfig>>;

/** @returns the configuration with its paths made absolute @throws {Error} one sentence that names what is wrong */
export function readBankConfig(path: string): BankConfig {
	const json = parse(path);
	let config: BankConfig;
	try {
		config = bankConfig(json, "bank") as BankConfig;
		checkUnique(config);
	} catch (error) {
		throw new Error(`${path}: ${(error as Error).message}`);
	}
	const from = (name: string) => resolve(dirname(path), name);
	const { key, cert, ca } = config.tls;
	return {
		...config,
		ledger: from(config.ledger),
		...(config.binding && { binding: { ...config.binding, registry: from(config.binding.registry) } }),
		tls: { key: from(key), cert: from(cert), ca: from(ca) },
		...(config.profile?.endsWith(".json") && { profile: from(config.profile) }),
	};
}

export function parseSharedKeys(keys: BankConfig["keys"]): SharedKeys {
	return Object.fromEntries(
		Object.entries(keys)
			.filter(([, value]) => value !== undefined)
			.map(([name, value]) => [name, parseHex(value as string)]),
	);
}

export function parseDownloads({ downloads = {} }: BankConfig): Downloads {
	const parsed = (all: NonNullable<typeof downloads.aids> = []) =>
		all.map(({ key, record }) => ({ key: parseHex(key), record: parseHex(record) }));
	return {
		parameters: downloads.parameters,
		aids: parsed(downloads.aids),
		caKeys: parsed(downloads.caKeys),
		hotCards: downloads.hotCards ?? [],
	};
}

function checkUnique({ merchants, accounts }: BankConfig): void {
	const terminals = merchants.flatMap(({ terminalIds }) => terminalIds);
	const twice = <T>(all: readonly T[]) => all.find((each, i) => all.indexOf(each) !== i);
	const terminal = twice(terminals);
	if (terminal !== undefined) refuse("bank.merchants", `have the terminal ${terminal} twice`);
	if (twice(accounts.map(({ pan }) => pan)) !== undefined) refuse("bank.accounts", "have a card number twice");
}

function parse(path: string): unknown {
	const content = readFileSync(path, "utf8");
	try {
		return JSON.parse(content);
	} catch {
		throw new Error(`${path} is damaged: it is no JSON`);
	}
}
