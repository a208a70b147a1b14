import { concat, equal } from "../bytes/bytes.js";
import { formatHex, parseHex } from "../bytes/hex.js";
import { TlvError } from "../bytes/tlv.js";
import type { Crypto } from "../ports.js";
import type {
	ApplicationConfiguration,
	CaPublicKey,
	ExceptionCard,
	RandomSelection,
	RevokedCertificate,
	StoreAndForward,
	TerminalConfiguration,
} from "./configuration.js";
import { type Dol, decodeDol } from "./dol.js";
import { decodeObject, type JsonObject } from "./jsonObject.js";
import { TAG_9F37_UNPREDICTABLE_NUMBER } from "./tags.js";

/**
 * Reads a terminal configuration from parsed JSON (docs/configuration.md). A member that is not known is refused, so that
 * a misspelt one cannot pass for its default.
 * @throws {ConfigurationError} e.g. `configuration.applications[0].tacOnline: must be 5 bytes in hexadecimal`
 */
export function decodeConfiguration(json: unknown, crypto: Crypto): TerminalConfiguration {
	return decodeObject(json, "configuration", root => ({
		terminalType: decodeTerminalType(root),
		terminalCapabilities: decodeBits(root, "terminalCapabilities", CAPABILITIES_KNOWN),
		additionalTerminalCapabilities: decodeBits(root, "additionalTerminalCapabilities", ADDITIONAL_KNOWN),
		countryCode: root.integer("countryCode", 1, 999),
		currencyCode: root.integer("currencyCode", 1, 999),
		currencyExponent: root.integer("currencyExponent", 0, 3),
		ifdSerialNumber: root.text("ifdSerialNumber", /^[0-9A-Za-z]{8}$/, "8 letters or digits"),
		applications: distinct(root, "applications", root.list("applications", decodeApplication), "AID", ({ aid }) =>
			formatHex(aid),
		),
		caPublicKeys: distinct(
			root,
			"caPublicKeys",
			root.list("caPublicKeys", entry => decodeCaPublicKey(entry, crypto), 0),
			"RID and index", // Book 2, 5.2: together they name one key
			({ rid, index }) => `${formatHex(rid)} ${index}`,
		),
		revokedCertificates: root.has("revokedCertificates") ? root.list("revokedCertificates", decodeRevoked, 0) : [],
		exceptionList: root.has("exceptionList") ? root.list("exceptionList", decodeException, 0) : [],
		cdaMode: root.has("cdaMode") ? (root.integer("cdaMode", 1, 4) as 1 | 2 | 3 | 4) : 1,
		pinBypass: root.has("pinBypass") ? root.boolean("pinBypass") : true,
		storeAndForward: root.has("storeAndForward") ? root.object("storeAndForward", decodeStoreAndForward) : undefined,
		journalRetentionDays: root.has("journalRetentionDays") ? root.integer("journalRetentionDays", 30, 3_650) : 90,
		operatorIdleMinutes: root.has("operatorIdleMinutes") ? root.integer("operatorIdleMinutes", 1, 1_440) : 30,
	}));
}

/** One entry of `applications`, wherever it comes from. @param path for the message @throws {ConfigurationError} as `decodeConfiguration` */
export function decodeApplicationEntry(json: unknown, path: string): ApplicationConfiguration {
	return decodeObject(json, path, decodeApplication);
}

/** One entry of `caPublicKeys`, wherever it comes from. @param path for the message @throws {ConfigurationError} as `decodeConfiguration` */
export function decodeCaPublicKeyEntry(json: unknown, path: string, crypto: Crypto): CaPublicKey {
	return decodeObject(json, path, entry => decodeCaPublicKey(entry, crypto));
}

// Book 4, Annexes A2 and A3: every other bit is reserved and 0, except XDA's, a signature that this kernel does not have.
const CAPABILITIES_KNOWN = Uint8Array.of(0xe0, 0xf8, 0xe8);
const ADDITIONAL_KNOWN = Uint8Array.of(0xff, 0x80, 0xf0, 0xf3, 0xff);

/** EMV 4.4 Book 4, Annex A1: a terminal that the cardholder operates is unattended. */
function decodeTerminalType(root: JsonObject): number {
	const known = /^(1[1-6]|2[1-6]|3[4-6])$/;
	return Number.parseInt(root.text("terminalType", known, "one of 11 to 16, 21 to 26 and 34 to 36"), 16);
}

function decodeBits(root: JsonObject, name: string, known: Uint8Array): Uint8Array {
	const bytes = root.bytes(name, known.length, known.length);
	const at = bytes.findIndex((byte, i) => (byte & ~known[i]!) !== 0);
	return at < 0
		? bytes
		: root.refuse(
				name,
				`must set no reserved bits: byte ${at + 1} may have those of ${formatHex(known.subarray(at, at + 1))}`,
			);
}

