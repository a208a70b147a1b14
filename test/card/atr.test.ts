import { expect, test } from "vitest";
import { atrLength, atrObjection, decodeAtr } from "../../src/card/atr.js";
import { bytes } from "../emv/scriptedCard.js";

/** TCK so that all bytes from T0 on XOR to zero (ISO/IEC 7816-3, 8.2.5). */
function withTck(text: string): Uint8Array {
	const atr = bytes(text);
	return Uint8Array.of(
		...atr,
		atr.subarray(1).reduce((a, b) => a ^ b, 0),
	);
}

// [ISO-ATR-01 ISO-ATR-03]
test("the basic ATR for T=0 and what it says (Book 1, 8.3)", () => {
	const atr = decodeAtr(bytes("3B65 0000 4B41535341"));
	expect(atr).toMatchObject({ convention: "direct", protocols: [0], interfaceBytes: { TB1: 0, TC1: 0 } });
	expect(atr?.historicalBytes).toEqual(bytes("4B41535341"));
	expect(decodeAtr(bytes("3F600000"))?.convention).toBe("inverse");
});

const COMPLEX = "3BF41300FFD0000A3F0300DEADBEEF";

// EMV Level 1 Contact Interface 1.0, 8.3.3; ISO/IEC 7816-3, 8.2
// [ISO-ATR-02 ISO-ATR-04 ISO-ATR-05]
test.each([
	["the basic one", bytes("3B600000"), undefined],
	["TC1 = FF: guard time 12 etu", bytes("3B6000FF"), undefined],
	["no interface bytes", bytes("3B00"), undefined],
	["specific mode, T=15 after T=0", withTck(COMPLEX), undefined],
	["T=1 as the second protocol", withTck("3BE0 000080 31 20 45"), undefined],
	["TA1 = 14 in specific mode", withTck(COMPLEX.replace("1300FF", "1400FF")), /TA1/],
	["TB1 = 25", bytes("3B602500"), /TB1/],
	["TC1 = 01", bytes("3B600001"), /TC1/],
	["T=2", withTck("3BE0 0000 02"), /neither T=0 nor T=1/],
	["the basic one for T=1", withTck("3BE0 00FF 81 31 7C41"), undefined],
	["T=1 without a block size", withTck("3BE0 00FF 81 21 41"), undefined],
	["T=1 although T=0 follows", withTck("3BE0 00FF 81 40 0A"), /TD2/],
	["T=1 alone", withTck("3BE0 00FF 01"), /TD2/],
	["T=1 with TC2", withTck("3BE0 00FF C1 0A 31 7C41"), /TC2/],
	["T=1 with TA3 = 0F", withTck("3BE0 00FF 81 31 0F41"), /TA3/],
	["T=1 with TA3 = FF", withTck("3BE0 00FF 81 31 FF41"), /TA3/],
	["T=1 without TB3", withTck("3BE0 00FF 81 11 7C"), /TB3/],
	["T=1 with BWI = 5", withTck("3BE0 00FF 81 31 7C51"), /TB3/],
	["T=1 with CWI = 6", withTck("3BE0 00FF 81 31 7C46"), /TB3/],
	["T=1 with a CRC", withTck("3BE0 00FF 81 71 7C41 01"), /TC3/],
	["TA2 of T=0 in a card of T=1", withTck("3BE0 00FF 91 00 31 7C41"), /specific mode/],
	["TA2 implicit", withTck(COMPLEX.replace("D0000A", "D0100A")), /specific mode/],
	["TA2 of T=1", withTck(COMPLEX.replace("D0000A", "D0010A")), /specific mode/],
	["TB2", bytes("3BE0 0000 20 28"), /TB2/],
	["TC2 = 00", withTck(COMPLEX.replace("D0000A", "D00000")), /TC2/],
	["TD2 of T=0", bytes(COMPLEX.replace("0A3F", "0A30")), /second protocol/],
	["TD2 of T=2", withTck(COMPLEX.replace("0A3F", "0A32")), /second protocol/],
	["TA3 of T=15 without a class", withTck(COMPLEX.replace("0A3F03", "0A3F08")), /class/],
])("cold reset: %s", (_name, bytesOfAtr, objection) => {
	const atr = decodeAtr(bytesOfAtr);
	expect(atr, "readable").toBeDefined();
	if (objection) expect(atrObjection(atr!, "cold")).toMatch(objection);
	else expect(atrObjection(atr!, "cold")).toBeUndefined();
});

// [ISO-ATR-07]
test("after a warm reset TB1 may have any value (8.3.3.2)", () => {
	expect(atrObjection(decodeAtr(bytes("3B602500"))!, "warm")).toBeUndefined();
});

// [ISO-ATR-01 ISO-ATR-02 ISO-ATR-09]
test.each([
	["nothing", ""],
	["TS alone", "3B"],
	["a wrong TS", "3C600000"],
	["interface bytes cut off", "3B6000"],
	["historical bytes cut off", "3B620000 AA"],
	["a byte too many", "3B600000 00"],
	["a wrong TCK", "3BE0 00FF 81 31 7C41 93"],
	["TCK missing", "3BE0 00FF 81 31 7C41"],
	["TD without end", `3B80${"80".repeat(40)}`],
])("unreadable: %s", (_name, text) => {
	expect(decodeAtr(bytes(text))).toBeUndefined();
});

// [ISO-ATR-09]
test("the length is known as soon as the last TD is there, and not before", () => {
	const atr = withTck(COMPLEX);
	for (let n = 0; n < atr.length; n++) expect(atrLength(atr.subarray(0, n)) ?? atr.length).toBe(atr.length);
	expect(atrLength(atr.subarray(0, 8))).toBeUndefined();
	expect(atrLength(atr.subarray(0, 9))).toBe(atr.length);
});
