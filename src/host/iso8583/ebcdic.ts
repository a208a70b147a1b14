import { parseHex } from "../../bytes/hex.js";

/** Code page 500 (international EBCDIC): at index = EBCDIC code stands the ISO/IEC 8859-1 code of the same character. */
const LATIN1_OF_EBCDIC: Uint8Array = parseHex(
	"000102039C09867F978D8E0B0C0D0E0F101112139D8508871819928F1C1D1E1F" +
		"80818283840A171B88898A8B8C050607909116939495960498999A9B14159E1A" +
		"20A0E2E4E0E1E3E5E7F15B2E3C282B2126E9EAEBE8EDEEEFECDF5D242A293B5E" +
		"2D2FC2C4C0C1C3C5C7D1A62C255F3E3FF8C9CACBC8CDCECFCC603A2340273D22" +
		"D8616263646566676869ABBBF0FDFEB1B06A6B6C6D6E6F707172AABAE6B8C6A4" +
		"B57E737475767778797AA1BFD0DDDEAEA2A3A5B7A9A7B6BCBDBEAC7CAFA8B4D7" +
		"7B414243444546474849ADF4F6F2F3F57D4A4B4C4D4E4F505152B9FBFCF9FAFF" +
		"5CF7535455565758595AB2D4D6D2D3D530313233343536373839B3DBDCD9DA9F",
);

/** @returns the text, or undefined when a character has no place in the code page */
export function ebcdicBytes(text: string): Uint8Array | undefined {
	const bytes = new Uint8Array(text.length);
	for (let i = 0; i < text.length; i++) {
		const code = LATIN1_OF_EBCDIC.indexOf(text.charCodeAt(i));
		if (code < 0) return undefined;
		bytes[i] = code;
	}
	return bytes;
}

export function ebcdicText(bytes: Uint8Array): string {
	let text = "";
	for (const byte of bytes) text += String.fromCharCode(LATIN1_OF_EBCDIC[byte]!);
	return text;
}
