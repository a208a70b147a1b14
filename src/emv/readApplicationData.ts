import { formatHex } from "../bytes/hex.js";
import { isConstructed, readTlvObjects, TlvError, tlvObjects } from "../bytes/tlv.js";
import { SW_9000_OK } from "../card/apdu.js";
import { type Outcome, outcome } from "./outcome.js";
import {
	TAG_5A_APPLICATION_PAN,
	TAG_5F24_APPLICATION_EXPIRATION_DATE,
	TAG_5F34_PAN_SEQUENCE_NUMBER,
	TAG_8C_CDOL1,
	TAG_8D_CDOL2,
	TAG_57_TRACK_2_EQUIVALENT_DATA,
	TAG_70_READ_RECORD_TEMPLATE,
	TAG_82_AIP,
	TAG_94_AFL,
} from "./tags.js";
import type { Transaction } from "./transaction.js";

const MANDATORY = Object.freeze([
	TAG_5F24_APPLICATION_EXPIRATION_DATE,
	TAG_5A_APPLICATION_PAN,
	TAG_8C_CDOL1,
	TAG_8D_CDOL2,
] as const); // EMV 4.4 Book 3, 7.2

const isDate = (value: Uint8Array) => /^[0-9]{2}(0[1-9]|1[0-2])([0-2][0-9]|3[01])$/.test(formatHex(value));

/** 7.5: what goes on to the host must have the format of Annex A1. */
const FORMATS: readonly { readonly tag: number; readonly isFormatted: (value: Uint8Array) => boolean }[] =
	Object.freeze([
		{ tag: TAG_5F24_APPLICATION_EXPIRATION_DATE, isFormatted: isDate },
		{ tag: TAG_5F34_PAN_SEQUENCE_NUMBER, isFormatted: (value: Uint8Array) => /^[0-9]{2}$/.test(formatHex(value)) },
		{
			tag: TAG_57_TRACK_2_EQUIVALENT_DATA,
			isFormatted: (value: Uint8Array) => value.length <= 19 && /^[0-9]{8,19}D[0-9]*F?$/.test(formatHex(value)),
		},
	]);

/** One entry of the Application File Locator. */
interface AflEntry {
	readonly sfi: number;
	readonly first: number;
	readonly last: number;
	/** How many records, from the first, take part in offline data authentication. */
	readonly authenticated: number;
}

/** Read application data (EMV 4.4 Book 3, 10.2): every record that the AFL names, in its order. */
export async function readApplicationData(t: Transaction): Promise<Outcome | undefined> {
	const afl = decodeAfl(t.data.card(TAG_94_AFL)!);
	if (!afl) return outcome("cardError", "the AFL is not valid");
	const authenticated: Uint8Array[] = [];
	const objects: number[] = []; // of one record after the other
	const taken: Uint8Array[] = [];
	let usable = true;
	try {
		for (let i = 0; i < afl.length; i++) {
			const { sfi, first, last, authenticated: count } = afl[i]!;
			for (let record = first; record <= last; record++) {
				const read = await t.card.transmit({ cla: 0x00, ins: 0xb2, p1: record, p2: (sfi << 3) | 4, le: 256 });
				if (read.sw !== SW_9000_OK) return outcome("cardError", "a record that the AFL names cannot be read");
				const isMarked = record < first + count;
				const template = recordTemplate(read.data, objects);
				if (isMarked) {
					// 10.3: such a record is a template 70, or authentication has failed. Of files 1 to 10 what the template holds
					// takes part, filler included; of the others the whole record
					if (!template) usable = false;
					else authenticated.push(sfi <= 10 ? template : read.data);
				}
				if (sfi > 10) continue; // 6.5.11.4: the issuer's own, nothing that the kernel knows
				if (!template) {
					if (isMarked) continue;
					return outcome("cardError", "a record is not a template 70");
				}
				taken.push(template);
				const written = readTlvObjects(template, 0, template.length, objects);
				// As many new tags as objects: none has been given before, and nobody need look closer
				if (3 * t.data.takeCard(template, objects, written) < written && isRepeated(taken))
					return outcome("cardError", "the card gave a data object twice");
			}
		}
	} catch (error) {
		if (error instanceof TlvError) return outcome("cardError", `a record is malformed: ${error.message}`);
		throw error;
	}
	t.staticData = usable ? authenticated : undefined;
	return checkData(t);
}

/**
 * 10.2: whether records, as they have been taken one after another, gave a primitive object twice, or AIP or AFL. What the
 * FCI said may stand in a record again.
 */
function isRepeated(templates: readonly Uint8Array[]): boolean {
	const seen = new Set<number>([TAG_82_AIP, TAG_94_AFL]);
	for (const template of templates) {
		const objects = tlvObjects(template);
		for (let i = 0; i < objects.length; i += 3) {
			const tag = objects[i]!;
			if (seen.has(tag) && !isConstructed(tag)) return true;
			seen.add(tag);
		}
	}
	return false;
}

/** 7.2 and 7.5: what must be there, and what goes on to the host, in its format. */
function checkData(t: Transaction): Outcome | undefined {
	for (let i = 0; i < MANDATORY.length; i++)
		if (!t.data.card(MANDATORY[i]!)) return outcome("cardError", `the card lacks ${formatTag(MANDATORY[i]!)}`);
	for (let i = 0; i < FORMATS.length; i++) {
		const { tag, isFormatted } = FORMATS[i]!;
		const value = t.data.card(tag);
		if (value && !isFormatted(value)) return outcome("cardError", `${formatTag(tag)} is malformed`);
	}
	// 7.5: data recognised as incorrectly formatted end the transaction; without digits there is nothing to authorise
	if (!/^[0-9]{8,19}$/.test(t.data.pan)) return outcome("cardError", "the PAN is not a number of 8 to 19 digits");
	return undefined;
}

function formatTag(tag: number): string {
	return tag.toString(16).toUpperCase();
}

/** The value of the one template 70 that a record consists of. @param objects to read it with */
function recordTemplate(record: Uint8Array, objects: number[]): Uint8Array | undefined {
	try {
		const count = readTlvObjects(record, 0, record.length, objects);
		if (count !== 3 || objects[0] !== TAG_70_READ_RECORD_TEMPLATE) return undefined;
		return record.subarray(objects[1], objects[1]! + objects[2]!);
	} catch (error) {
		if (error instanceof TlvError) return undefined;
		throw error;
	}
}

/** 10.2: the rules that an AFL must obey. @returns undefined when it does not */
export function decodeAfl(bytes: Uint8Array): AflEntry[] | undefined {
	if (bytes.length === 0 || bytes.length % 4) return undefined;
	const entries: AflEntry[] = [];
	for (let at = 0; at < bytes.length; at += 4) {
		const file = bytes[at]!;
		const sfi = file >> 3;
		const first = bytes[at + 1]!;
		const last = bytes[at + 2]!;
		const authenticated = bytes[at + 3]!;
		if (file & 7 || sfi < 1 || sfi > 30 || first < 1 || last < first || authenticated > last - first + 1)
			return undefined;
		entries[at / 4] = { sfi, first, last, authenticated };
	}
	return entries;
}
