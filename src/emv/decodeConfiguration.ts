import { parseHex } from "../bytes/hex.js";
import type { ApplicationConfiguration, CaPublicKey, TerminalConfiguration } from "./configuration.js";

/** The configuration is not usable; the message names the path of the bad value and what it must be. */
export class ConfigurationError extends Error {
	override readonly name = "ConfigurationError";
}

/**
 * Reads a terminal configuration from parsed JSON (docs/configuration.md).
 * @throws {ConfigurationError} e.g. `configuration.applications[0].tacOnline: must be 5 bytes in hexadecimal`
 */
export function decodeConfiguration(json: unknown): TerminalConfiguration {
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
		caPublicKeys: root.list("caPublicKeys", decodeCaPublicKey),
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

function decodeCaPublicKey(entry: JsonObject): CaPublicKey {
	const exponent = entry.integer("exponent", 3, 65537);
	if (exponent !== 3 && exponent !== 65537) entry.refuse("exponent", "must be 3 or 65537"); // Book 2, B2.1
	return {
		rid: entry.bytes("rid", 5, 5),
		index: entry.bytes("index", 1, 1)[0]!,
		modulus: entry.bytes("modulus", 64, 248),
		exponent,
	};
}

interface JsonObject {
	has(name: string): boolean;
	refuse(name: string, what: string): never;
	bytes(name: string, shortest: number, longest: number): Uint8Array;
	integer(name: string, least: number, most: number): number;
	boolean(name: string): boolean;
	text(name: string, pattern: RegExp, what: string): string;
	object(name: string): JsonObject;
	list<T>(name: string, decode: (entry: JsonObject) => T): T[];
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
		list(name, decode) {
			const entries = members[name];
			if (!Array.isArray(entries) || entries.length === 0)
				return refuse(name, "must be a list with at least one entry");
			return entries.map((entry, i) => decode(objectAt(entry, `${path}.${name}[${i}]`)));
		},
	};
}
