import { expect, test } from "vitest";
import { formatHex } from "../../src/bytes/hex.js";
import { carriesPin, decodeCommand, decodeResponse, encodeCommand } from "../../src/card/apdu.js";
import { bytes } from "../emv/scriptedCard.js";

// ISO/IEC 7816-4, 5.1
// [ISO-APDU-01]
test.each([
	["case 1", "801E0000"],
	["case 2", "00B2010C05"],
	["case 2, Le 256", "00B2010C00"],
	["case 3", "00200080021234"],
	["case 4", "00A4040002A00000"],
	["case 4, Le 1", "00A4040002A00001"],
	["case 4, longest", `80AE8000FF${"AA".repeat(255)}00`],
])("%s reads as it was written", (_name, text) => {
	expect(formatHex(encodeCommand(decodeCommand(bytes(text))))).toBe(text);
});

// [ISO-APDU-01]
test.each([
	["nothing", ""],
	["half a header", "00A404"],
	["data shorter than Lc", "00A4040003A000"],
	["two bytes after the data", "00A4040001A00000"],
	["extended length", "00A4040000000102"],
])("%s is no command", (_name, text) => {
	expect(() => decodeCommand(bytes(text))).toThrow(RangeError);
});

// [ISO-APDU-02]
test("a response is data and a status word", () => {
	expect(decodeResponse(bytes("AABB6A83"))).toEqual({ data: bytes("AABB"), sw: 0x6a83 });
	expect(decodeResponse(bytes("90"))).toBeUndefined();
});

test("both kinds of VERIFY carry a PIN, nothing else does", () => {
	expect([...Array(256).keys()].filter(carriesPin)).toEqual([0x20, 0x21]);
});
