import { compressedNumericBytes, compressedNumericText } from "../bytes/bcd.js";
import { concat, wipe } from "../bytes/bytes.js";
import { encodeTlv, findTlv, tlvObjects } from "../bytes/tlv.js";
import type { MessageKeys } from "./hostKeys.js";

/** What of a card could be used to pay with it elsewhere (PCI DSS 4.0.1, 3.2 and 3.3), on its way to the acquirer. */
export interface CardData {
	readonly pan?: string | undefined;
	/** Digits with the separator "D", as in tag 57. */
	readonly track2?: string | undefined;
	/** Field 55 as the kernel made it. */
	readonly iccData?: Uint8Array | undefined;
	/** Card numbers of several transactions in one message, in the order of these. */
	readonly otherPans?: readonly string[] | undefined;
}

export interface ProtectedCardData {
	/** What was there of PAN, track 2 and the sensitive objects of field 55, as BER-TLV under the data key; undefined when nothing was. */
	readonly enciphered: Uint8Array | undefined;
	/** Field 55 without them. */
	readonly iccData: Uint8Array;
}

const TAG_PAN = 0x5a;
const TAG_TRACK_2 = 0x57;
/** CHOICE: a private tag for the cards of an upload (EMV 4.4 Book 3, Annex B: class private, primitive). */
const TAG_OTHER_PAN = 0xc0;
/** Objects of field 55 that name the card or its holder: track 1 and 2 equivalent, PAN, name. */
const SENSITIVE: readonly number[] = Object.freeze([0x56, TAG_TRACK_2, TAG_PAN, 0x5f20, 0x9f0b, 0x9f6b]);

/**
 * Enciphers a card's data apart from TLS, for the acquirer alone; nothing else of the message needs to change.
 * @throws {TlvError} when field 55 is not BER-TLV
 */
export function protectCardData(keys: Pick<MessageKeys, "encipherData">, data: CardData): ProtectedCardData {
	const sensitive: Uint8Array[] = [];
	const digits = (tag: number, text: string) => sensitive.push(encodeTlv(tag, compressedNumericBytes(text)));
	if (data.pan !== undefined) digits(TAG_PAN, data.pan);
	if (data.track2) digits(TAG_TRACK_2, data.track2.replace("=", "D"));
	for (const pan of data.otherPans ?? []) digits(TAG_OTHER_PAN, pan);
	const isThere = (tag: number) => (tag === TAG_PAN && data.pan !== undefined) || (tag === TAG_TRACK_2 && data.track2);
	const rest: Uint8Array[] = [];
	const { iccData = new Uint8Array(0) } = data;
	const objects = tlvObjects(iccData);
	for (let i = 0; i < objects.length; i += 3) {
		const [tag, at, length] = [objects[i]!, objects[i + 1]!, objects[i + 2]!];
		const object = encodeTlv(tag, iccData.subarray(at, at + length));
		if (!SENSITIVE.includes(tag)) rest.push(object);
		else if (!isThere(tag)) sensitive.push(object);
	}
	const plain = concat(...sensitive);
	try {
		return {
			enciphered: plain.length ? keys.encipherData(plain) : undefined,
			iccData: concat(...rest),
		};
	} finally {
		wipe(plain, ...sensitive); // WIPE
	}
}

/**
 * The acquirer's half: PAN, track 2 and the cards of an upload, as far as they were there.
 * @param plain what `protectCardData` enciphered, deciphered (`decipherCardData`)
 * @throws {TlvError} when it is not BER-TLV
 */
export function readCardData(plain: Uint8Array): Omit<CardData, "iccData"> {
	const pan = findTlv(plain, TAG_PAN);
	const track2 = findTlv(plain, TAG_TRACK_2);
	const otherPans: string[] = [];
	const objects = tlvObjects(plain);
	for (let i = 0; i < objects.length; i += 3)
		if (objects[i] === TAG_OTHER_PAN)
			otherPans.push(compressedNumericText(plain.subarray(objects[i + 1]!, objects[i + 1]! + objects[i + 2]!)));
	return {
		...(pan && { pan: compressedNumericText(pan) }),
		...(track2 && { track2: compressedNumericText(track2) }),
		...(otherPans.length && { otherPans }),
	};
}
