const DIGITS = "0123456789ABCDEF";

/** Upper-case hexadecimal without separators. */
export function formatHex(bytes: Uint8Array): string {
	let text = "";
	for (let i = 0; i < bytes.length; i++) text += DIGITS[bytes[i]! >> 4]! + DIGITS[bytes[i]! & 15]!;
	return text;
}

/** @throws {RangeError} when `text` is not an even number of hexadecimal digits */
export function parseHex(text: string): Uint8Array {
	if (text.length & 1) throw new RangeError("hexadecimal text needs an even number of digits");
	const bytes = new Uint8Array(text.length >> 1);
	for (let i = 0; i < bytes.length; i++) bytes[i] = (digit(text, 2 * i) << 4) | digit(text, 2 * i + 1);
	return bytes;
}

function digit(text: string, at: number): number {
	const code = text.charCodeAt(at);
	if (code >= 48 && code <= 57) return code - 48;
	const letter = code & ~32;
	if (letter >= 65 && letter <= 70) return letter - 55;
	throw new RangeError(`not a hexadecimal digit at position ${at}`);
}
