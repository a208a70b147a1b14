import { describe, expect, test } from "vitest";
import { type Decoded, decode } from "../../../sim/decode/decode.js";
import { KINDS } from "../../../sim/decode/kinds.js";
import { formatTree } from "../../../sim/decode/treeText.js";
import { SeededRandom } from "../../../sim/world/seededRandom.js";
import { asciiBytes, concat } from "../../../src/bytes/bytes.js";
import { formatHex, parseHex } from "../../../src/bytes/hex.js";
import { encodeTlv } from "../../../src/bytes/tlv.js";
import { decodeMessage, encodeMessage } from "../../../src/host/iso8583/message.js";
import { PROFILES } from "../../../src/host/profiles/profiles.js";
import { unionPay } from "../../../src/host/profiles/unionPay.js";
import { FRAMED, MESSAGE, PAN, RECORD, TRACE, TRACK_2 } from "./samples.js";

const profile = PROFILES.unionPay!;
const random = new SeededRandom(20260722);
const below = (limit: number) => ((random.bytes(2)[0]! << 8) | random.bytes(1)[0]!) % limit;

/** Everything that a person or a program gets to see, spaces and line ends removed. */
function shown(decoded: Decoded | undefined): string {
	return decoded ? (formatTree(decoded.nodes) + JSON.stringify(decoded)).replace(/\s/g, "") : "";
}

function everyReading(bytes: Uint8Array): string {
	const chunks = [{ bytes }];
	const readings = KINDS.map(kind => decode(chunks, { kind, profile, reveal: false }));
	return [...readings, decode(chunks, { profile, reveal: false })].map(shown).join("");
}

const PANS = [PAN, "4111111111111111", "5555555555554444", "378282246310005", "6011111111111117", "30569309025904"];

/** A card number as cards and hosts write it: packed, in characters, with a track behind it. */
function written(pan: string): Uint8Array {
	const packed = parseHex(pan.length & 1 ? `${pan}F` : pan);
	const track = `${pan}D35122201234567890`;
	return [
		packed,
		asciiBytes(pan),
		encodeTlv(0x5a, packed),
		encodeTlv(0x57, parseHex(track.length & 1 ? `${track}F` : track)),
		encodeTlv(0xdf01, packed),
		encodeTlv(0x9f10, packed),
	][below(6)]!;
}

const visible = (text: string) => [PAN, TRACK_2.slice(20), "241234"].filter(secret => text.includes(secret));

describe("nothing that identifies the cardholder is shown", () => {
	test.each([
		["a record", [RECORD]],
		["a message", [MESSAGE]],
		["a frame", [FRAMED]],
		["a trace", TRACE.map(line => parseHex(line.replace(/[<> ]/g, "")))],
	])("of %s", (_name, parts) => {
		const text = shown(
			decode(
				parts.map(bytes => ({ bytes })),
				{ profile, reveal: false },
			),
		);
		expect(text).toContain("622126*********0018");
		expect(visible(text)).toEqual([]);
		expect(text).not.toContain("43415244484F4C444552");
	});

	test("unless it is asked for", () => {
		const text = shown(decode([{ bytes: RECORD }], { profile, reveal: true }));
		expect(visible(text)).toContain(PAN);
		expect(text).toContain("43415244484F4C444552");
	});

	test("a number that one field names is hidden where another repeats it", () => {
		const pan = "9999990000000001"; // of no known scheme, and no check digit
		const bytes = concat(
			encodeTlv(0x5a, parseHex(pan)),
			encodeTlv(0xdf02, parseHex(pan)),
			encodeTlv(0xdf03, asciiBytes(pan)),
		);
		const text = shown(decode([{ bytes }], { profile, reveal: false }));
		expect(text).not.toContain(pan);
		expect(text).not.toContain(formatHex(asciiBytes(pan)));
	});

	test("numbers that share digits with what also looks like one", () => {
		const text = shown(
			decode([{ bytes: parseHex("DF050F418540995711378282246310005D35") }], { profile, reveal: false }),
		);
		expect(text).not.toContain("378282246310005");
	});

	test("track 2 under a tag that nobody knows", () => {
		const bytes = encodeTlv(0xdf05, parseHex(`${TRACK_2}F`));
		expect(visible(shown(decode([{ bytes }], { profile, reveal: false })))).toEqual([]);
	});

	test("every field of a message that may hold it", () => {
		const { fields } = decodeMessage(unionPay.message, MESSAGE);
		const message = { messageType: "0200", fields: { ...fields, 36: TRACK_2, 48: PAN, 62: asciiBytes(PAN), 63: PAN } };
		const text = shown(decode([{ bytes: encodeMessage(unionPay.message, message) }], { profile, reveal: false }));
		expect(text).toContain("operator");
		expect(visible(text)).toEqual([]);
	});

	test("what is no card number stays", () => {
		const text = shown(decode([{ bytes: parseHex("500E554E494F4E504159204445424954") }], { profile, reveal: false }));
		expect(text).toContain("554E494F4E504159204445424954");
		expect(shown(decode([{ bytes: MESSAGE }], { profile, reveal: false }))).toContain("2600000000000000");
	});
});

describe("any bytes", () => {
	test("are read as every kind without a crash, and no card number among them is shown", () => {
		for (let round = 0; round < 800; round++) {
			const pan = PANS[below(PANS.length)]!;
			const text = everyReading(concat(random.bytes(below(24)), written(pan), random.bytes(below(24))));
			const found = [pan, formatHex(asciiBytes(pan))].filter(secret => text.includes(secret));
			expect(found).toEqual([]);
		}
	});

	test("so are real data with bytes changed or cut", () => {
		for (const sample of [RECORD, MESSAGE, FRAMED, parseHex(TRACE[10]!.slice(2))])
			for (let round = 0; round < 80; round++) {
				const changed = sample.slice(0, sample.length - (round % 3 ? 0 : below(sample.length)));
				// Not the number itself: with other digits it is another number.
				const at = below(changed.length || 1);
				if (changed.length && !formatHex(sample.subarray(Math.max(0, at - 10), at + 11)).includes(PAN.slice(0, 8)))
					changed[at] = below(256);
				expect(everyReading(changed).includes(PAN)).toBe(false);
			}
	});

	test.each([
		["a template in a template in a template …", new Uint8Array(16384).fill(0x70)],
		["lengths that promise more than follows", new Uint8Array(16384).map((_, i) => [0x70, 0x82, 0x7f, 0xff][i & 3]!)],
		["one number after another", parseHex(`5A08${PANS[1]}`.repeat(1638))],
		["digits only", new Uint8Array(16384).fill(0x44)],
		["nothing but filler", new Uint8Array(16384)],
		["deep and broken at every level", nested(4000)],
	])("%s: neither endless nor too deep", (_name, bytes) => {
		expect(everyReading(bytes)).not.toContain(PANS[1]); // that it ends, the time limit of a test says
	});
});

/** Templates in one another, each followed by a tag without length. */
function nested(length: number): Uint8Array {
	let bytes: Uint8Array = new Uint8Array(length).fill(0x9f);
	for (let depth = 0; depth < 24; depth++) bytes = concat(encodeTlv(0x70, bytes), Uint8Array.of(0x95));
	return bytes;
}
