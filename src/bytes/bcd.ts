import { formatHex, parseHex } from "./hex.js";

/**
 * Decimal digits packed two a byte, zeros on the left (EMV format n).
 * @param digits 15 at most
 * @param length in bytes
 * @throws {RangeError} when the digits do not fit or are not digits
 */
export function numericBytes(digits: string | number, length: number): Uint8Array {
	const isNumber = typeof digits === "number" || (/^[0-9]*$/.test(digits) && digits.length <= 2 * length);
	let rest = isNumber ? Number(digits) : Number.NaN;
	if (!Number.isSafeInteger(rest) || rest < 0) throw new RangeError("not a number of that length");
	const bytes = new Uint8Array(length);
	for (let i = length - 1; rest > 0; i--) {
		if (i < 0) throw new RangeError("not a number of that length");
		const pair = rest % 100;
		bytes[i] = pair + 6 * Math.floor(pair / 10);
		rest = (rest - pair) / 100;
	}
	return bytes;
}

/** The value of packed decimal digits. @throws {RangeError} on a nibble above 9 or more than 15 significant digits */
export function numericValue(bytes: Uint8Array): number {
	let value = 0;
	for (let i = 0; i < bytes.length; i++) {
		const byte = bytes[i]!;
		if (byte > 0x99 || (byte & 15) > 9) throw new RangeError("not a packed decimal number");
		value = value * 100 + byte - 6 * (byte >> 4);
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
	return parseHex(digits.length & 1 ? `${digits}F` : digits);
}

/** The digits of a compressed numeric field: filler F at the end removed. */
export function compressedNumericText(bytes: Uint8Array): string {
	let { length } = bytes;
	while (bytes[length - 1] === 0xff) length--;
	const text = formatHex(bytes.subarray(0, length));
	return text.endsWith("F") ? text.slice(0, -1) : text;
}
