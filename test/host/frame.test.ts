import { expect, test } from "vitest";
import { concat } from "../../src/bytes/bytes.js";
import { formatHex, parseHex } from "../../src/bytes/hex.js";
import { answerFrame, encodeFrame, FrameReader } from "../../src/host/frame.js";
import { unionPay } from "../../src/host/profiles/unionPay.js";

const request = { destination: 3, source: 0, header: parseHex("603100310000"), message: parseHex("0800AABB") };
const WIRE = "000F60000300006031003100000800AABB";

test("length, TPDU, header, message", () => {
	expect(formatHex(encodeFrame(unionPay.frame, request))).toBe(WIRE);
});

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
