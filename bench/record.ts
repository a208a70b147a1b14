import { concat } from "../src/bytes/bytes.js";
import { parseHex } from "../src/bytes/hex.js";
import { encodeTlv } from "../src/bytes/tlv.js";

/** A record of 480 bytes with what the records of a CDA card hold: template 70, certificates, lists, dates, numbers. */
export function cardRecord(): Uint8Array {
	const filled = (length: number) => new Uint8Array(length).map((_, i) => (i * 151 + 7) & 255);
	const objects: readonly (readonly [tag: number, value: Uint8Array])[] = [
		[0x5a, parseHex("6221269999999999990F")],
		[0x5f34, parseHex("01")],
		[0x5f24, parseHex("351231")],
		[0x5f25, parseHex("240101")],
		[0x5f28, parseHex("0156")],
		[0x9f07, parseHex("FFC0")],
		[0x8e, parseHex("000000000000000044034203420344031F03")],
		[0x9f0d, parseHex("FC78BCF800")],
		[0x9f0e, parseHex("0010000000")],
		[0x9f0f, parseHex("FC78BCF800")],
		[0x8c, parseHex("9F02069F03069F1A0295055F2A029A039C019F37049F21039F4E14")],
		[0x8d, parseHex("8A029F02069F03069F1A0295055F2A029A039C019F37049F2103")],
		[0x9f49, parseHex("9F3704")],
		[0x9f4a, parseHex("82")],
		[0x8f, parseHex("F1")],
		[0x9f32, parseHex("03")],
		[0x9f47, parseHex("03")],
		[0x90, filled(144)],
		[0x9f46, filled(110)],
	];
	const content = concat(...objects.map(([tag, value]) => encodeTlv(tag, value)));
	const filler = RECORD_LENGTH - 4 - content.length - 3;
	return encodeTlv(0x70, concat(content, encodeTlv(0x9f48, filled(filler))));
}

export const RECORD_LENGTH = 480;
