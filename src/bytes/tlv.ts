/**
 * BER-TLV as EMV uses it (EMV 4.4 Book 3, Annex B): tags of 1 to 3 bytes, definite lengths of up to 3 bytes, filler 00
 * between objects. Flat and without copies: one pass fills one array of numbers, and values stay where they are.
 * Deliberately absent: indefinite length, tags above 3 bytes.
 */

/** The bytes are not well-formed BER-TLV. */
export class TlvError extends Error {
	override readonly name = "TlvError";
}

/**
 * The objects of one level, three numbers each: tag, offset of the value in `bytes`, length of the value.
 * @param from first byte to read; @param to the byte after the last
 * @throws {TlvError}
 */
export function tlvObjects(bytes: Uint8Array, from = 0, to = bytes.length): number[] {
	const objects: number[] = [];
	readTlvObjects(bytes, from, to, objects);
	return objects;
}

/**
 * As `tlvObjects`, into numbers that the caller uses again and again: it leaves no garbage.
 * @param objects three numbers for every two bytes are enough
 * @returns how many numbers it holds now
 * @throws {TlvError}
 */
export function readTlvObjects(bytes: Uint8Array, from: number, to: number, objects: number[] | Int32Array): number {
	const end = to - 1;
	let last = from - 1; // the byte taken last: XS takes a next one in fewer steps than it passes one
	let written = -1;
	let tag = 0;
	let length = 0;
	while (last < end) {
		tag = bytes[++last]!;
		if (!tag) continue; // Annex B1: '00' before, between or after objects means nothing
		if ((tag & 0x1f) === 0x1f) {
			tag = (tag << 8) | bytes[++last]!;
			if (tag & 0x80) {
				tag = (tag << 8) | bytes[++last]!;
				if (tag & 0x80 && last <= end) throw new TlvError("a tag is longer than 3 bytes");
			}
		}
		length = bytes[++last]!;
		if (length > 0x7f) {
			if (length === 0x81) length = bytes[++last]!;
			else if (length === 0x82) length = (bytes[++last]! << 8) | bytes[++last]!;
			else if (last <= end) throw new TlvError("a length is not of 1 to 3 bytes");
		}
		objects[++written] = tag;
		objects[++written] = last + 1;
		objects[++written] = length;
		last += length;
		// Beyond `bytes` stand undefined numbers, which no comparison holds for; this one finds whatever is cut short
		if (!(last <= end))
			throw new TlvError(
				last - length <= end ? "a value is longer than what holds it" : "an object ends before its length",
			);
	}
	return written + 1;
}

/** Bit 6 of the tag's first byte: the value holds objects of its own. */
export function isConstructed(tag: number): boolean {
	return (tag & (tag > 0xffff ? 0x20_0000 : tag > 0xff ? 0x2000 : 0x20)) !== 0;
}

/** The value of the first object with that tag on one level, as a view into `bytes`. @throws {TlvError} */
export function findTlv(bytes: Uint8Array, tag: number): Uint8Array | undefined {
	const objects: number[] = [];
	readTlvObjects(bytes, 0, bytes.length, objects);
	return tlvValueOf(bytes, objects, tag);
}

/** As `findTlv`, for a caller that looks for more than one. @param objects what `tlvObjects` says of `bytes` */
export function tlvValueOf(bytes: Uint8Array, objects: readonly number[], tag: number): Uint8Array | undefined {
	for (let i = 0; i < objects.length; i += 3) if (objects[i] === tag) return tlvValue(bytes, objects, i);
	return undefined;
}

/** The value of the object whose tag stands at `i` of `objects` (see `tlvObjects`), as a view into `bytes`. */
export function tlvValue(bytes: Uint8Array, objects: readonly number[], i: number): Uint8Array {
	return new Uint8Array(bytes.buffer, bytes.byteOffset + objects[i + 1]!, objects[i + 2]!);
}

/** One object: tag, shortest length, value. */
export function encodeTlv(tag: number, value: Uint8Array): Uint8Array {
	const tagLength = tag > 0xffff ? 3 : tag > 0xff ? 2 : 1;
	const lengthLength = value.length > 0xff ? 3 : value.length > 0x7f ? 2 : 1;
	const bytes = new Uint8Array(tagLength + lengthLength + value.length);
	let at = 0;
	for (let shift = 8 * (tagLength - 1); shift >= 0; shift -= 8) bytes[at++] = (tag >> shift) & 255;
	if (lengthLength > 1) bytes[at++] = 0x7f + lengthLength;
	if (lengthLength === 3) bytes[at++] = value.length >> 8;
	bytes[at++] = value.length & 255;
	bytes.set(value, at);
	return bytes;
}
