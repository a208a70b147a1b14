import { describe, expect, test } from "vitest";
import { formatHex } from "../../src/bytes/hex.js";
import { decodeBlock, type ErrorDetection, edcLength, encodeBlock } from "../../src/card/t1Block.js";
import { bytes } from "../emv/scriptedCard.js";

// ISO/IEC 7816-3, 11.3; the LRC of S(IFS request) FE is in every reader's log
// [ISO-T1-02]
test("a block is prologue, information and exclusive-or", () => {
	expect(formatHex(encodeBlock(0xc1, Uint8Array.of(0xfe), "LRC"))).toBe("00C101FE3E");
	expect(formatHex(encodeBlock(0x40, bytes("00A40400"), "LRC"))).toBe("00400400A40400E4");
	expect(formatHex(encodeBlock(0x90, new Uint8Array(0), "LRC"))).toBe("00900090");
});

// [ISO-T1-02]
test("the CRC is the one that Python's binascii.crc_hqx gives for mirrored bits", () => {
	expect(formatHex(encodeBlock(0xc1, Uint8Array.of(0xfe), "CRC"))).toBe("00C101FE544E");
});

describe.each<ErrorDetection>(["LRC", "CRC"])("with %s", detection => {
	const information = Uint8Array.from({ length: 254 }, (_, i) => (i * 7) & 255);

	test.each([0, 1, 253, 254])("%i bytes of information read as they were written", length => {
		const block = encodeBlock(0x40, information.subarray(0, length), detection);
		expect(block).toHaveLength(3 + length + edcLength(detection));
		expect(decodeBlock(block, detection)).toEqual({ pcb: 0x40, information: information.subarray(0, length) });
	});

	test.each([1, 2, 3])("a block that lies at offset %i of its memory reads as well", offset => {
		const block = encodeBlock(0x00, information.subarray(0, 9), detection);
		const memory = new Uint8Array(offset + block.length);
		memory.set(block, offset);
		expect(decodeBlock(memory.subarray(offset), detection)?.information).toEqual(information.subarray(0, 9));
	});

	// [ISO-T1-02]
	test("any one bit turned round shows", () => {
		const block = encodeBlock(0x20, information.subarray(0, 20), detection);
		for (let bit = 0; bit < 8 * block.length; bit++) {
			const altered = block.slice();
			altered[bit >> 3]! ^= 1 << (bit & 7);
			expect(decodeBlock(altered, detection), `bit ${bit}`).toBeUndefined();
		}
	});

	// [ISO-T1-11]
	test.each([
		["I-block with reserved bits", 0x01, ""],
		["R-block with information", 0x80, "00"],
		["R-block with reserved bits", 0xa0, ""],
		["S-block that the standard does not know", 0xc4, ""],
		["S(IFS request) without a value", 0xc1, ""],
		["S(WTX request) with two bytes", 0xc3, "0101"],
		["S(RESYNCH response) with information", 0xe0, "01"],
		["S-block with reserved bits", 0xd1, "01"],
	])("no block: %s", (_name, pcb, text) => {
		expect(decodeBlock(encodeBlock(pcb, bytes(text), detection), detection)).toBeUndefined();
	});

	// [ISO-T1-11]
	test("no block: another node address", () => {
		const block = encodeBlock(0x00, bytes("9000"), "LRC");
		block[0] = 0x21;
		block[block.length - 1]! ^= 0x21;
		expect(decodeBlock(block, "LRC")).toBeUndefined();
	});
});
