import { describe, expect, test } from "vitest";
import { CardInterface } from "../../../sim/card/cardInterface.js";
import type { LineFault } from "../../../sim/card/command.js";
import { T1Card } from "../../../sim/card/t1Card.js";
import { VirtualSlot } from "../../../sim/card/virtualSlot.js";
import { formatHex, parseHex } from "../../../src/bytes/hex.js";
import { ContactReader } from "../../../src/card/contactReader.js";
import { T1 } from "../../../src/card/t1.js";
import { block, withCheck } from "../../card/t1Blocks.js";
import { bytes } from "../../emv/scriptedCard.js";
import { RecordedCard, type RecordedExchange } from "./recordedCard.js";

const LONG = "AB".repeat(200);
const EXCHANGES: readonly RecordedExchange[] = [
	["00A4040005A00000033300", "6F02A5009000"],
	["00B2010C00", `${LONG}9000`],
	[`80AE0000C8${LONG}00`, `${LONG}6283`],
].map(([command, response]) => ({
	command: parseHex(command!),
	response: parseHex(response!),
	outgoing: command!.length === 10,
}));

const T1_ATR = "3BE000FF81317C4192";

/** Sends each group of characters and notes all that comes back, without any driver. */
function dialogue(atr: string, ...groups: readonly string[]): string[] {
	const card = new CardInterface(new RecordedCard(atr, EXCHANGES));
	card.reset();
	return groups.map(group => [...bytes(group)].map(byte => formatHex(card.take(byte))).join(""));
}

// ISO/IEC 7816-3, 9
describe("PPS on the card's side", () => {
	test.each([
		["grants what TA1 offers", "3B1095", "FF10957A", "FF10957A"],
		["grants the default factors", "3B1095", "FF1011FE", "FF1011FE"],
		["leaves out a factor that it does not offer", "3B1095", "FF109679", "FF00FF"],
		["agrees to the protocol alone", withCheck("3B808031FE41"), "FF01FE", "FF01FE"],
		["leaves out PPS2 and PPS3", "3B1095", "FF70950000" + "1A", "FF10957A"],
		["does not answer for a protocol that it has not", "3B1095", "FF11957B", ""],
		["does not answer a wrong check byte", "3B1095", "FF109500", ""],
	])("%s", (_name, atr, request, response) => {
		expect(dialogue(atr, request)).toEqual([response]);
	});

	test("is over with the first command, and never takes place in specific mode", () => {
		expect(dialogue("3B1095", "00A4040005")).toEqual(["A4"]);
		expect(dialogue("3B90131000", "FF10136C00")).toEqual(["6F00"]);
	});

	test("the new etu counts from the answer on, not in it", () => {
		const card = new CardInterface(new RecordedCard("3B1095", EXCHANGES));
		card.reset();
		for (const byte of bytes("FF1095")) card.take(byte);
		expect(card.line.clocksPerEtu).toBe(372);
		card.take(0x7a);
		expect(card.line.clocksPerEtu).toBe(32);
		card.reset();
		expect(card.line.clocksPerEtu).toBe(372);
	});
});

// ISO/IEC 7816-3, 11: the card alone, block for block
describe("T=1 on the card's side", () => {
	const IFS = block("C1", "FE");
	const SELECT = block("00", "00A4040005A00000033300");
	const SELECTED = block("00", "6F02A5009000");

	test.each<[string, readonly string[], readonly string[]]>([
		["takes and tells", [IFS, SELECT], [block("E1", "FE"), SELECTED]],
		["asks for a damaged block", [`${SELECT.slice(0, -2)}00`], [block("81")]],
		["repeats its block", [SELECT, block("81"), block("81")], [SELECTED, SELECTED, SELECTED]],
		["asks for a block that never came", [block("82")], [block("80")]],
		["asks again for a block that it has had", [SELECT, SELECT], [SELECTED, block("92")]],
		["puts a chain together", [block("20", "00A40400"), block("40", "05A00000033300")], [block("90"), SELECTED]],
		[
			"chains in blocks of 32 until it is told more",
			[SELECT, block("40", "00B2010C00"), block("80"), block("90")],
			[SELECTED, block("60", "AB".repeat(32)), block("20", "AB".repeat(32)), block("60", "AB".repeat(32))],
		],
		[
			"drops a chain",
			[block("20", "00A4"), block("C2"), block("40", "00A4040005A00000033300")],
			[block("90"), block("E2"), SELECTED],
		],
		["starts anew", [SELECT, block("C0"), block("00", "00B2010C05")], [SELECTED, block("E0"), block("00", "6CC8")]],
		["does not take a block that it knows not", [block("C4")], [block("82")]],
	])("%s", (_name, sent, came) => {
		expect(dialogue(T1_ATR, ...sent)).toEqual(came);
	});

	test("drops half a block after silence, and asks for it", () => {
		const card = new T1Card(new RecordedCard(T1_ATR, EXCHANGES));
		card.reset();
		expect(formatHex(card.silence.reply())).toBe("");
		for (const byte of bytes(SELECT).subarray(0, 7)) card.take(byte);
		expect(card.silence.afterEtu).toBe(13);
		expect(formatHex(card.silence.reply())).toBe(block("82"));
		expect([...bytes(SELECT)].map(byte => formatHex(card.take(byte))).join("")).toBe(SELECTED);
	});
});

