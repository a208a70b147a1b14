import { parseHex } from "../bytes/hex.js";
import type { Language } from "../display/messages.js";
import type { CertificateSubject } from "../keys/certificateRequest.js";
import type { Storage } from "../ports.js";
import type { UpdateSettings } from "../update/update.js";

/** Where the bank listens. */
export interface HostAddress {
	/** Numeric or a name. */
	readonly address: string;
	readonly port: number;
	/** Name that the bank's certificate must have. */
	readonly serverName: string;
}

export interface DeviceSettings {
	/** Parsed, for `decodeConfiguration`. */
	readonly configuration: unknown;
	/** Of the device. */
	readonly serial: string;
	/** In which the merchant is spoken to. */
	readonly language: Language;
	/** Ed25519, 32 bytes: who certifies acquirers. */
	readonly bankRoot: Uint8Array;
	/** 32 bytes that belong to this device alone. */
	readonly deviceKeySecret: Uint8Array;
	readonly host: HostAddress;
	/** Where the bank also listens; undefined when it does not. */
	readonly backupHost: HostAddress | undefined;
	/** Where the acquirer binds terminals; undefined: this one cannot be bound. */
	readonly desk: HostAddress | undefined;
	readonly utcOffsetMinutes: number;
	readonly certificateSubject: CertificateSubject;
	/** Where the broker of the management link listens; absent: there is no link. */
	readonly managementHost?: HostAddress;
	/** Whose firmware the terminal takes; absent: nobody's. */
	readonly update?: UpdateSettings;
}

/** What was put into the terminal's storage at manufacture is missing or wrong; the message is for the display. */
class SettingsError extends Error {
	override readonly name = "SettingsError";
}

const DEVICE_KEY_LENGTH = 32;

/**
 * Reads what manufacture put into the terminal's storage: `configuration.json` (docs/configuration.md), `terminal.json`
 * (serial, language, bankRoot, host, desk, utcOffsetMinutes, management, update) and `device-key` (32 bytes).
 * @throws {SettingsError} with the name of the file or of the value
 */
export function readSettings(storage: Storage): DeviceSettings {
	const terminal = member(readJson(storage, "terminal.json"), "terminal.json");
	const deviceKeySecret = readFile(storage, "device-key");
	if (deviceKeySecret.length !== DEVICE_KEY_LENGTH) throw new SettingsError("device-key is damaged: call the service");
	const serial = text(terminal, "serial", /^[0-9A-Za-z-]{1,20}$/);
	return {
		configuration: readJson(storage, "configuration.json"),
		serial,
		language: text(terminal, "language", /^(en|zh)$/) as Language,
		bankRoot: parseHex(text(terminal, "bankRoot", /^[0-9A-F]{64}$/)),
		deviceKeySecret,
		host: decodeHost(member(terminal.host, "host")),
		backupHost: terminal.backupHost === undefined ? undefined : decodeHost(member(terminal.backupHost, "backupHost")),
		desk: terminal.desk === undefined ? undefined : decodeHost(member(terminal.desk, "desk")),
		utcOffsetMinutes: integer(terminal, "utcOffsetMinutes", -840, 840),
		// Before any binding: the device, whoever will be its merchant.
		certificateSubject: { commonName: serial, serialNumber: serial, organisation: "Kassa" },
		...(terminal.management !== undefined && { managementHost: decodeHost(member(terminal.management, "management")) }),
		...(terminal.update !== undefined && { update: decodeUpdate(member(terminal.update, "update")) }),
	};
}

/** The bank's key, perhaps the vendor's, and the image that manufacture has put in. */
function decodeUpdate(members: Members): UpdateSettings {
	const key = (name: string) => parseHex(text(members, name, /^[0-9A-F]{64}$/));
	return {
		keys: [key("bankKey"), ...(members.vendorKey === undefined ? [] : [key("vendorKey")])],
		product: "kassa",
		target: text(members, "target", /^[0-9A-Za-z-]{1,20}$/),
		...(members.digest !== undefined && {
			image: { digest: key("digest"), size: integer(members, "size", 1, 0xffff_ffff) },
		}),
	};
}

/** The whole file. @throws {SettingsError} when there is none */
export function readFile(storage: Storage, name: string): Uint8Array {
	const size = storage.size(name);
	if (size === undefined) throw new SettingsError(`${name} is missing: set the terminal up first`);
	return storage.read(name, 0, size);
}

function decodeHost(host: Members): HostAddress {
	return {
		address: text(host, "address", /^.+$/),
		port: integer(host, "port", 1, 65_535),
		serverName: text(host, "serverName", /^.+$/),
	};
}

function readJson(storage: Storage, name: string): unknown {
	const bytes = readFile(storage, name);
	try {
		return JSON.parse(String.fromArrayBuffer(bytes.buffer as ArrayBuffer));
	} catch {
		throw new SettingsError(`${name} is damaged: set the terminal up again`);
	}
}

type Members = Readonly<Record<string, unknown>>;

function member(value: unknown, name: string): Members {
	if (typeof value !== "object" || value === null) throw new SettingsError(`${name} must be an object`);
	return value as Members;
}

function text(members: Members, name: string, pattern: RegExp): string {
	const value = members[name];
	if (typeof value !== "string" || !pattern.test(value)) throw new SettingsError(`terminal.json: ${name} is wrong`);
	return value;
}

function integer(members: Members, name: string, least: number, most: number): number {
	const value = members[name];
	if (typeof value !== "number" || !Number.isInteger(value) || value < least || value > most)
		throw new SettingsError(`terminal.json: ${name} is wrong`);
	return value;
}
