/** Each byte as two digits: one step instead of two for every byte that is spelled. */
const PAIRS: readonly string[] = Object.freeze(
	Array.from({ length: 256 }, (_, byte) => byte.toString(16).toUpperCase().padStart(2, "0")),
);

/** Upper-case hexadecimal without separators. */
export function formatHex(bytes: Uint8Array): string {
	let text = "";
	const { length } = bytes;
	for (let i = 0; i < length; i++) text += PAIRS[bytes[i]!]!;
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