function decodeApplication(entry: JsonObject): ApplicationConfiguration {
	const floorLimitMinor = entry.integer("floorLimitMinor", 0, 0xffffffff);
	return {
		aid: entry.bytes("aid", 5, 16),
		partialSelection: entry.boolean("partialSelection"),
		applicationVersion: entry.bytes("applicationVersion", 2, 2),
		tacDenial: entry.bytes("tacDenial", 5, 5),
		tacOnline: entry.bytes("tacOnline", 5, 5),
		tacDefault: entry.bytes("tacDefault", 5, 5),
		floorLimitMinor,
		randomSelection: entry.object("randomSelection", random => decodeRandomSelection(random, floorLimitMinor)),
		defaultDdol: decodeDefaultDdol(entry),
		defaultTdol: entry.has("defaultTdol") ? decodeDefaultDol(entry, "defaultTdol", 2).bytes : undefined,
	};
}

/** Book 3, 10.6.2: what the three numbers must be to one another. */
function decodeRandomSelection(random: JsonObject, floorLimitMinor: number): RandomSelection {
	const thresholdMinor = random.integer("thresholdMinor", 0, 0xffffffff);
	const targetPercent = random.integer("targetPercent", 0, 99);
	const maximumTargetPercent = random.integer("maximumTargetPercent", 0, 99);
	if (thresholdMinor > 0 && thresholdMinor >= floorLimitMinor)
		random.refuse("thresholdMinor", "must be 0 or less than floorLimitMinor");
	if (maximumTargetPercent < targetPercent)
		random.refuse("maximumTargetPercent", "must be at least as high as targetPercent");
	return { thresholdMinor, targetPercent, maximumTargetPercent };
}

/** Book 2, 6.5.1: without the unpredictable number in it the card would sign the same every time. */
function decodeDefaultDdol(entry: JsonObject): Uint8Array {
	const { bytes, dol } = decodeDefaultDol(entry, "defaultDdol", 3);
	if (!dol.tags.includes(TAG_9F37_UNPREDICTABLE_NUMBER))
		entry.refuse("defaultDdol", "must ask for 9F37, the unpredictable number");
	return bytes;
}

function decodeDefaultDol(entry: JsonObject, name: string, shortest: number): { bytes: Uint8Array; dol: Dol } {
	const bytes = entry.bytes(name, shortest, 252);
	try {
		return { bytes, dol: decodeDol(bytes) };
	} catch (error) {
		if (error instanceof TlvError)
			return entry.refuse(name, `must be a list of tags and lengths, but ${error.message}`);
		throw error;
	}
}

function decodeCaPublicKey(entry: JsonObject, crypto: Crypto): CaPublicKey {
	const exponent = entry.integer("exponent", 3, 65537);
	if (exponent !== 3 && exponent !== 65537) return entry.refuse("exponent", "must be 3 or 65537"); // Book 2, B2.1
	const key = {
		rid: entry.bytes("rid", 5, 5),
		index: entry.bytes("index", 1, 1)[0]!,
		modulus: entry.bytes("modulus", 64, 248),
		exponent,
		expiry: entry.has("expiry") ? decodeDate(entry, "expiry") : undefined,
	} as const;
	if (!equal(caPublicKeyChecksum(crypto, key), entry.bytes("checksum", 20, 20)))
		entry.refuse("checksum", "is not that of this key: copy the key and its checksum again");
	return key;
}

function decodeDate(entry: JsonObject, name: string): Uint8Array {
	return parseHex(entry.text(name, /^[0-9]{2}(0[1-9]|1[0-2])(0[1-9]|[12][0-9]|3[01])$/, "a date YYMMDD"));
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

function decodeStoreAndForward(entry: JsonObject): StoreAndForward {
	return {
		mostAmountMinor: entry.integer("mostAmountMinor", 1, 0xffffffff),
		mostCount: entry.integer("mostCount", 1, 9999),
		mostTotalMinor: entry.integer("mostTotalMinor", 1, 0xffffffff),
		offlinePinRequired: entry.boolean("offlinePinRequired"),
		aids: entry.has("aids") ? entry.bytesList("aids", 5, 16) : [],
	};
}

/** Refuses an entry that says the same of itself as an earlier one: only one of them would ever be found. */
function distinct<T>(root: JsonObject, name: string, entries: readonly T[], what: string, key: (entry: T) => string) {
	const keys = entries.map(key);
	const again = keys.findIndex((each, i) => keys.indexOf(each) < i);
	if (again >= 0) root.refuse(`${name}[${again}]`, `has the ${what} of ${name}[${keys.indexOf(keys[again]!)}]`);
	return entries;
}

/** SHA-1 over RID, index, modulus and exponent (EMV 4.4 Book 2, 11.2.2, table 30). */
export function caPublicKeyChecksum(
	crypto: Crypto,
	{ rid, index, modulus, exponent }: Pick<CaPublicKey, "rid" | "index" | "modulus" | "exponent">,
): Uint8Array {
	const exponentBytes = exponent === 3 ? Uint8Array.of(3) : Uint8Array.of(1, 0, 1);
	return crypto.sha1(concat(rid, Uint8Array.of(index), modulus, exponentBytes));
}