/** The dialogue of the recorded commands, driver and card, over a slot. */
async function exchangeAll(atr: string, card = new RecordedCard(atr, EXCHANGES)): Promise<string[]> {
	const slot = new VirtualSlot();
	slot.insert(new CardInterface(card));
	const reader = new ContactReader(slot);
	await reader.activate();
	const responses: string[] = [];
	for (const { command } of EXCHANGES) responses.push(formatHex(await reader.transmit(command.slice())));
	return responses;
}

describe("driver and card", () => {
	const recorded = EXCHANGES.map(({ response }) => formatHex(response));

	test.each([
		["T=0", "3B600000"],
		["T=1", T1_ATR],
		["T=1, blocks of 16 bytes to the card", withCheck("3BE000FF81311041")],
		["T=1, 254 bytes", withCheck("3BE000FF8131FE41")],
	])("the same responses over %s", async (_name, atr) => {
		expect(await exchangeAll(atr)).toEqual(recorded);
	});

	test("with a CRC, which EMV's terminals do not accept from a card", async () => {
		const slot = new VirtualSlot();
		slot.insert(new T1Card(new RecordedCard(withCheck("3BE000FF8171FE4101"), EXCHANGES)));
		await slot.activate();
		await slot.receive(10, 200);
		const timing = {
			line: { clocksPerEtu: 372, guardTimeEtu: 11, turnaroundTimeEtu: 22, repeatsCharacters: false },
			characterWaitingTimeEtu: 17,
			blockWaitingTimeEtu: 16_331,
		};
		slot.configure(timing.line);
		const t1 = new T1(slot, { informationFieldSize: 254, errorDetection: "CRC" }, timing);
		await t1.start();
		slot.noise = index => (index % 613 === 50 ? 4 : 0);
		for (const { command, response } of EXCHANGES)
			expect(formatHex(await t1.transmit(command.slice()))).toBe(formatHex(response));
	});

	test("a card that asks for time gets it in either protocol", async () => {
		class SlowCard extends RecordedCard {
			override readonly nullBytes = 3;
			override findCommand(header: Parameters<RecordedCard["findCommand"]>[0]) {
				const found = super.findCommand(header);
				return typeof found === "number" ? found : { ...found, slow: true };
			}
		}
		for (const atr of ["3B600000", T1_ATR])
			expect(await exchangeAll(atr, new SlowCard(atr, EXCHANGES))).toEqual(recorded);
	});

	test.each<[LineFault, string, string]>([
		["mute", "mute", "mute"],
		["endless 60", "protocol", "protocol"],
		["endless 61", "protocol", "protocol"],
		["endless 6C", "6C02", "6C01"],
	])("a card that is %s: %s over T=0, %s over T=1", async (fault, overT0, overT1) => {
		for (const [atr, expected] of [
			["3B600000", overT0],
			[T1_ATR, overT1],
		] as const) {
			class FaultyCard extends RecordedCard {
				override execute(...args: Parameters<RecordedCard["execute"]>) {
					return { ...super.execute(...args), line: fault };
				}
			}
			const slot = new VirtualSlot();
			slot.insert(new CardInterface(new FaultyCard(atr, EXCHANGES)));
			const reader = new ContactReader(slot);
			await reader.activate();
			const answer = await reader
				.transmit(EXCHANGES[1]!.command.slice())
				.then(formatHex, (error: { reason: string }) => error.reason);
			expect(answer, atr).toBe(expected);
			if (expected.length > 4) expect(slot.powered).toBe(false);
		}
	});
});
