import { expect, test } from "vitest";
import { concat } from "../../src/bytes/bytes.js";
import { formatHex, parseHex } from "../../src/bytes/hex.js";
import {
	answerFrame,
	encodeFrame,
	type Frame,
	FrameReader,
	type FrameSpec,
	requestFrame,
} from "../../src/host/frame.js";
import { unionPay } from "../../src/host/profiles/unionPay.js";

const request = { destination: 3, source: 0, header: parseHex("603100310000"), message: parseHex("0800AABB") };
const WIRE = "000F60000300006031003100000800AABB";

test("length, TPDU, header, message", () => {
	expect(formatHex(encodeFrame(unionPay.frame, request))).toBe(WIRE);
});

// [HST-FLD-02]
test("the answer's addresses are swapped", () => {
	const answer = encodeFrame(unionPay.frame, answerFrame(request, parseHex("0810")));
	expect(formatHex(answer)).toBe("000D60000000036031003100000810");
});

test("frames are found in pieces of every size", () => {
	const two = concat(parseHex(WIRE), parseHex(WIRE));
	for (let size = 1; size <= two.length; size++) {
		const reader = new FrameReader(unionPay.frame);
		const found: unknown[] = [];
		for (let at = 0; at < two.length; at += size) {
			reader.push(two.subarray(at, at + size));
			for (let frame = reader.next(); frame; frame = reader.next()) found.push(frame);
		}
		expect(found).toEqual([request, request]);
		expect(reader.next()).toBeUndefined();
	}
});

test.each([
	["zero length", "0000"],
	["no room for a message", "000B60000300006031003100"],
	["longer than any frame, refused before it arrives", "0801"],
	["text", "485454502F312E31"],
	["not a TPDU", "000F61"],
	["not a terminal's header", "000F600003000061"],
])("refused: %s", (_name, wire) => {
	const reader = new FrameReader(unionPay.frame);
	reader.push(parseHex(wire));
	expect(() => reader.next()).toThrow(/^(no frame has|not )/);
});

const plain = { destination: 0, source: 0, header: new Uint8Array(0), message: parseHex("30383030AABB") };
const FRAMINGS: readonly (readonly [string, FrameSpec, Frame, string])[] = [
	["2 bytes binary", { length: { encoding: "binary", bytes: 2 }, maximumLength: 999 }, plain, "000630383030AABB"],
	["4 digits ASCII", { length: { encoding: "ascii", bytes: 4 }, maximumLength: 999 }, plain, "3030303630383030AABB"],
	["2 bytes BCD", { length: { encoding: "bcd", bytes: 2 }, maximumLength: 999 }, plain, "000630383030AABB"],
	[
		"TPDU without header",
		{ length: { encoding: "bcd", bytes: 2 }, tpdu: { host: 0x0123, terminal: 0x8000 }, maximumLength: 999 },
		{ ...plain, destination: 0x0123, source: 0x8000 },
		"00116001238000" + "30383030AABB",
	],
	[
		"header without TPDU",
		{ length: { encoding: "ascii", bytes: 3 }, header: "49534F", maximumLength: 999 },
		{ ...plain, header: parseHex("49534F") },
		"303039" + "49534F" + "30383030AABB",
	],
];

test.each(FRAMINGS)("framing by profile: %s", (_name, spec, frame, wire) => {
	expect(requestFrame(spec, plain.message)).toEqual(frame);
	expect(formatHex(encodeFrame(spec, frame))).toBe(wire);
	const reader = new FrameReader(spec);
	for (const byte of concat(parseHex(wire), parseHex(wire))) {
		expect(reader.next()).toBeUndefined();
		reader.push(Uint8Array.of(byte));
		if (reader.pendingLength === wire.length / 2) expect(reader.next()).toEqual(frame);
	}
	expect(reader.pendingLength).toBe(0);
});

test("a length that is none, and a frame that is longer than its length can say", () => {
	const ascii: FrameSpec = { length: { encoding: "ascii", bytes: 3 }, maximumLength: 999 };
	const reader = new FrameReader(ascii);
	reader.push(parseHex("30304130"));
	expect(() => reader.next()).toThrow("not the length of a frame");
	const long = requestFrame(ascii, new Uint8Array(1000));
	expect(() => encodeFrame(ascii, long)).toThrow("a frame cannot have 1000 bytes");
	const short: FrameSpec = { length: { encoding: "binary", bytes: 1 }, maximumLength: 255 };
	expect(() => encodeFrame(short, long)).toThrow("a frame cannot have 1000 bytes");
});
