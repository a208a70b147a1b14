import type { MessageKeys as AllMessageKeys } from "../keys/hostKeys.js";
import { encodeMessage, type IsoMessage } from "./iso8583/message.js";
import type { HostProfile } from "./profiles/hostProfile.js";

/** What a message needs of its keys on the way out: their number, MAC and card data. The PIN was enciphered before. */
export type MessageKeys = Pick<AllMessageKeys, "keySerialNumber" | "mac" | "macIsRight" | "encipherData">;
/** What it needs once its fields are made, and on the way in. */
export type MacKeys = Pick<AllMessageKeys, "keySerialNumber" | "mac" | "macIsRight">;

/** The field of a message that carries its MAC: the last one of its last bitmap (ISO 8583:1987, fields 64 and 128). */
function macFieldOf(profile: HostProfile, message: IsoMessage): number {
	const { fields } = profile.security.mac;
	const first = fields[0]!;
	for (const key in message.fields)
		if (Number(key) > first && message.fields[key] !== undefined) return fields[fields.length - 1]!;
	return first;
}

/** The message's bytes with its MAC as the last field, over everything from the message type up to that field. */
export function encodeWithMac(profile: HostProfile, message: IsoMessage, keys: MacKeys): Uint8Array {
	const field = macFieldOf(profile, message);
	const length = profile.message.fields[field]!.length;
	const bytes = encodeMessage(profile.message, {
		...message,
		fields: { ...message.fields, [field]: new Uint8Array(length) },
	});
	const end = bytes.length - length;
	bytes.set(keys.mac(bytes.subarray(0, end)).subarray(0, length), end);
	return bytes;
}

/** Whether the message has a MAC at all. */
export function hasMac(profile: HostProfile, message: IsoMessage): boolean {
	return message.fields[macFieldOf(profile, message)] !== undefined;
}

/** @param bytes what `message` was decoded from */
export function macIsRight(profile: HostProfile, message: IsoMessage, bytes: Uint8Array, keys: MacKeys): boolean {
	const mac = message.fields[macFieldOf(profile, message)];
	if (mac === undefined) return false;
	const end = bytes.length - mac.length;
	return keys.macIsRight(bytes.subarray(0, end), bytes.subarray(end));
}
