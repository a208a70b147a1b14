import { concat } from "../../src/bytes/bytes.js";
import { parseHex } from "../../src/bytes/hex.js";

/**
 * BER-TLV as the card writes it (EMV 4.4 Book 3, Annex B). The card shares no codec with the terminal, so that a mistake
 * in one of them shows.
 * @param tag hexadecimal, as printed in the Books
 * @param parts the value, or the data objects of a template
 * @throws {RangeError} above 255 bytes, more than a card's response holds
 */
export function tlv(tag: string, ...parts: readonly Uint8Array[]): Uint8Array {
	const value = concat(...parts);
	if (value.length > 255) throw new RangeError(`tag ${tag} is longer than 255 bytes`);
	const length = value.length < 128 ? [value.length] : [0x81, value.length];
	return concat(parseHex(tag), Uint8Array.from(length), value);
}
