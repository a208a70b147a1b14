import { expect, test } from "vitest";
import { decodeAtr } from "../../src/card/atr.js";
import { atrParameters } from "../../src/card/atrParameters.js";
import { bytes } from "../emv/scriptedCard.js";

const parameters = (text: string) => atrParameters(decodeAtr(bytes(text))!);

// [ISO-ATR-03]
test("the defaults of a card that says nothing (ISO/IEC 7816-3, 8.3 and 10.2)", () => {
	expect(parameters("3B00")).toEqual({
		protocols: [0],
		clockRateConversion: 372,
		baudRateAdjustment: 1,
		extraGuardTime: 0,
		specificMode: false,
		t0: { waitingTimeInteger: 10 },
		t1: undefined,
	});
});

// [ISO-T1-13]
test("T=1: block size, waiting times and error detection stand after TD2 (11.4)", () => {
	const { t0, t1, extraGuardTime } = parameters("3BE000FF81317C4192");
	expect({ t0, extraGuardTime }).toEqual({ t0: undefined, extraGuardTime: 255 });
	expect(t1).toEqual({
		informationFieldSize: 0x7c,
		blockWaitingTimeInteger: 4,
		characterWaitingTimeInteger: 1,
		errorDetection: "LRC",
	});
});

// [ISO-T1-13]
test("both protocols: TC2 is of T=0, the defaults are of T=1 (11.4.2, 11.4.3)", () => {
	// T=0 with WI = 20, then T=1 with nothing but a CRC
	const { t0, t1 } = parameters(`3B80C0144101${check("80C0144101")}`);
	expect(t0).toEqual({ waitingTimeInteger: 20 });
	expect(t1).toEqual({
		informationFieldSize: 32,
		blockWaitingTimeInteger: 4,
		characterWaitingTimeInteger: 13,
		errorDetection: "CRC",
	});
});

test("T=15 is no protocol that a card could speak (8.2.3)", () => {
	expect(parameters(`3B80801F03${check("80801F03")}`).protocols).toEqual([0]);
});

test.each([
	["3B1011", 372, 1],
	["3B1096", 512, 32],
	["3B1018", 372, 12],
	["3B10D9", 2048, 20],
	["3B1070", undefined, undefined],
])("TA1 in %s (tables 7 and 8)", (text, fi, di) => {
	const { clockRateConversion, baudRateAdjustment } = parameters(text);
	expect([clockRateConversion, baudRateAdjustment]).toEqual([fi, di]);
});

/** TCK of these bytes. */
function check(text: string): string {
	const tck = bytes(text).reduce((a, b) => a ^ b, 0);
	return tck.toString(16).toUpperCase().padStart(2, "0");
}
