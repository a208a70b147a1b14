import { describe, expect, test } from "vitest";
import { nodeCrypto } from "../../sim/world/nodeCrypto.js";
import { asciiBytes, latin1Text } from "../../src/bytes/bytes.js";
import { formatHex, parseHex } from "../../src/bytes/hex.js";
import {
	ecbXorMac,
	macAlgorithm3,
	padByMethod,
	padMethod1,
	padMethod2,
	padMethod3,
	retailMac,
} from "../../src/crypto/mac.js";
import { softwareCrypto } from "../../src/crypto/software.js";

// ISO/IEC 9797-1, 6.3
test.each([
	["", "0000000000000000", "8000000000000000"],
	["1234", "1234000000000000", "1234800000000000"],
	["1234567890123456", "1234567890123456", "12345678901234568000000000000000"],
	["12345678901234567890", "12345678901234567890000000000000", "12345678901234567890800000000000"],
])("padding of %s", (data, method1, method2) => {
	expect(formatHex(padMethod1(parseHex(data)))).toBe(method1);
	expect(formatHex(padMethod2(parseHex(data)))).toBe(method2);
});

test.each([
	["1234", 4, "0000001012340000"],
	["", 8, "00000000000000000000000000000000"],
	["1234567890123456", 16, "00000000000000000000000000000040" + "12345678901234560000000000000000"],
])("padding method 3 of %s to blocks of %i: the length in bits stands in front", (data, blockLength, padded) => {
	expect(formatHex(padMethod3(parseHex(data), blockLength))).toBe(padded);
});

test("there are three padding methods", () => {
	expect(formatHex(padByMethod(2, parseHex("12")))).toBe("1280000000000000");
	for (const method of [0, 4, -1, 1.5]) expect(() => padByMethod(method, parseHex("12"))).toThrow(RangeError);
});

describe.each([
	["node", nodeCrypto],
	["software", softwareCrypto],
])("%s", (_name, crypto) => {
	// pyemv, tests/test_mac.py, test_mac_iso9797_3
	test.each([
		["method 1", padMethod1, "78DA3D3DEB48FD4D"],
		["method 2", padMethod2, "2BC2D9EDE0CF31F6"],
	])('retail MAC of "hello world" with padding %s', (_padding, pad, mac) => {
		const key = parseHex("AAAAAAAAAAAAAAAABBBBBBBBBBBBBBBB");
		expect(formatHex(retailMac(crypto, key, pad(asciiBytes("hello world"))))).toBe(mac);
	});

	test("MAC algorithm 3 over triple DES is what its three steps are", () => {
		const [key1, key2, data] = [
			parseHex(`${"41".repeat(16)}`),
			parseHex("42".repeat(24)),
			padMethod2(asciiBytes("hello")),
		];
		const chained = nodeCrypto.desCbc(key1, new Uint8Array(8), data, "encipher").slice(-8);
		const middle = nodeCrypto.desEcb(key2, chained, "decipher");
		expect(macAlgorithm3(crypto, key1, key2, data)).toEqual(nodeCrypto.desEcb(key1, middle, "encipher"));
		expect(() => macAlgorithm3(crypto, key1, new Uint8Array(7), data)).toThrow(RangeError);
	});

	test("the ECB-XOR MAC step by step: XOR, spell, encipher, XOR, encipher, spell", () => {
		const key = parseHex("0123456789ABCDEFFEDCBA9876543210");
		const data = asciiBytes("0200 sale of 12.34 yuan");
		const block = new Uint8Array(8);
		for (const [i, byte] of data.entries()) block[i % 8]! ^= byte;
		const spelled = asciiBytes(formatHex(block));
		const first = nodeCrypto.desEcb(key, spelled.subarray(0, 8), "encipher");
		const second = nodeCrypto.desEcb(
			key,
			Uint8Array.from(first, (byte, i) => byte ^ spelled[8 + i]!),
			"encipher",
		);
		expect(latin1Text(ecbXorMac(crypto, key, data))).toBe(formatHex(second).slice(0, 8));
	});

	test("the ECB-XOR MAC changes with every byte and does not with zeros at the end", () => {
		const key = parseHex("0123456789ABCDEFFEDCBA9876543210");
		const data = parseHex("0102030405060708090A");
		const macs = [...data.keys()].map(i =>
			latin1Text(
				ecbXorMac(
					crypto,
					key,
					data.map((b, k) => (k === i ? b ^ 1 : b)),
				),
			),
		);
		expect(new Set([...macs, latin1Text(ecbXorMac(crypto, key, data))]).size).toBeGreaterThan(8);
		expect(ecbXorMac(crypto, key, parseHex("0102030405060708090A0000"))).toEqual(ecbXorMac(crypto, key, data));
	});
});
