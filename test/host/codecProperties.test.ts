import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { requestMessage } from "../../src/host/buildMessage.js";
import { Iso8583Error } from "../../src/host/iso8583/iso8583Error.js";
import { decodeMessage, encodeMessage, type IsoMessage } from "../../src/host/iso8583/message.js";
import { fixed, LL_ASCII, type MessageSpec, variable } from "../../src/host/iso8583/spec.js";
import type { MessageValues } from "../../src/host/messageValues.js";
import { PROFILES } from "../../src/host/profiles/profiles.js";
import { operationOf, readValues } from "../../src/host/readValues.js";
import { operationsOf, pinBlockLength, valuesFor } from "./operationValues.js";

const digits = (min: number, max = min) =>
	fc.string({ unit: fc.constantFrom(..."0123456789"), minLength: min, maxLength: max });
const amount = fc.integer({ min: 0, max: 999_999_999_999 });

describe.each(Object.values(PROFILES))("$name", profile => {
	const block = pinBlockLength(profile);
	const values: fc.Arbitrary<MessageValues> = fc.record({
		...Object.fromEntries(Object.entries(valuesFor(profile)).map(([name, value]) => [name, fc.constant(value)])),
		stan: fc.integer({ min: 1, max: 999_999 }),
		batch: fc.integer({ min: 0, max: 999_999 }),
		amountMinor: amount,
		cashbackMinor: amount,
		currency: fc.integer({ min: 0, max: 999 }),
		pan: digits(12, 18).map(text => `4${text}`),
		expiryYymm: digits(4),
		panSequence: fc.option(fc.integer({ min: 0, max: 99 }), { nil: undefined }),
		track2: fc.tuple(digits(13, 19), digits(7, 17)).map(parts => parts.join("D")),
		posEntryMode: fc.constantFrom("chip", "contactless", "magneticStripe", "fallback", "manual"),
		pinBlock: fc.option(fc.uint8Array({ minLength: block, maxLength: block }), { nil: undefined }),
		iccData: fc.option(fc.uint8Array({ minLength: 1, maxLength: 255 }), { nil: undefined }),
		authorisationCode: digits(6),
		localTime: digits(6),
		localDate: digits(4),
	});

	// [HST-FLD-04]
	test("whatever a request says is read back", () => {
		const requests = fc.tuple(fc.constantFrom(...operationsOf(profile)), values);
		fc.assert(
			fc.property(requests, ([operation, given]) => {
				fc.pre(operation !== "scriptResult" || given.iccData !== undefined);
				// Without field 60 to the end, UnionPay style cannot say that a stripe was read because the chip would not work.
				const isShort = profile.name === "unionPay" && ["batchUpload", "scriptResult"].includes(operation);
				fc.pre(!isShort || given.posEntryMode !== "fallback");
				const bytes = encodeMessage(profile.message, requestMessage(profile, operation, given));
				const message = decodeMessage(profile.message, bytes);
				const kind = operationOf(profile, message);
				expect(kind?.operation).toBe(operation);
				const { pinEntered: _, ...read } = readValues(profile, kind!, message);
				expect(given).toMatchObject(read);
			}),
			{ numRuns: 400 },
		);
	});

	// [HST-FLD-03]
	test("no bytes crash the decoder; a refusal names its field", () => {
		const sale = encodeMessage(profile.message, requestMessage(profile, "sale", valuesFor(profile)));
		const bytes = fc.oneof(
			fc.uint8Array({ maxLength: 300 }),
			fc
				.tuple(fc.nat(sale.length - 1), fc.uint8Array({ minLength: 1, maxLength: 6 }), fc.nat(20))
				.map(([at, change, cut]) => {
					const changed = sale.slice(0, sale.length - cut);
					changed.set(change.subarray(0, Math.max(0, changed.length - at)), Math.min(at, changed.length));
					return changed;
				}),
		);
		let refused = 0;
		fc.assert(
			fc.property(bytes, input => {
				let message: IsoMessage;
				try {
					message = decodeMessage(profile.message, input);
					expect(encodeMessage(profile.message, message)).toEqual(input);
					const kind = operationOf(profile, message);
					if (kind) readValues(profile, kind, message);
				} catch (error) {
					if (!(error instanceof Iso8583Error)) throw error;
					refused++;
					expect(error.message).toMatch(/^(field [0-9]+: |[0-9]+ bytes left over after the last field$)/);
				}
			}),
			{ numRuns: 2000 },
		);
		expect(refused).toBeGreaterThan(100);
	});
});

const THREE_BITMAPS: MessageSpec = {
	messageType: "ascii",
	bitmap: "hexText",
	fields: {
		3: fixed("processingCode", "ascii", 6),
		70: fixed("networkCode", "ascii", 3),
		102: variable("account", "ascii", 28, LL_ASCII),
		130: fixed("further", "ebcdic", 4),
		192: fixed("last", "binary", 8),
	},
};

describe("a third bitmap", () => {
	const text = (bytes: Uint8Array) => String.fromCharCode(...bytes);

	test("stands in the place of field 65", () => {
		const message: IsoMessage = { messageType: "0800", fields: { 3: "990000", 70: "301", 130: "ABCD" } };
		const bytes = encodeMessage(THREE_BITMAPS, message);
		expect(text(bytes.slice(0, 61))).toBe("0800A0000000000000008400000000000000990000" + "40000000000000003" + "01");
		expect(decodeMessage(THREE_BITMAPS, bytes)).toEqual(message);
	});

	test("is there with field 192 alone, binary too", () => {
		const message: IsoMessage = { messageType: "0800", fields: { 192: new Uint8Array(8).fill(9) } };
		for (const spec of [THREE_BITMAPS, { ...THREE_BITMAPS, bitmap: "binary" } as const])
			expect(decodeMessage(spec, encodeMessage(spec, message))).toEqual(message);
	});

	test("empty, cut short or given as a field it is refused", () => {
		const bytes = encodeMessage(THREE_BITMAPS, { messageType: "0800", fields: { 130: "ABCD" } });
		const empty = bytes.slice();
		empty[36] = 0x30;
		expect(() => decodeMessage(THREE_BITMAPS, empty)).toThrow("field 65: the third bitmap is empty");
		expect(() => decodeMessage(THREE_BITMAPS, bytes.slice(0, 40))).toThrow("ends inside a bitmap");
		const own = { ...THREE_BITMAPS, fields: { ...THREE_BITMAPS.fields, 65: fixed("own", "ascii", 1) } };
		expect(() => encodeMessage(own, { messageType: "0800", fields: { 65: "1", 130: "ABCD" } })).toThrow("field 65");
		expect(decodeMessage(own, encodeMessage(own, { messageType: "0800", fields: { 65: "1" } })).fields).toEqual({
			65: "1",
		});
	});
});
