import { expect, test } from "vitest";
import { formatHex, parseHex } from "../../../src/bytes/hex.js";
import { decodeField, encodeField, type FieldSpec, type FieldValue } from "../../../src/host/iso8583/field.js";
import { fixed, LL_ASCII, LL_BCD, LLL_ASCII, LLL_BCD, variable } from "../../../src/host/iso8583/spec.js";

const binaryPrefix = { encoding: "binary", bytes: 1 } as const;
const ebcdicPrefix = { encoding: "ebcdic", bytes: 2 } as const;

const good: [name: string, FieldSpec, FieldValue, wire: string][] = [
	["fixed ASCII", fixed("a", "ascii", 3), "1A ", "314120"],
	["fixed EBCDIC", fixed("a", "ebcdic", 4), "Az09", "C1A9F0F9"],
	["fixed BCD, even", fixed("a", "bcd", 4), "0123", "0123"],
	["fixed BCD, odd, right aligned", fixed("a", "bcd", 3), "123", "0123"],
	["fixed BCD, odd, left aligned", fixed("a", "bcd", 3, "right 0"), "051", "0510"],
	["fixed binary", fixed("a", "binary", 2), parseHex("00FF"), "00FF"],
	["LL ASCII", variable("a", "ascii", 19, LL_ASCII), "12345", "30353132333435"],
	["LLL ASCII", variable("a", "ascii", 999, LLL_ASCII), "1", "30303131"],
	["LL EBCDIC", variable("a", "ebcdic", 19, ebcdicPrefix), "12", "F0F2F1F2"],
	["LL BCD counts digits", variable("a", "bcd", 19, LL_BCD, "right 0"), "62220", "05622200"],
	["LL BCD, odd, filler F", variable("a", "bcd", 19, LL_BCD, "right F"), "62220", "0562220F"],
	["LL BCD, odd, filler left", variable("a", "bcd", 19, LL_BCD), "62220", "05062220"],
	[
		"LLL BCD counts bytes of binary",
		variable("a", "binary", 255, LLL_BCD),
		new Uint8Array(100),
		`0100${"00".repeat(100)}`,
	],
	["track 2 with its separator", variable("a", "nibbles", 37, LL_BCD, "right 0"), "6222D3012", "096222D30120"],
	["binary length", variable("a", "ascii", 200, binaryPrefix), "AB", "024142"],
	["empty", variable("a", "ascii", 19, LL_ASCII), "", "3030"],
];

// [HST-FLD-01]
test.each(good)("%s", (_name, spec, value, wire) => {
	expect(formatHex(encodeField(4, spec, value))).toBe(wire);
	expect(decodeField(4, spec, parseHex(`AA${wire}BB`), 1)).toEqual({ value, end: 1 + wire.length / 2 });
});

const badWire: [name: string, FieldSpec, wire: string, complaint: string][] = [
	["ends in a fixed field", fixed("a", "ascii", 3), "3141", "ends inside the field"],
	["ends in the length", variable("a", "ascii", 19, LL_ASCII), "30", "ends inside its length"],
	["ends in a variable field", variable("a", "bcd", 19, LL_BCD), "0512", "ends inside the field"],
	["length is not decimal", variable("a", "ascii", 19, LL_ASCII), "3A3131", "length is not a number"],
	["BCD length is not decimal", variable("a", "bcd", 19, LL_BCD), "0A1234567890", "length is not a number"],
	["EBCDIC length in ASCII", variable("a", "ebcdic", 19, ebcdicPrefix), "3031F1", "length is not a number"],
	["longer than the maximum", variable("a", "bcd", 4, LL_BCD), "05123450", "has length 5"],
	["letter in BCD", fixed("a", "bcd", 4), "01A3", "not decimal"],
	["separator in BCD", fixed("a", "bcd", 4), "01D3", "not decimal"],
	["wrong filler on the left", fixed("a", "bcd", 3), "1123", "fill nibble"],
	["wrong filler on the right", fixed("a", "bcd", 3, "right 0"), "051F", "fill nibble"],
	["not ASCII", fixed("a", "ascii", 2), "31C1", "not ASCII"],
];

// [HST-FLD-01]
test.each(badWire)("refused on the wire: %s", (_name, spec, wire, complaint) => {
	expect(() => decodeField(4, spec, parseHex(wire), 0)).toThrow(new RegExp(`^field 4: .*${complaint}`));
});

const badValue: [name: string, FieldSpec, FieldValue, complaint: string][] = [
	["too short", fixed("a", "bcd", 4), "123", "has length 3"],
	["too long", variable("a", "ascii", 3, LL_ASCII), "1234", "at most 3"],
	["text for binary", fixed("a", "binary", 2), "12", "wants bytes"],
	["bytes for text", fixed("a", "ascii", 2), new Uint8Array(2), "wants text"],
	["minus sign in BCD", fixed("a", "bcd", 4), "00-1", "not decimal"],
	["lower case", fixed("a", "nibbles", 2), "1d", "not upper-case hexadecimal"],
	["not ASCII", fixed("a", "ascii", 1), "é", "not ASCII"],
	["not in EBCDIC", fixed("a", "ebcdic", 1), "中", "EBCDIC lacks"],
	[
		"length needs three digits",
		variable("a", "ascii", 200, LL_ASCII),
		"1".repeat(100),
		"too long for its length prefix",
	],
];

test.each(badValue)("refused to encode: %s", (_name, spec, value, complaint) => {
	expect(() => encodeField(4, spec, value)).toThrow(new RegExp(`^field 4: .*${complaint}`));
});

test("a complaint does not carry the content", () => {
	const pan = variable("pan", "bcd", 19, LL_BCD);
	const why = () => encodeField(2, pan, "6222021234567890A");
	expect(why).toThrow("field 2: is not decimal");
	expect(why).not.toThrow("6222");
});
