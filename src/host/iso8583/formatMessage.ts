import { formatHex } from "../../bytes/hex.js";
import { holdsPan, maskPan } from "../../bytes/pan.js";
import { formatIccData } from "../iccData.js";
import type { FieldSpec, FieldValue, Part } from "./field.js";
import type { IsoMessage } from "./message.js";
import type { MessageSpec } from "./spec.js";

/**
 * One line for a log: message type, then each field by number and name. By field number, so that no profile can forget
 * it, and by the names of parts: the card number shows first 6 and last 4 digits, track data, PIN block and key material nothing
 * but their length.
 */
export function formatMessage(spec: MessageSpec, message: IsoMessage): string {
	let text = message.messageType;
	for (const [key, value] of Object.entries(message.fields)) {
		if (value === undefined) continue;
		const number = Number(key);
		const field = spec.fields[number];
		text += ` ${key} ${field?.name ?? "unknown"}=${holdsSecrets(field) ? hidden(value) : formatValue(number, value)}`;
	}
	return text;
}

const PAN = 2;
const ICC_DATA = 55;
// Extended PAN, track 2, track 3, track 1, PIN data, working keys at sign-in. PCI DSS 3.3.1: track and PIN never.
const HIDDEN = Object.freeze([34, 35, 36, 45, 52, 62]);

function formatValue(number: number, value: FieldValue): string {
	if (HIDDEN.includes(number)) return hidden(value);
	if (typeof value === "string") {
		if (number === PAN) return maskPan(value);
		return holdsPan(value) ? hidden(value) : printable(value); // a host may put a number into any field
	}
	return number === ICC_DATA ? formatIccData(value) : formatHex(value);
}

// Names of parts (docs/host-profiles.md) that make a whole field one which nobody may see.
const HIDDEN_PARTS = Object.freeze(["pan", "track2", "pinData", "pinKey", "macKey", "dataKey"]);

function holdsSecrets(field: FieldSpec | undefined): boolean {
	if (field?.name === "protectedCardData") return true;
	const isSecret = (part: Part): boolean =>
		"each" in part ? part.each.some(isSecret) : "name" in part && HIDDEN_PARTS.includes(part.name);
	return Object.values(field?.layouts ?? {}).some(layout => layout.some(isSecret));
}

function hidden(value: FieldValue): string {
	return `[${value.length}]`;
}

/** A host must not be able to write line ends or terminal control sequences into our log. */
function printable(text: string): string {
	return `"${text.replace(/[^\x20-\x7e]|"/g, "?")}"`;
}
