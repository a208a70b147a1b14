import { asciiBytes, concat, readUint } from "../bytes/bytes.js";

/** Writes and reads DER (ITU-T X.690): what certificates, requests for them and private keys need, and no more. */

export function derSequence(...parts: readonly Uint8Array[]): Uint8Array {
	return tagged(0x30, concat(...parts));
}

export function derSet(...parts: readonly Uint8Array[]): Uint8Array {
	return tagged(0x31, concat(...parts));
}

/** @param magnitude an unsigned number, big-endian, of any length */
export function derInteger(magnitude: Uint8Array): Uint8Array {
	let from = 0;
	while (from < magnitude.length - 1 && magnitude[from] === 0) from++;
	const shortest = magnitude.subarray(from);
	return tagged(0x02, shortest[0]! & 0x80 ? concat(Uint8Array.of(0), shortest) : shortest);
}

/** @param dotted e.g. "1.2.840.113549.1.1.11" */
export function derObjectIdentifier(dotted: string): Uint8Array {
	const [first, second, ...rest] = dotted.split(".").map(Number);
	const bytes: number[] = [];
	for (const arc of [40 * first! + second!, ...rest]) {
		const septets = [arc & 0x7f];
		for (let left = Math.floor(arc / 128); left > 0; left = Math.floor(left / 128))
			septets.unshift((left & 0x7f) | 0x80);
		bytes.push(...septets);
	}
	return tagged(0x06, Uint8Array.from(bytes));
}

export function derNull(): Uint8Array {
	return tagged(0x05, new Uint8Array(0));
}

export function derOctetString(content: Uint8Array): Uint8Array {
	return tagged(0x04, content);
}

/** Whole bytes only. */
export function derBitString(content: Uint8Array): Uint8Array {
	return tagged(0x03, concat(Uint8Array.of(0), content));
}

/** @param text ASCII */
export function derUtf8String(text: string): Uint8Array {
	return tagged(0x0c, asciiBytes(text));
}

/** A constructed value with a tag of the context's own. */
export function derContext(number: number, content: Uint8Array): Uint8Array {
	return tagged(0xa0 | number, content);
}

function tagged(tag: number, content: Uint8Array): Uint8Array {
	const { length } = content;
	if (length > 0xffff) throw new RangeError("a DER value of more than 65535 bytes");
	const lengthBytes = length < 0x80 ? [length] : length < 0x100 ? [0x81, length] : [0x82, length >> 8, length & 0xff];
	return concat(Uint8Array.of(tag, ...lengthBytes), content);
}

/** Where a value is in the bytes that it was found in. */
export interface DerValue {
	readonly tag: number;
	/** Of tag and length; the content begins at `contentAt`. */
	readonly at: number;
	readonly contentAt: number;
	/** Behind its last byte. */
	readonly end: number;
}

/** The value at `at`. @throws {RangeError} when there is none, or more of it than bytes up to `end` */
export function readDer(bytes: Uint8Array, at: number, end = bytes.length): DerValue {
	const first = bytes[at + 1] ?? 0x80;
	const lengthBytes = first < 0x80 ? 0 : first & 0x7f;
	const contentAt = at + 2 + lengthBytes;
	if (first === 0x80 || lengthBytes > 2 || contentAt > end) throw new RangeError("this is no DER");
	const length = lengthBytes ? readUint(bytes, at + 2, lengthBytes) : first;
	if (contentAt + length > end) throw new RangeError("this is no DER");
	return { tag: bytes[at]!, at, contentAt, end: contentAt + length };
}

/** The values that a constructed one holds. @throws {RangeError} when it does not consist of such */
export function readDerParts(bytes: Uint8Array, whole: DerValue): DerValue[] {
	const parts: DerValue[] = [];
	for (let at = whole.contentAt; at < whole.end; at = parts.at(-1)!.end) parts.push(readDer(bytes, at, whole.end));
	return parts;
}
