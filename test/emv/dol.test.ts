import { expect, test } from "vitest";
import { formatHex } from "../../src/bytes/hex.js";
import { TlvError } from "../../src/bytes/tlv.js";
import { buildCommandData, buildDolData, decodeDol } from "../../src/emv/dol.js";
import { bytes } from "./scriptedCard.js";

const VALUES: Readonly<Record<string, string>> = {
	"9F02": "000000012345",
	"9A": "261122",
	"5A": "6221261000000018",
	"9F37": "A1B2C3D4",
	"9F4E": "4B61737361",
	"9F19": "654321012345",
	A5: "9C0100",
};

const source = {
	get(tag: number) {
		const value = VALUES[tag.toString(16).toUpperCase()];
		return value === undefined ? undefined : bytes(value);
	},
};

// EMV 4.4 Book 3, 5.4
// [EMV-DOL-01 EMV-DOL-02 EMV-DOL-03 EMV-DOL-04 EMV-DOL-05]
test.each([
	["values as they are", "9F0206 9F3704", "000000012345 A1B2C3D4"],
	["format n, shorter: the rightmost digits", "9F0202", "2345"],
	["format n, longer: zeros on the left", "9F0208", "0000000000012345"],
	["format n of the newer dictionary: 9F19", "9F1908", "0000654321012345"],
	["format cn, shorter: the leftmost digits", "5A05", "6221261000"],
	["format cn, longer: FF on the right", "5A0A", "6221261000000018FFFF"],
	["other formats, shorter: the leftmost bytes", "9F3702", "A1B2"],
	["other formats, longer: zeros on the right", "9F4E08", "4B61737361000000"],
	["an unknown object: zeros", "DF0103", "000000"],
	["an object that the terminal lacks: zeros", "9F0104", "00000000"],
	["a constructed object: zeros", "A503", "000000"],
	["the same object twice", "9A03 9A03", "261122 261122"],
	["length 0", "9A00 9F3704", "A1B2C3D4"],
	["nothing", "", ""],
])("fills %s", (_name, dol, data) => {
	expect(formatHex(buildDolData(decodeDol(bytes(dol)), source))).toBe(formatHex(bytes(data)));
});

// [EMV-DOL-06]
test("reads tags of 1 to 3 bytes; the length is one byte, no BER length", () => {
	expect(decodeDol(bytes("9A03 9F0206 DFAE0301 9F7EC8"))).toEqual({
		tags: [0x9a, 0x9f02, 0xdfae03, 0x9f7e],
		lengths: [3, 6, 1, 200],
		dataLength: 210,
	});
});

// [EMV-DOL-06]
test.each([
	["a tag cut off", "9F02069F"],
	["an entry without length", "9F02069A"],
	["a tag of 4 bytes", "9F81820104"],
])("refuses %s", (_name, dol) => {
	expect(() => decodeDol(bytes(dol))).toThrow(TlvError);
});

// [EMV-DOL-07]
test("a card must not ask for more than one command holds", () => {
	expect(buildCommandData(decodeDol(bytes("9F7EFC")), new Map()).length).toBe(252);
	expect(() => buildCommandData(decodeDol(bytes("9F7EFD")), new Map())).toThrow(TlvError);
});
