import { compressedNumericBytes, compressedNumericText } from "../bytes/bcd.js";
import { concat, wipe } from "../bytes/bytes.js";
import { encodeTlv, findTlv, tlvObjects } from "../bytes/tlv.js";
import type { MessageKeys } from "./hostKeys.js";

/** What of a card could be used to pay with it elsewhere (PCI DSS 4.0.1, 3.2 and 3.3), on its way to the acquirer. */
export interface CardData {
	readonly pan: string;
	/** Digits with the separator "D", as in tag 57. */
	readonly track2?: string;
	/** Field 55 as the kernel made it. */
	readonly iccData: Uint8Array;
}

export interface ProtectedCardData {
	/** PAN, track 2 and the sensitive objects of field 55, as BER-TLV under the data key. */
	readonly enciphered: Uint8Array;
	/** Field 55 without them. */
	readonly iccData: Uint8Array;
}

const TAG_PAN = 0x5a;
const TAG_TRACK_2 = 0x57;
/** Objects of field 55 that name the card or its holder: track 1 and 2 equivalent, PAN, name. */
const SENSITIVE: readonly number[] = Object.freeze([0x56, TAG_TRACK_2, TAG_PAN, 0x5f20, 0x9f0b, 0x9f6b]);

/** Enciphers a card's data apart from TLS, for the acquirer alone; nothing else of the message needs to change. */
export function protectCardData(keys: Pick<MessageKeys, "encipherData">, data: CardData): ProtectedCardData {
	const sensitive: Uint8Array[] = [encodeTlv(TAG_PAN, compressedNumericBytes(data.pan))];
	if (data.track2 !== undefined) sensitive.push(encodeTlv(TAG_TRACK_2, compressedNumericBytes(data.track2)));
	const rest: Uint8Array[] = [];
	const objects = tlvObjects(data.iccData);
	for (let i = 0; i < objects.length; i += 3) {
		const [tag, at, length] = [objects[i]!, objects[i + 1]!, objects[i + 2]!];
		const object = encodeTlv(tag, data.iccData.subarray(at, at + length));
		if (!SENSITIVE.includes(tag)) rest.push(object);
		else if (tag !== TAG_PAN && tag !== TAG_TRACK_2) sensitive.push(object); // those two stand there already
	}
	const plain = concat(...sensitive);
	try {
		return { enciphered: keys.encipherData(plain), iccData: concat(...rest) };
	} finally {
		wipe(plain, ...sensitive); // WIPE
	}
}

/**
 * The acquirer's half.
 * @param plain what `protectCardData` enciphered, deciphered (`decipherCardData`)
 * @returns undefined when it holds no PAN
 * @throws {TlvError} when it is not BER-TLV
 */
export function readCardData(plain: Uint8Array): { readonly pan: string; readonly track2?: string } | undefined {
	const pan = findTlv(plain, TAG_PAN);
	const track2 = findTlv(plain, TAG_TRACK_2);
	return pan && { pan: compressedNumericText(pan), ...(track2 && { track2: compressedNumericText(track2) }) };
}
