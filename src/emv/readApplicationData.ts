import { concat } from "../bytes/bytes.js";
import { SW_9000_OK } from "../card/apdu.js";
import { type Outcome, outcome } from "./outcome.js";
import {
	TAG_5A_APPLICATION_PAN,
	TAG_5F24_APPLICATION_EXPIRATION_DATE,
	TAG_8C_CDOL1,
	TAG_8D_CDOL2,
	TAG_70_READ_RECORD_TEMPLATE,
	TAG_94_AFL,
} from "./tags.js";
import { findTlv, isConstructed, TlvError, tlvObjects } from "./tlv.js";
import type { Transaction } from "./transaction.js";

const MANDATORY = [TAG_5F24_APPLICATION_EXPIRATION_DATE, TAG_5A_APPLICATION_PAN, TAG_8C_CDOL1, TAG_8D_CDOL2] as const; // EMV 4.4 Book 3, 7.2

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
	let usable = true;
	for (const { sfi, first, last, authenticated: count } of afl) {
		for (let record = first; record <= last; record++) {
			const read = await t.card.transmit({ cla: 0x00, ins: 0xb2, p1: record, p2: (sfi << 3) | 4, le: 256 });
			if (read.sw !== SW_9000_OK) return outcome("cardError", "a record that the AFL names cannot be read");
			try {
				const template = sfi <= 10 ? findTlv(read.data, TAG_70_READ_RECORD_TEMPLATE) : undefined;
				if (record < first + count) {
					// 10.3: of files 1 to 10 what the template holds, filler included; of the others the whole record
					if (sfi <= 10 && read.data[0] !== TAG_70_READ_RECORD_TEMPLATE) usable = false;
					authenticated.push(sfi <= 10 ? (template ?? read.data) : read.data);
				}
				if (template && !store(t, template)) return outcome("cardError", "the card gave a data object twice");
			} catch (error) {
				if (!(error instanceof TlvError)) throw error;
				return outcome("cardError", `a record is malformed: ${error.message}`);
			}
		}
	}
	t.staticData = usable ? concat(...authenticated) : undefined;
	for (const tag of MANDATORY)
		if (!t.data.card(tag)) return outcome("cardError", `the card lacks ${tag.toString(16).toUpperCase()}`);
	return undefined;
}

/** 10.2: the rules that an AFL must obey. @returns undefined when it does not */
export function decodeAfl(bytes: Uint8Array): AflEntry[] | undefined {
	if (bytes.length === 0 || bytes.length % 4) return undefined;
	const entries: AflEntry[] = [];
	for (let at = 0; at < bytes.length; at += 4) {
		const sfi = bytes[at]! >> 3;
		const first = bytes[at + 1]!;
		const last = bytes[at + 2]!;
		const authenticated = bytes[at + 3]!;
		if (bytes[at]! & 7 || sfi < 1 || sfi > 30 || first < 1 || last < first || authenticated > last - first + 1)
			return undefined;
		entries.push({ sfi, first, last, authenticated });
	}
	return entries;
}

/** @returns false on a primitive object that the card gave before (10.2) */
function store(t: Transaction, template: Uint8Array): boolean {
	const objects = tlvObjects(template);
	for (let i = 0; i < objects.length; i += 3) {
		if (t.data.card(objects[i]!) && !isConstructed(objects[i]!)) return false;
		t.data.setCard(objects[i]!, template.slice(objects[i + 1]!, objects[i + 1]! + objects[i + 2]!));
	}
	return true;
}
