import { equal } from "../bytes/bytes.js";
import { encodeMessage, type IsoMessage } from "./iso8583/message.js";
import { type HostProfile, MAC_FIELD } from "./profiles/hostProfile.js";

/** Operations under the host's keys. `keys/` implements it; the key itself never comes here. */
export interface MessageKeys {
	/** The message authentication code over `data` under the MAK, 8 bytes. */
	mac(data: Uint8Array): Uint8Array;
}

const MAC_BYTES = 8;

/** The message's bytes with its MAC as the last field, over everything from the message type up to that field. */
export function encodeWithMac(profile: HostProfile, message: IsoMessage, keys: MessageKeys): Uint8Array {
	const bytes = encodeMessage(profile.message, {
		...message,
		fields: { ...message.fields, [MAC_FIELD]: new Uint8Array(MAC_BYTES) },
	});
	const end = bytes.length - MAC_BYTES;
	bytes.set(keys.mac(bytes.subarray(0, end)), end);
	return bytes;
}

/** @param bytes what `message` was decoded from */
export function macIsRight(message: IsoMessage, bytes: Uint8Array, keys: MessageKeys): boolean {
	if (message.fields[MAC_FIELD] === undefined) return false;
	const end = bytes.length - MAC_BYTES;
	return equal(keys.mac(bytes.subarray(0, end)), bytes.subarray(end));
}
