import { expect, test } from "vitest";
import { SeededRandom } from "../../sim/world/seededRandom.js";
import { formatHex } from "../../src/bytes/hex.js";
import { encodeTlv, findTlv, isConstructed, TlvError, tlvObjects, tlvValueOf } from "../../src/bytes/tlv.js";
import { decodeAtr } from "../../src/card/atr.js";
import { decodeCvmList } from "../../src/emv/cvmList.js";
import { decodeDol } from "../../src/emv/dol.js";
import { readIssuerData } from "../../src/emv/iccData.js";
import { decodeAfl } from "../../src/emv/readApplicationData.js";
import { bytes } from "../emv/scriptedCard.js";

/** Tag and value of each object, e.g. "9F02=0102". */
function objects(text: string): string[] {
	const data = bytes(text);
	const found = tlvObjects(data);
	const texts: string[] = [];
	for (let i = 0; i < found.length; i += 3)
		texts.push(
			`${found[i]!.toString(16).toUpperCase()}=${formatHex(data.subarray(found[i + 1]!, found[i + 1]! + found[i + 2]!))}`,
		);
	return texts;
}

// EMV 4.4 Book 3, Annex B
// [EMV-TLV-01 EMV-TLV-02]
test.each([
	["nothing", "", []],
	["filler alone (B1)", "000000", []],
	["an empty value", "9C00", ["9C="]],
	["tags of 1, 2 and 3 bytes (B1)", "5A0111 9F020122 DFAE030133", ["5A=11", "9F02=22", "DFAE03=33"]],
	["filler before, between and after (B1)", "00 5A0111 0000 9C0122 00", ["5A=11", "9C=22"]],
	["filler inside a value stays", "70030000 5A", ["70=00005A"]],
	["a length of two bytes (B2)", `5A8101AA`, ["5A=AA"]],
	["a length of three bytes (B2)", `5A820001AA`, ["5A=AA"]],
	["the same tag twice", "9C0101 9C0102", ["9C=01", "9C=02"]],
])("decodes %s", (_name, data, expected) => {
	expect(objects(data)).toEqual(expected);
});

// [EMV-TLV-03]
test.each([
	["a tag cut off", "9F"],
	["a tag cut off after its second byte", "9F81"],
	["a tag of 4 bytes", "9F81820100"],
	["no length", "5A"],
	["a length cut off", "5A81"],
	["a long length cut off", "5A8201"],
	["the indefinite length", "70800000"],
	["a length of 4 bytes", "5A8300000100"],
	["a value cut off", "5A0211"],
	["a second object cut off", "5A0111 9F0206 0000"],
])("refuses %s", (_name, data) => {
	expect(() => tlvObjects(bytes(data))).toThrow(TlvError);
});

test.each([0, 1, 127, 128, 255, 256, 400])("a value of %i bytes comes back from its encoding", length => {
	const value = new Uint8Array(length).fill(0xa5);
	for (const tag of [0x5a, 0x9f02, 0xdfae03]) expect(findTlv(encodeTlv(tag, value), tag)).toEqual(value);
});

test("bit 6 of the tag's first byte tells a constructed object", () => {
	expect([0x70, 0xa5, 0xbf0c, 0xff8105].map(isConstructed)).toEqual([true, true, true, true]);
	expect([0x5a, 0x9f02, 0xdf8105].map(isConstructed)).toEqual([false, false, false]);
});

// [EMV-TLV-05]
test("of hostile bytes the decoders make a result or a TlvError, and never hang", () => {
	const random = new SeededRandom(20261122);
	for (let round = 0; round < 20_000; round++) {
		const data = random.bytes(random.bytes(1)[0]! % 60);
		for (const decode of [tlvObjects, decodeDol, readIssuerData, decodeAfl, decodeCvmList, decodeAtr])
			try {
				decode(data);
			} catch (error) {
				expect(error).toBeInstanceOf(TlvError);
			}
	}
});

test("a value by tag: a view, of a tag that stands twice the first", () => {
	const level = bytes("00 9A03261122 9F370112 9A03261123 00");
	expect(formatHex(findTlv(level, 0x9a)!)).toBe("261122");
	expect(formatHex(findTlv(level.subarray(6), 0x9a)!)).toBe("261123");
	expect(findTlv(level, 0x9f37)!.buffer).toBe(level.buffer);
	expect(tlvValueOf(level, tlvObjects(level), 0x9f37)).toEqual(bytes("12"));
	expect(findTlv(level, 0x5a)).toBeUndefined();
	expect(() => findTlv(bytes("9A03261122 9F3702"), 0x9a)).toThrow(TlvError);
});
