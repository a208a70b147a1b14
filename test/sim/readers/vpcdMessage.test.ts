import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { encodeVpcdMessage, VpcdParser } from "../../../sim/readers/vpcdMessage.js";
import { concat } from "../../../src/bytes/bytes.js";
import { formatHex, parseHex } from "../../../src/bytes/hex.js";

describe("vpcd messages", () => {
	test("a length of two bytes, high byte first, and the message", () => {
		expect(formatHex(encodeVpcdMessage(Uint8Array.of(4)))).toBe("000104");
		expect(formatHex(encodeVpcdMessage(new Uint8Array(258)).subarray(0, 3))).toBe("010200");
		expect(() => encodeVpcdMessage(new Uint8Array(65_536))).toThrow(RangeError);
	});

	test("an empty message is one", () => {
		expect(new VpcdParser().push(parseHex("00000001019000")).map(formatHex)).toEqual(["", "01"]);
	});

	test("messages come out as they went in, however the line cuts them", () => {
		const messages = fc.array(fc.uint8Array({ maxLength: 300 }), { maxLength: 8 });
		fc.assert(
			fc.property(messages, fc.array(fc.integer({ min: 1, max: 200 }), { minLength: 1 }), (sent, cuts) => {
				const line = concat(...sent.map(encodeVpcdMessage));
				const parser = new VpcdParser();
				const received: Uint8Array[] = [];
				for (let at = 0, i = 0; at < line.length; at += cuts[i++ % cuts.length]!)
					received.push(...parser.push(line.subarray(at, at + cuts[i % cuts.length]!)));
				expect(received.map(formatHex)).toEqual(sent.map(formatHex));
			}),
			{ numRuns: 200 },
		);
	});
});
