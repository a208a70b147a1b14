import { expect, test } from "vitest";
import { asciiBytes, concat, equal, latin1Text, readUint, uintBytes, wipe, xor } from "../../src/bytes/bytes.js";
import { decodeCbor, encodeCbor } from "../../src/bytes/cbor.js";
import { crc32 } from "../../src/bytes/crc32.js";
import { formatHex, parseHex } from "../../src/bytes/hex.js";
import { maskPan } from "../../src/bytes/pan.js";

test("hexadecimal text and bytes", () => {
	expect(formatHex(parseHex("00a5FF"))).toBe("00A5FF");
	expect(() => parseHex("A")).toThrow(RangeError);
	for (const text of ["0G", "0 ", "0x", "0@", "0`", "é0"]) expect(() => parseHex(text)).toThrow(RangeError);
});

test("numbers are big-endian and stay inside 6 bytes", () => {
	expect(formatHex(uintBytes(0x010203, 4))).toBe("00010203");
	expect(readUint(parseHex("FFFFFFFFFFFF"))).toBe(2 ** 48 - 1);
	expect(readUint(parseHex("AABBCC"), 1, 1)).toBe(0xbb);
	for (const [value, length] of [
		[256, 1],
		[-1, 2],
		[1.5, 2],
		[Number.NaN, 2],
	] as const)
		expect(() => uintBytes(value, length)).toThrow(RangeError);
	expect(() => readUint(new Uint8Array(7))).toThrow(RangeError);
	expect(() => readUint(new Uint8Array(2), 1, 2)).toThrow(RangeError);
});

test("arrays of bytes are joined, compared, XORed and wiped", () => {
	expect(formatHex(concat(parseHex("01"), new Uint8Array(0), parseHex("0203")))).toBe("010203");
	expect(equal(parseHex("0102"), parseHex("0102"))).toBe(true);
	expect(equal(parseHex("0102"), parseHex("0103"))).toBe(false);
	expect(equal(parseHex("0102"), parseHex("010200"))).toBe(false);
	expect(formatHex(xor(parseHex("F0F0FF"), parseHex("FF0F")))).toBe("0FFF");
	const secret = parseHex("A5A5");
	wipe(secret, undefined);
	expect(formatHex(secret)).toBe("0000");
});

test("text is ASCII on the way out and Latin 1 on the way in", () => {
	expect(latin1Text(asciiBytes("Kassa 1"))).toBe("Kassa 1");
	expect(latin1Text(parseHex("C9"))).toBe("É");
	expect(() => asciiBytes("É")).toThrow(RangeError);
});

test("CRC-32 of its check string (ISO/IEC 13239)", () => {
	expect(crc32(asciiBytes("123456789"))).toBe(0xcbf43926);
	expect(crc32(new Uint8Array(0))).toBe(0);
});

test("CBOR is plain: maps, text, untagged byte strings (RFC 8949)", () => {
	expect(formatHex(encodeCbor({ a: 1, b: parseHex("0102") }))).toBe("A261610161624201" + "02");
	const entry = { type: "opened", stan: 999_999, at: 1.7e12, none: undefined, bytes: parseHex("00FF") };
	expect(decodeCbor(encodeCbor(entry))).toEqual(entry);
});

test.each(["", "A1", "A16161", "4402", "0101"])("no whole CBOR item: %s", hex => {
	expect(() => decodeCbor(parseHex(hex))).toThrow();
});

test("of a card number people see the first 6 and the last 4 digits", () => {
	expect(maskPan("6221261000000000018")).toBe("622126*********0018");
	expect(maskPan("6221260000018")).toBe("622126***0018");
	expect(maskPan("622126000018")).toBe("************");
});

test("bytes are equal when each of them is, wherever they stand in memory", () => {
	for (let length = 0; length < 24; length++) {
		const bytes = new Uint8Array(length).map((_, i) => 7 * i + 1);
		const elsewhere = concat(new Uint8Array(3), bytes).subarray(3);
		expect(equal(bytes, elsewhere)).toBe(true);
		expect(equal(bytes, concat(elsewhere, new Uint8Array(1)))).toBe(false);
		for (let at = 0; at < length; at++) {
			elsewhere[at]! ^= 0x80;
			expect(equal(bytes, elsewhere)).toBe(false);
			elsewhere[at]! ^= 0x80;
		}
	}
});
