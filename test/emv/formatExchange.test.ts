import { expect, test } from "vitest";
import { SeededRandom } from "../../sim/world/seededRandom.js";
import { formatExchange } from "../../src/emv/formatExchange.js";
import { bytes, tlv } from "./scriptedCard.js";

const NOTHING = { data: new Uint8Array(0), sw: 0x9000 };
const READ = { cla: 0x00, ins: 0xb2, p1: 1, p2: 0x0c, le: 256 };
const PAN = "6221261000000018";

// [SEC-02]
test.each([
	["the PAN but first 6 and last 4", tlv("70", `5A08${PAN}`), "{5A=622126******0018}"],
	["track 2", tlv("70", `5713${PAN}D35122200000000000000F`), "{57=[19 bytes]}"],
	["the name", tlv("70", "5F20054B61737361"), "{5F20=[5 bytes]}"],
	["track 1 and 2 discretionary data", tlv("70", "9F1F0131", "9F200112"), "{9F1F=[1 bytes] 9F20=[1 bytes]}"],
	["the ICC certificate, which holds the PAN", tlv("70", "9F460201029F2D020304"), "{9F46=[2 bytes] 9F2D=[2 bytes]}"],
	["data that are no TLV", "5A08622126", "[5 bytes]"],
])("hidden in an answer: %s", (_name, data, shown) => {
	const text = formatExchange(READ, { data: bytes(data), sw: 0x9000 });
	expect(text).toBe(`READ RECORD > 00B2010C00 < ${data.startsWith("70") ? "70=" : ""}${shown} 9000`);
});

// [SEC-01]
test("hidden in a command: the PIN block, and data that a DOL of the card asked for", () => {
	const verify = { cla: 0x00, ins: 0x20, p1: 0, p2: 0x80, data: bytes("241234FFFFFFFFFF") };
	expect(formatExchange(verify, { data: new Uint8Array(0), sw: 0x63c2 })).toBe("VERIFY > 00200080[PIN block] < 63C2");
	const generateAc = { cla: 0x80, ins: 0xae, p1: 0x80, p2: 0, data: bytes(PAN), le: 256 };
	expect(formatExchange(generateAc, NOTHING)).toBe("GENERATE AC > 80AE8000[8 bytes] < 9000");
	const internalAuthenticate = { cla: 0x00, ins: 0x88, p1: 0, p2: 0, data: bytes(PAN), le: 256 };
	expect(formatExchange(internalAuthenticate, NOTHING)).toBe("INTERNAL AUTHENTICATE > 00880000[8 bytes] < 9000");
});

test("what identifies nobody is shown whole", () => {
	const select = { cla: 0x00, ins: 0xa4, p1: 4, p2: 0, data: bytes("A000000333"), le: 256 };
	expect(formatExchange(select, { data: bytes("6F028400"), sw: 0x9000 })).toBe(
		"SELECT > 00A4040005A00000033300 < 6F={84=} 9000",
	);
	expect(formatExchange({ cla: 0x84, ins: 0x24, p1: 0, p2: 0 }, { data: new Uint8Array(0), sw: 0x6d00 })).toBe(
		"command > 84240000 < 6D00",
	);
});

// [EMV-TLV-05]
test("any answer can be formatted", () => {
	const random = new SeededRandom(17);
	for (let round = 0; round < 5000; round++)
		expect(formatExchange(READ, { data: random.bytes(random.bytes(1)[0]! & 63), sw: 0x9000 })).toMatch(/9000$/);
});
