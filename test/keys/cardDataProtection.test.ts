import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { nodeCrypto } from "../../sim/world/nodeCrypto.js";
import { formatHex, parseHex } from "../../src/bytes/hex.js";
import { TlvError } from "../../src/bytes/tlv.js";
import { cardDataIvLength, decipherCardData, encipherCardData } from "../../src/keys/cardDataCipher.js";
import { protectCardData, readCardData } from "../../src/keys/cardDataProtection.js";

const KEY = parseHex("0123456789ABCDEFFEDCBA9876543210");
const PAN = "6221261000000000018";
const TRACK_2 = "6221261000000000018D30122010000012345";
// 9F26, 57, 5F20, 95, 5A and 9F10
const ICC_DATA = parseHex(
	"9F26081122334455667788570A6221261000000000018F5F200744554D4D592F4195050010000000" +
		"5A0A6221261000000000018F9F100706010A03A02000",
);

const decipher = (enciphered: Uint8Array) => decipherCardData(nodeCrypto, "T", KEY, enciphered, false)!;
const keys = { encipherData: (plain: Uint8Array) => encipherCardData(nodeCrypto, "T", KEY, plain) };

// [SEC-04]
test("PAN, track 2 and what else names the card go under the data key, the rest of field 55 stays", () => {
	const { enciphered, iccData } = protectCardData(keys, { pan: PAN, track2: TRACK_2, iccData: ICC_DATA });
	expect(formatHex(iccData)).toBe("9F2608112233445566778895050010000000" + "9F100706010A03A02000");
	expect(formatHex(enciphered!)).not.toContain(PAN.slice(0, 12));
	const plain = decipher(enciphered!);
	expect(readCardData(plain)).toEqual({ pan: PAN, track2: TRACK_2 });
	expect(formatHex(plain)).toContain("5F200744554D4D592F41");
});

test("a card without track 2, a message without field 55", () => {
	const { enciphered, iccData } = protectCardData(keys, { pan: PAN, iccData: new Uint8Array(0) });
	expect(iccData).toHaveLength(0);
	expect(readCardData(decipher(enciphered!))).toEqual({ pan: PAN });
	expect(readCardData(parseHex("9F0100"))).toEqual({});
});

test("only what is there: nothing at all, what only the chip told, the cards of an upload", () => {
	expect(protectCardData(keys, { iccData: parseHex("9F100100") }).enciphered).toBeUndefined();
	const { enciphered, iccData } = protectCardData(keys, { iccData: ICC_DATA });
	expect(readCardData(decipher(enciphered!))).toEqual({ pan: PAN, track2: PAN });
	expect(formatHex(iccData)).not.toContain(PAN);
	const otherPans = [PAN, "4111111111111111", PAN];
	expect(readCardData(decipher(protectCardData(keys, { otherPans }).enciphered!))).toEqual({ otherPans });
	expect(() => protectCardData(keys, { pan: PAN, iccData: parseHex("9F10FF") })).toThrow(TlvError);
});

describe("the cipher", () => {
	// [SEC-04]
	test.each(["T", "A"] as const)(
		"gives back what went in, algorithm %s, with and without initial vector",
		algorithm => {
			fc.assert(
				fc.property(fc.uint8Array({ maxLength: 80 }), fc.boolean(), (plain, hasIv) => {
					const iv = hasIv ? new Uint8Array(cardDataIvLength(algorithm)).fill(9) : undefined;
					const enciphered = encipherCardData(nodeCrypto, algorithm, KEY, plain, iv);
					expect(decipherCardData(nodeCrypto, algorithm, KEY, enciphered, hasIv)).toEqual(plain);
				}),
				{ numRuns: 50 },
			);
		},
	);

	test("what is none of it is not deciphered", () => {
		const decipher = (data: Uint8Array, hasIv = false) => decipherCardData(nodeCrypto, "T", KEY, data, hasIv);
		expect(decipher(new Uint8Array(0))).toBeUndefined();
		expect(decipher(new Uint8Array(12))).toBeUndefined();
		expect(decipher(new Uint8Array(8), true)).toBeUndefined();
		expect(decipher(nodeCrypto.desCbc(KEY, new Uint8Array(8), new Uint8Array(16), "encipher"))).toBeUndefined();
	});
});
