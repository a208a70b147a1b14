/** What the flat parser is measured against: an object for each data object, its tag as text, its value a copy, its children parsed with it. */
export interface NaiveTlv {
	/** E.g. "9F26". */
	readonly tag: string;
	readonly length: number;
	readonly value: Uint8Array;
	readonly children: readonly NaiveTlv[];
}

export function parseNaively(bytes: Uint8Array): NaiveTlv[] {
	const objects: NaiveTlv[] = [];
	let at = 0;
	while (at < bytes.length) {
		if (bytes[at] === 0x00) {
			at++;
			continue;
		}
		const tagLength = (bytes[at]! & 0x1f) !== 0x1f ? 1 : bytes[at + 1]! & 0x80 ? 3 : 2;
		const isConstructed = (bytes[at]! & 0x20) !== 0;
		const tag = hexOf(bytes.slice(at, at + tagLength));
		at += tagLength;
		const lengthLength = bytes[at]! & 0x80 ? bytes[at]! & 0x7f : 0;
		const length = lengthLength ? numberOf(bytes.slice(at + 1, at + 1 + lengthLength)) : bytes[at]!;
		at += 1 + lengthLength;
		if (at + length > bytes.length) throw new Error("a value is longer than what holds it");
		const value = bytes.slice(at, at + length);
		at += length;
		objects.push({ tag, length, value, children: isConstructed ? parseNaively(value) : [] });
	}
	return objects;
}

function numberOf(bytes: Uint8Array): number {
	return bytes.reduce((number, byte) => number * 256 + byte, 0);
}

function hexOf(bytes: Uint8Array): string {
	return [...bytes].map(byte => byte.toString(16).toUpperCase().padStart(2, "0")).join("");
}
