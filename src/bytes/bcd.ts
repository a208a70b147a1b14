/**
 * Decimal digits packed two a byte, zeros on the left (EMV format n).
 * @param length in bytes
 * @throws {RangeError} when the digits do not fit or are not digits
 */
export function numericBytes(digits: string | number, length: number): Uint8Array {
	const text = String(digits).padStart(2 * length, "0");
	if (text.length > 2 * length || !/^[0-9]*$/.test(text)) throw new RangeError("not a number of that length");
	return packDigits(text);
}

/** The value of packed decimal digits. @throws {RangeError} on a nibble above 9 or more than 15 significant digits */
export function numericValue(bytes: Uint8Array): number {
	let value = 0;
	for (const byte of bytes) {
		if (byte >> 4 > 9 || (byte & 15) > 9) throw new RangeError("not a packed decimal number");
		value = value * 100 + (byte >> 4) * 10 + (byte & 15);
	}
	if (!Number.isSafeInteger(value)) throw new RangeError("number too large");
	return value;
}

/**
 * Digits 0-9 and, as the nibble D, the "=" of track 2; an odd number of digits is filled with F on the right (format cn).
 * @throws {RangeError} on any other character
 */
export function compressedNumericBytes(digits: string): Uint8Array {
	if (!/^[0-9D]*$/.test(digits)) throw new RangeError("not a compressed numeric text");
	return packDigits(digits.length & 1 ? `${digits}F` : digits);
}

/** The digits of a compressed numeric field: filler F at the end removed. */
export function compressedNumericText(bytes: Uint8Array): string {
	let text = "";
	for (const byte of bytes) text += NIBBLES[byte >> 4]! + NIBBLES[byte & 15]!;
	return text.replace(/F+$/, "");
}

const NIBBLES = "0123456789ABCDEF";

function packDigits(text: string): Uint8Array {
	const bytes = new Uint8Array(text.length >> 1);
	for (let i = 0; i < bytes.length; i++)
		bytes[i] = (NIBBLES.indexOf(text[2 * i]!) << 4) | NIBBLES.indexOf(text[2 * i + 1]!);
	return bytes;
}
