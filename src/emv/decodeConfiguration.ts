import { concat, equal } from "../bytes/bytes.js";
import { parseHex } from "../bytes/hex.js";
import type { Crypto } from "../ports.js";
import type {
	ApplicationConfiguration,
	CaPublicKey,
	ExceptionCard,
	RevokedCertificate,
	TerminalConfiguration,
} from "./configuration.js";

/** The configuration is not usable; the message names the path of the bad value and what it must be. */
export class ConfigurationError extends Error {
	override readonly name = "ConfigurationError";
}

/**
 * Reads a terminal configuration from parsed JSON (docs/configuration.md).
 * @throws {ConfigurationError} e.g. `configuration.applications[0].tacOnline: must be 5 bytes in hexadecimal`
 */
export function decodeConfiguration(json: unknown, crypto: Crypto): TerminalConfiguration {
	const root = objectAt(json, "configuration");
	return {
		terminalType: root.bytes("terminalType", 1, 1)[0]!,
		terminalCapabilities: root.bytes("terminalCapabilities", 3, 3),
		additionalTerminalCapabilities: root.bytes("additionalTerminalCapabilities", 5, 5),
		countryCode: root.integer("countryCode", 1, 999),
		currencyCode: root.integer("currencyCode", 1, 999),
		currencyExponent: root.integer("currencyExponent", 0, 3),
		ifdSerialNumber: root.text("ifdSerialNumber", /^[0-9A-Za-z]{8}$/, "8 letters or digits"),
		applications: root.list("applications", decodeApplication),
		caPublicKeys: root.list("caPublicKeys", entry => decodeCaPublicKey(entry, crypto)),
		revokedCertificates: root.has("revokedCertificates") ? root.list("revokedCertificates", decodeRevoked, 0) : [],
		exceptionList: root.has("exceptionList") ? root.list("exceptionList", decodeException, 0) : [],
		cdaMode: root.has("cdaMode") ? (root.integer("cdaMode", 1, 4) as 1 | 2 | 3 | 4) : 1,
	};
}

function decodeApplication(entry: JsonObject): ApplicationConfiguration {
	const random = entry.object("randomSelection");
	return {
		aid: entry.bytes("aid", 5, 16),
		partialSelection: entry.boolean("partialSelection"),
		applicationVersion: entry.bytes("applicationVersion", 2, 2),
		tacDenial: entry.bytes("tacDenial", 5, 5),
		tacOnline: entry.bytes("tacOnline", 5, 5),
		tacDefault: entry.bytes("tacDefault", 5, 5),
		floorLimitMinor: entry.integer("floorLimitMinor", 0, 0xffffffff),
		randomSelection: {
			thresholdMinor: random.integer("thresholdMinor", 0, 0xffffffff),
			targetPercent: random.integer("targetPercent", 0, 99),
			maximumTargetPercent: random.integer("maximumTargetPercent", 0, 99),
		},
		defaultDdol: entry.bytes("defaultDdol", 3, 252),
		defaultTdol: entry.has("defaultTdol") ? entry.bytes("defaultTdol", 2, 252) : undefined,
	};
}

function decodeCaPublicKey(entry: JsonObject, crypto: Crypto): CaPublicKey {
	const exponent = entry.integer("exponent", 3, 65537);
	if (exponent !== 3 && exponent !== 65537) return entry.refuse("exponent", "must be 3 or 65537"); // Book 2, B2.1
	const key = {
		rid: entry.bytes("rid", 5, 5),
		index: entry.bytes("index", 1, 1)[0]!,
		modulus: entry.bytes("modulus", 64, 248),
		exponent,
		expiry: entry.has("expiry") ? entry.bytes("expiry", 3, 3) : undefined,
	} as const;
	if (!equal(caPublicKeyChecksum(crypto, key), entry.bytes("checksum", 20, 20)))
		entry.refuse("checksum", "is not that of this key: copy the key and its checksum again");
	return key;
}

function decodeRevoked(entry: JsonObject): RevokedCertificate {
	return {
		rid: entry.bytes("rid", 5, 5),
		caPublicKeyIndex: entry.bytes("caPublicKeyIndex", 1, 1)[0]!,
		serial: entry.bytes("serial", 3, 3),
	};
}

function decodeException(entry: JsonObject): ExceptionCard {
	return {
		pan: entry.text("pan", /^[0-9]{8,19}$/, "8 to 19 digits"),
		panSequence: entry.has("panSequence") ? entry.integer("panSequence", 0, 99) : undefined,
	};
}

/** SHA-1 over RID, index, modulus and exponent (EMV 4.4 Book 2, 11.2.2, table 30). */
export function caPublicKeyChecksum(
	crypto: Crypto,
	{ rid, index, modulus, exponent }: Pick<CaPublicKey, "rid" | "index" | "modulus" | "exponent">,
): Uint8Array {
	const exponentBytes = exponent === 3 ? Uint8Array.of(3) : Uint8Array.of(1, 0, 1);
	return crypto.sha1(concat(rid, Uint8Array.of(index), modulus, exponentBytes));
}

interface JsonObject {
	has(name: string): boolean;
	refuse(name: string, what: string): never;
	bytes(name: string, shortest: number, longest: number): Uint8Array;
	integer(name: string, least: number, most: number): number;
	boolean(name: string): boolean;
	text(name: string, pattern: RegExp, what: string): string;
	object(name: string): JsonObject;
	list<T>(name: string, decode: (entry: JsonObject) => T, least?: number): T[];
}

function objectAt(value: unknown, path: string): JsonObject {
	if (typeof value !== "object" || value === null || Array.isArray(value))
		throw new ConfigurationError(`${path}: must be an object`);
	const members = value as Readonly<Record<string, unknown>>;
	const refuse = (name: string, what: string): never => {
		throw new ConfigurationError(`${path}.${name}: ${what}`);
	};
	return {
		has: name => members[name] !== undefined,
		refuse,
		bytes(name, shortest, longest) {
			const text = members[name];
			const wanted = shortest === longest ? `${shortest}` : `${shortest} to ${longest}`;
			const what = `must be ${wanted} byte${wanted === "1" ? "" : "s"} in hexadecimal`;
			if (typeof text !== "string" || !/^([0-9A-Fa-f]{2})*$/.test(text)) return refuse(name, what);
			const bytes = parseHex(text);
			return bytes.length < shortest || bytes.length > longest ? refuse(name, what) : bytes;
		},
		integer(name, least, most) {
			const number = members[name];
			if (typeof number !== "number" || !Number.isInteger(number) || number < least || number > most)
				return refuse(name, `must be a whole number from ${least} to ${most}`);
			return number;
		},
		boolean(name) {
			const flag = members[name];
			return typeof flag === "boolean" ? flag : refuse(name, "must be true or false");
		},
		text(name, pattern, what) {
			const text = members[name];
			return typeof text === "string" && pattern.test(text) ? text : refuse(name, `must be ${what}`);
		},
		object: name => objectAt(members[name], `${path}.${name}`),
		list(name, decode, least = 1) {
			const entries = members[name];
			if (!Array.isArray(entries) || entries.length < least)
				return refuse(name, "must be a list with at least one entry");
			return entries.map((entry, i) => decode(objectAt(entry, `${path}.${name}[${i}]`)));
		},
	};
}
