import { parseHex } from "../bytes/hex.js";

/** The configuration is not usable; the message names the path of the bad value and what it must be. */
export class ConfigurationError extends Error {
	override readonly name = "ConfigurationError";
}

/** The members of one object of the document, each read by its name. */
export interface JsonObject {
	has(name: string): boolean;
	refuse(name: string, what: string): never;
	bytes(name: string, shortest: number, longest: number): Uint8Array;
	/** Each as `bytes`; may be empty. */
	bytesList(name: string, shortest: number, longest: number): Uint8Array[];
	integer(name: string, least: number, most: number): number;
	boolean(name: string): boolean;
	text(name: string, pattern: RegExp, what: string): string;
	object<T>(name: string, decode: (entry: JsonObject) => T): T;
	list<T>(name: string, decode: (entry: JsonObject) => T, least?: number): T[];
}

/** Decodes one object; members that `decode` did not ask for are refused. */
export function decodeObject<T>(value: unknown, path: string, decode: (entry: JsonObject) => T): T {
	if (typeof value !== "object" || value === null || Array.isArray(value))
		throw new ConfigurationError(`${path}: must be an object`);
	const members = value as Readonly<Record<string, unknown>>;
	const known = new Set<string>();
	const member = (name: string): unknown => {
		known.add(name);
		return Object.hasOwn(members, name) ? members[name] : undefined;
	};
	const refuse = (name: string, what: string): never => {
		throw new ConfigurationError(`${path}.${name}: ${what}`);
	};
	const decoded = decode({
		has: name => member(name) !== undefined,
		refuse,
		bytes: (name, shortest, longest) => decodeBytes(member(name), what => refuse(name, what), shortest, longest),
		bytesList(name, shortest, longest) {
			const entries = member(name);
			if (!Array.isArray(entries)) return refuse(name, "must be a list");
			return entries.map((entry, i) => decodeBytes(entry, what => refuse(`${name}[${i}]`, what), shortest, longest));
		},
		integer(name, least, most) {
			const number = member(name);
			if (typeof number !== "number" || !Number.isInteger(number) || number < least || number > most)
				return refuse(name, `must be a whole number from ${least} to ${most}`);
			return number;
		},
		boolean(name) {
			const flag = member(name);
			return typeof flag === "boolean" ? flag : refuse(name, "must be true or false");
		},
		text(name, pattern, what) {
			const text = member(name);
			return typeof text === "string" && pattern.test(text) ? text : refuse(name, `must be ${what}`);
		},
		object: (name, decodeMember) => decodeObject(member(name), `${path}.${name}`, decodeMember),
		list(name, decodeEntry, least = 1) {
			const entries = member(name);
			if (!Array.isArray(entries) || entries.length < least)
				return refuse(name, least ? "must be a list with at least one entry" : "must be a list");
			return entries.map((entry, i) => decodeObject(entry, `${path}.${name}[${i}]`, decodeEntry));
		},
	});
	const unknown = Object.keys(members).find(name => !known.has(name));
	return unknown === undefined ? decoded : refuse(unknown, "is not a member of a configuration");
}

function decodeBytes(value: unknown, refuse: (what: string) => never, shortest: number, longest: number): Uint8Array {
	const wanted = shortest === longest ? `${shortest}` : `${shortest} to ${longest}`;
	const what = `must be ${wanted} byte${wanted === "1" ? "" : "s"} in hexadecimal`;
	if (typeof value !== "string" || !/^([0-9A-Fa-f]{2})*$/.test(value)) return refuse(what);
	const bytes = parseHex(value);
	return bytes.length < shortest || bytes.length > longest ? refuse(what) : bytes;
}
