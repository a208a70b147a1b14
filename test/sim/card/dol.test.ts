import { expect, test } from "vitest";
import { decodeDol, dolLength, splitDolData } from "../../../sim/card/dol.js";
import { tlv } from "../../../sim/card/tlv.js";
import { formatHex, parseHex } from "../../../src/bytes/hex.js";

test("a data object list with tags of one, two and three bytes", () => {
	const entries = decodeDol(parseHex("9505 9F3704 DF810C01".replaceAll(" ", "")));
	expect(entries).toEqual([
		{ tag: "95", length: 5 },
		{ tag: "9F37", length: 4 },
		{ tag: "DF810C", length: 1 },
	]);
	expect(dolLength(entries)).toBe(10);
	const values = splitDolData(entries, parseHex("0102030405A1B2C3D477"));
	expect(formatHex(values.get("9F37")!)).toBe("A1B2C3D4");
	expect(formatHex(values.get("DF810C")!)).toBe("77");
});

test("an empty list asks for nothing", () => {
	expect(dolLength(decodeDol(new Uint8Array(0)))).toBe(0);
});

test.each(["95", "9F", "9F37", "9F8181", "9F378101"])("%s is refused", hex => {
	expect(() => decodeDol(parseHex(hex))).toThrow(RangeError);
});

test("the length takes a second byte from 128 on", () => {
	expect(formatHex(tlv("90", new Uint8Array(127))).slice(0, 4)).toBe("907F");
	expect(formatHex(tlv("90", new Uint8Array(128))).slice(0, 6)).toBe("908180");
	expect(() => tlv("90", new Uint8Array(256))).toThrow("tag 90 is longer than 255 bytes");
});
