import { expect, test } from "vitest";
import { formatHex, parseHex } from "../../../src/bytes/hex.js";
import { formatMessage } from "../../../src/host/iso8583/formatMessage.js";
import { decodeMessage, encodeMessage, responseType } from "../../../src/host/iso8583/message.js";
import { fixed, LL_ASCII, LLL_ASCII, type MessageSpec, variable } from "../../../src/host/iso8583/spec.js";
import { unionPay } from "../../../src/host/profiles/unionPay.js";

const text: MessageSpec = {
	messageType: "ascii",
	bitmap: "hexText",
	fields: {
		2: variable("pan", "ascii", 19, LL_ASCII),
		3: fixed("processingCode", "ascii", 6),
		48: variable("additional", "ascii", 999, LLL_ASCII),
		102: variable("account", "ascii", 28, LL_ASCII),
	},
};
const binary: MessageSpec = { ...text, bitmap: "binary" };
const hexOf = (ascii: string) => formatHex(Uint8Array.from(ascii, c => c.charCodeAt(0)));

test("fields go out in order whatever order they were given in", () => {
	const bytes = encodeMessage(text, { messageType: "0200", fields: { 48: "X", 3: "000000", 2: undefined } });
	expect(formatHex(bytes)).toBe(hexOf("02002000000000010000000000001X"));
	expect(decodeMessage(text, bytes)).toEqual({ messageType: "0200", fields: { 3: "000000", 48: "X" } });
});

test.each([text, binary])("a field above 64 brings the secondary bitmap ($bitmap)", spec => {
	const message = { messageType: "0800", fields: { 3: "990000", 102: "12" } };
	const bytes = encodeMessage(spec, message);
	expect(decodeMessage(spec, bytes)).toEqual(message);
	const bitmaps = "A0000000000000000000000004000000";
	expect(formatHex(bytes)).toContain(spec === binary ? bitmaps : hexOf(bitmaps));
});

const malformed: [name: string, ascii: string, complaint: string][] = [
	["empty", "", "field 0: the message ends"],
	["type cut short", "020", "field 0: the message ends"],
	["type not digits", "02x00000000000000000", "field 0: the message type is not 4 digits"],
	["no bitmap", "0200", "field 1: the message ends inside a bitmap"],
	["bitmap in lower case", "0200200000000000000a000000", "field 1: the bitmap is not upper-case"],
	["secondary bitmap missing", "0200A0000000000000000", "field 1: the message ends inside a bitmap"],
	["secondary bitmap empty", "0200A0000000000000000000000000000000990000", "field 1: the secondary bitmap is empty"],
	["field that the host does not use", "02001000000000000000", "field 4: not in the specification"],
	["field missing", "02006000000000000000", "field 2: the message ends inside its length"],
	["left over", "02002000000000000000000000Z", "1 bytes left over"],
];

test.each(malformed)("refused: %s", (_name, ascii, complaint) => {
	expect(() => decodeMessage(text, parseHex(hexOf(ascii)))).toThrow(complaint);
});

test("an unknown field is refused to encode", () => {
	expect(() => encodeMessage(text, { messageType: "0200", fields: { 4: "1" } })).toThrow("field 4: not in the spec");
	expect(() => encodeMessage(text, { messageType: "02A0", fields: {} })).toThrow("field 0");
});

test("whatever is accepted encodes back to the same bytes", () => {
	// Every single byte of a real message changed to every value: accepted or refused, but never altered.
	const start = encodeMessage(unionPay.message, SALE);
	let accepted = 0;
	for (let at = 0; at < start.length; at++)
		for (let value = 0; value < 256; value += 5) {
			const bytes = start.slice();
			bytes[at] = value;
			let message: ReturnType<typeof decodeMessage>;
			try {
				message = decodeMessage(unionPay.message, bytes);
			} catch (error) {
				expect((error as Error).name).toBe("Iso8583Error");
				continue;
			}
			accepted++;
			expect(formatHex(encodeMessage(unionPay.message, message))).toBe(formatHex(bytes));
		}
	expect(accepted).toBeGreaterThan(1000);
});

// [HST-FLD-03]
test("no prefix of a message is a message", () => {
	const bytes = encodeMessage(unionPay.message, SALE);
	for (let length = 0; length < bytes.length; length++)
		expect(() => decodeMessage(unionPay.message, bytes.subarray(0, length))).toThrow();
});

test("the answer's type is one function up", () => {
	expect(["0200", "0400", "0820"].map(responseType)).toEqual(["0210", "0410", "0830"]);
});

// [SEC-02]
test("a log line hides what nobody may see", () => {
	const line = formatMessage(unionPay.message, SALE);
	expect(line).toContain("0200 2 pan=622202******0007 ");
	expect(line).toContain('4 amount="000000001050"');
	expect(line).toContain("35 track2=[30]");
	expect(line).toContain("52 pinData=[8]");
	expect(line).toContain("9F26=A1B2C3D4E5F60718");
	expect(line).toContain("5A=622202******0007 57=[3 bytes]");
	expect(line).not.toContain("6222021234560007");
	expect(line).not.toContain("A1A2");
});

test("a log line cannot be broken by a host, nor by a field 55 that is none", () => {
	const line = formatMessage(unionPay.message, {
		messageType: "0210",
		fields: { 44: 'x\n{"ready":1}\u001b', 55: parseHex("5A08622202"), 62: new Uint8Array(24) },
	});
	expect(line).toBe(
		'0210 44 additionalResponse="x?{?ready?:1}?" 55 iccData=[5 bytes that are not data objects] 62 privateContent=[24]',
	);
});

const SALE = {
	messageType: "0200",
	fields: {
		2: "6222021234560007",
		3: "000000",
		4: "000000001050",
		11: "000017",
		14: "3012",
		22: "051",
		23: "001",
		25: "00",
		26: "12",
		35: "6222021234560007D3012201000000",
		41: "TERM0001",
		42: "MERCHANT0000001",
		49: "156",
		52: parseHex("A1A2A3A4A5A6A7A8"),
		53: "2600000000000000",
		55: parseHex("9F2608A1B2C3D4E5F607189F2701805A08622202123456000757036222D3"),
		60: "22000001000500000",
		64: new Uint8Array(8),
	},
};
