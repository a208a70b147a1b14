import { expect, test } from "vitest";
import { formatHex, parseHex } from "../../src/bytes/hex.js";
import {
	derBitString,
	derContext,
	derInteger,
	derNull,
	derObjectIdentifier,
	derOctetString,
	derSequence,
	derSet,
	derUtf8String,
} from "../../src/keys/der.js";

// ITU-T X.690, 8
test.each([
	[derInteger(parseHex("00")), "020100"],
	[derInteger(parseHex("7F")), "02017F"],
	[derInteger(parseHex("80")), "02020080"],
	[derInteger(parseHex("000000FF01")), "020300FF01"],
	[derObjectIdentifier("1.2.840.113549.1.1.11"), "06092A864886F70D01010B"],
	[derObjectIdentifier("2.5.4.3"), "0603550403"],
	[derNull(), "0500"],
	[derOctetString(parseHex("0102")), "04020102"],
	[derBitString(parseHex("AB")), "030200AB"],
	[derUtf8String("Ka"), "0C024B61"],
	[derContext(0, new Uint8Array(0)), "A000"],
	[derSequence(derNull(), derSet(derNull())), "3006050031020500"],
	[derOctetString(new Uint8Array(128)).slice(0, 4), "04818000"],
	[derOctetString(new Uint8Array(256)).slice(0, 5), "0482010000"],
])("%#", (der, hex) => {
	expect(formatHex(der)).toBe(hex);
});

test("refused: text that is not ASCII, a value that is too long", () => {
	expect(() => derUtf8String("é")).toThrow(RangeError);
	expect(() => derOctetString(new Uint8Array(0x10000))).toThrow(RangeError);
});
