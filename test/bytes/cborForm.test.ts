import { decode as cborgDecode, encode as cborgEncode, rfc8949EncodeOptions } from "cborg";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type CborValue, decodeDeterministic, encodeDeterministic } from "../../src/bytes/cbor.js";
import { parseHex } from "../../src/bytes/hex.js";

const key = fc.oneof(fc.integer({ min: -70_000, max: 70_000 }), fc.string({ maxLength: 30, unit: "grapheme" }));
const { value } = fc.letrec<{ value: CborValue }>(tie => ({
	value: fc.oneof(
		{ depthSize: "small", maxDepth: 5 },
		fc.maxSafeInteger(),
		fc.integer(),
		fc.string({ maxLength: 300, unit: "grapheme" }),
		fc.boolean(),
		fc.constant(null),
		fc.uint8Array({ maxLength: 300 }),
		fc.array(tie("value"), { maxLength: 5 }),
		fc.array(fc.tuple(key, tie("value")), { maxLength: 6 }).map(entries => new Map(entries)),
	),
}));
/** -2^53 + 1 has an argument that is a safe integer, its neighbour not. */
const isWritable = (each: CborValue): boolean => {
	try {
		decodeDeterministic(encodeDeterministic(each));
		return true;
	} catch (error) {
		return !(error as Error).message.includes("too large");
	}
};

test("each value comes back, in the bytes that cborg gives it by RFC 8949, 4.2.1", () => {
	fc.assert(
		fc.property(value.filter(isWritable), each => {
			const bytes = encodeDeterministic(each);
			expect(bytes).toEqual(new Uint8Array(cborgEncode(each, rfc8949EncodeOptions)));
			expect(decodeDeterministic(bytes)).toEqual(each);
		}),
		{ numRuns: 300 },
	);
});

test("whatever is decoded encodes to the same bytes; anything else is refused", () => {
	let taken = 0;
	const mutated = fc.tuple(value.filter(isWritable), fc.nat(), fc.nat(255)).map(([each, at, byte]) => {
		const bytes = encodeDeterministic(each);
		bytes[at % bytes.length] = byte;
		return bytes;
	});
	fc.assert(
		fc.property(fc.oneof(mutated, fc.uint8Array({ maxLength: 20 })), bytes => {
			let decoded: CborValue;
			try {
				decoded = decodeDeterministic(bytes);
			} catch (error) {
				expect((error as Error).message).toMatch(/CBOR/);
				return;
			}
			taken++;
			expect(encodeDeterministic(decoded)).toEqual(bytes);
			expect(cborgDecode(bytes, { useMaps: true, strict: true, rejectDuplicateMapKeys: true })).toEqual(decoded);
		}),
		{ numRuns: 1000 },
	);
	expect(taken).toBeGreaterThan(50);
});

describe("refuses", () => {
	test.each([
		["", "cut short"],
		["1800", "longer than it must be"],
		["190017", "longer than it must be"],
		["1a0000ffff", "longer than it must be"],
		["1b00000000ffffffff", "longer than it must be"],
		["1b0020000000000000", "too large"],
		["3b001fffffffffffff", "too large"],
		["9f01ff", "no definite length"],
		["5f4101ff", "no definite length"],
		["1c", "no definite length"],
		["a2020101ff", "out of order"],
		["a201010102", "out of order"],
		["a2616101", "cut short"],
		["a1f501", "neither number nor text"],
		["c11a514b67b0", "tag"],
		["f90000", "kind not used"],
		["f7", "kind not used"],
		["62c328", "not UTF-8"],
		["62c080", "not UTF-8"],
		["63eda080", "not UTF-8"],
		["64f4908080", "not UTF-8"],
		["61c3", "not UTF-8"],
		["4301", "cut short"],
		["0000", "follow the end"],
		[`${"81".repeat(14)}00`, "nested too deeply"],
	])("%s: %s", (hex, why) => {
		expect(() => decodeDeterministic(parseHex(hex))).toThrow(why);
	});

	test("values that cannot be signed", () => {
		for (const each of [1.5, Number.NaN, 2 ** 53, undefined, new Date(), { a: 1 }])
			expect(() => encodeDeterministic(each as CborValue)).toThrow(TypeError);
	});
});
