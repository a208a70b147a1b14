import { expect, test } from "vitest";
import { decodeAtr } from "../../src/card/atr.js";
import { atrParameters, DEFAULT_FACTORS, factorsOf } from "../../src/card/atrParameters.js";
import { t0Timing, t1Timing } from "../../src/card/lineTiming.js";
import { bytes } from "../emv/scriptedCard.js";
import { withCheck } from "./t1Blocks.js";

const parameters = (atr: string) => atrParameters(decodeAtr(bytes(atr))!);

// ISO/IEC 7816-3, 8.3 and 10.2; EMV 4.3 Book 1, 9.2.2.1: WWT = 960 x D x WI, the terminal allows D x 480 more
// [ISO-ATR-04 ISO-T0-08]
test.each([
	["nothing said: WI 10, N 0", "3B00", undefined, 12, 10_080, 372],
	["N 2", "3B4002", undefined, 14, 10_080, 372],
	["N 255 is 12 etu", "3B40FF", undefined, 12, 10_080, 372],
	["WI 5", "3B804005", undefined, 12, 5_280, 372],
	["F 512, D 16 agreed", "3B00", 0x95, 12, 161_280, 32],
])("T=0: %s", (_name, atr, ta1, guardTimeEtu, workWaitingTimeEtu, clocksPerEtu) => {
	expect(t0Timing(parameters(atr), factorsOf(ta1) ?? DEFAULT_FACTORS)).toEqual({
		line: { clocksPerEtu, guardTimeEtu, turnaroundTimeEtu: 16, repeatsCharacters: true },
		workWaitingTimeEtu,
	});
});

// ISO/IEC 7816-3, 11.4.3; EMV 4.3 Book 1, 9.2.4.2: CWT + 4, BWT + 960 x D
// [ISO-ATR-04 ISO-T1-10]
test.each([
	["EMV's basic ATR: N 255, BWI 4, CWI 1", "3BE000FF81317C4192", undefined, 11, 11 + 2 + 4, 11 + 15_360 + 960, 372],
	["BWI 0, CWI 5", withCheck("3BE0000081317C05"), undefined, 12, 11 + 32 + 4, 11 + 960 + 960, 372],
	["D 4 agreed", "3BE000FF81317C4192", 0x13, 11, 11 + 2 + 4, 11 + 4 * 15_360 + 4 * 960, 93],
	["F 512, D 16 agreed", "3BE000FF81317C4192", 0x95, 11, 17, 11 + (16 * 960 * 372 * 16) / 512 + 16 * 960, 32],
])("T=1: %s", (_name, atr, ta1, guardTimeEtu, characterWaitingTimeEtu, blockWaitingTimeEtu, clocksPerEtu) => {
	expect(t1Timing(parameters(atr), factorsOf(ta1) ?? DEFAULT_FACTORS)).toEqual({
		line: { clocksPerEtu, guardTimeEtu, turnaroundTimeEtu: 22, repeatsCharacters: false },
		characterWaitingTimeEtu,
		blockWaitingTimeEtu,
	});
});

test.each([0x10, 0x71, 0x1a, 0xe1])("TA1 %i has a reserved value", ta1 => {
	expect(factorsOf(ta1)).toBeUndefined();
});
