import { describe, expect, test } from "vitest";
import { ContactReader, type ContactReaderOptions } from "../../src/card/contactReader.js";
import { ScriptedSlot, type Turn } from "./scriptedSlot.js";
import { block, IFS, withCheck } from "./t1Blocks.js";

const FASTER: ContactReaderOptions = { negotiatesFactors: true };

async function activate(atrs: readonly string[], turns: readonly Turn[], options: ContactReaderOptions) {
	const slot = new ScriptedSlot(atrs, turns);
	await new ContactReader(slot, options).activate();
	expect(slot.turnsLeft, "all was asked for").toBe(0);
	return { resets: slot.resets, clocksPerEtu: slot.configured!.clocksPerEtu, t0: slot.configured!.repeatsCharacters };
}

// ISO/IEC 7816-3, 6.3.1 and 9
describe("factors", () => {
	const T0_95 = "3B1095"; // negotiable, F 512, D 16
	// [ISO-ATR-11 ISO-PPS-01 ISO-PPS-02]
	test.each<[string, string, readonly Turn[], ContactReaderOptions, number]>([
		["not asked for unless wanted (EMV)", T0_95, [], {}, 372],
		["granted", T0_95, [["FF10957A", "FF10957A"]], FASTER, 32],
		["not granted: the card leaves PPS1 out", T0_95, [["FF10957A", "FF00FF"]], FASTER, 372],
		["not asked for where the card offers the default ones", "3B00", [], FASTER, 372],
		["not asked for where TA1 has a reserved value", "3B1075", [], FASTER, 372],
		["of a card in specific mode are its own", "3B90131000", [], FASTER, 93],
	])("%s", async (_name, atr, turns, options, clocksPerEtu) => {
		expect(await activate([atr], turns, options)).toEqual({ resets: "cold ", clocksPerEtu, t0: true });
	});

	// [ISO-PPS-02 ISO-PPS-03]
	test.each<[string, string]>([
		["no answer", ""],
		["half an answer", "FF10"],
		["another factor", "FF109679"],
		["another protocol", "FF11957B"],
		["a wrong check byte", "FF109500"],
		["something else", "3B000000"],
	])("after %s the card is reset and nothing is proposed any more", async (_name, answer) => {
		const result = await activate([T0_95, T0_95], [["FF10957A", answer]], FASTER);
		expect(result).toEqual({ resets: "cold cold ", clocksPerEtu: 372, t0: true });
	});

	// [ISO-PPS-04]
	test("for T=1, before its first block", async () => {
		const atr = "3BF09500FF81317C41";
		const turns: Turn[] = [["FF11957B", "FF11957B"], IFS];
		expect(await activate([withCheck(atr)], turns, FASTER)).toMatchObject({ clocksPerEtu: 32, t0: false });
	});
});

describe("the protocol", () => {
	// T=0 first, then T=1 with IFSC 254, BWI 4, CWI 5
	const BOTH = withCheck("3B808031FE45");
	// [ISO-PPS-01]
	test.each<[string, readonly Turn[], ContactReaderOptions, boolean]>([
		["is the card's first", [], {}, true],
		["is not asked for when it is the first anyway", [], { protocol: 0 }, true],
		["is asked for when it is another", [["FF01FE", "FF01FE"], IFS], { protocol: 1 }, false],
	])("%s", async (_name, turns, options, t0) => {
		expect(await activate([BOTH], turns, options)).toMatchObject({ t0 });
	});

	// [ISO-PPS-01]
	test("that the card does not offer is not asked for", async () => {
		expect(await activate(["3B00"], [], { protocol: 1 })).toMatchObject({ t0: true });
	});

	test("of a card that fell silent in S(IFS) leaves no card active", async () => {
		const silent: Turn[] = [...Array(3).fill([IFS[0], ""]), ...Array(3).fill([block("C0"), ""])];
		const slot = new ScriptedSlot(["3BE000FF81317C4192"], silent);
		await expect(new ContactReader(slot).activate()).rejects.toMatchObject({ reason: "mute" });
		expect(slot.resets).toBe("cold off");
	});
});
