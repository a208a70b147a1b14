/** What the flat parser is measured against: an object for each data object, its value a copy, its children parsed with it. */
export interface NaiveTlv<Tag> {
	readonly tag: Tag;
	readonly length: number;
	readonly value: Uint8Array;
	readonly children: readonly NaiveTlv<Tag>[];
}

/** @param tagOf what becomes of the bytes of a tag: `textOf`, as most libraries have it, or `numberOf` */
export function parseNaively<Tag>(bytes: Uint8Array, tagOf: (bytes: Uint8Array) => Tag): NaiveTlv<Tag>[] {
	const objects: NaiveTlv<Tag>[] = [];
	let at = 0;
	while (at < bytes.length) {
		if (bytes[at] === 0x00) {
			at++;
			continue;
		}
		const tagLength = (bytes[at]! & 0x1f) !== 0x1f ? 1 : bytes[at + 1]! & 0x80 ? 3 : 2;
		const isConstructed = (bytes[at]! & 0x20) !== 0;
		const tag = tagOf(bytes.slice(at, at + tagLength));
		at += tagLength;
		const lengthLength = bytes[at]! & 0x80 ? bytes[at]! & 0x7f : 0;
		const length = lengthLength ? numberOf(bytes.slice(at + 1, at + 1 + lengthLength)) : bytes[at]!;
		at += 1 + lengthLength;
		if (at + length > bytes.length) throw new Error("a value is longer than what holds it");
		const value = bytes.slice(at, at + length);
		at += length;
		objects.push({ tag, length, value, children: isConstructed ? parseNaively(value, tagOf) : [] });
	}
	return objects;
}

/** E.g. 0x9f26. */
export function numberOf(bytes: Uint8Array): number {
	return bytes.reduce((number, byte) => number * 256 + byte, 0);
}

/** E.g. "9F26". */
export function textOf(bytes: Uint8Array): string {
	return [...bytes].map(byte => byte.toString(16).toUpperCase().padStart(2, "0")).join("");
}
