/** @throws {RangeError} unless `text` is base64 in the alphabet of RFC 4648, 4, whole groups with padding */
export function decodeBase64(text: string): Uint8Array {
	const padding = text.endsWith("==") ? 2 : text.endsWith("=") ? 1 : 0;
	if (text.length % 4 !== 0) throw new RangeError("base64 text needs whole groups of four");
	const bytes = new Uint8Array((text.length / 4) * 3 - padding);
	let bits = 0;
	let at = 0;
	for (let i = 0; i < text.length - padding; i++) {
		bits = (bits << 6) | value(text.charCodeAt(i));
		// The 1st character of a group only fills the register; each later one completes a byte.
		if (i % 4 !== 0) bytes[at++] = bits >> (6 - 2 * (i % 4));
	}
	return bytes;
}

function value(code: number): number {
	if (code >= 65 && code <= 90) return code - 65;
	if (code >= 97 && code <= 122) return code - 71;
	if (code >= 48 && code <= 57) return code + 4;
	if (code === 43) return 62;
	if (code === 47) return 63;
	throw new RangeError("not a base64 character");
}
