import { beforeAll, describe, expect, test } from "vitest";
import { CardInterface } from "../../sim/card/cardInterface.js";
import { VirtualSlot } from "../../sim/card/virtualSlot.js";
import { formatHex } from "../../src/bytes/hex.js";
import { CardError } from "../../src/card/cardError.js";
import { ContactReader } from "../../src/card/contactReader.js";
import { RecordedCard, type RecordedExchange, recordDialogue } from "../sim/card/recordedCard.js";
import { withCheck } from "./t1Blocks.js";

let exchanges: RecordedExchange[];

beforeAll(async () => {
	exchanges = await recordDialogue("cda");
});

/** The recorded sale once more, over a line with noise. @returns how it ended; a wrong response fails the test */
async function sell(atr: string, noise: VirtualSlot["noise"]): Promise<{ end: string; characters: number }> {
	const slot = new VirtualSlot();
	const card = new RecordedCard(atr, exchanges);
	slot.noise = noise;
	slot.insert(new CardInterface(card));
	const reader = new ContactReader(slot);
	let end = "done";
	try {
		await reader.activate();
		for (const { command, response } of exchanges)
			expect(formatHex(await reader.transmit(command.slice()))).toBe(formatHex(response));
	} catch (error) {
		if (!(error instanceof CardError)) throw error;
		end = error.reason;
		expect(slot.powered).toBe(false);
	}
	expect(card.strange, "the card got what the terminal sent, once").toEqual([]);
	return { end, characters: slot.characters };
}

const T1_ATR = "3BE000FF81317C4192";

// [ISO-T0-09 ISO-T1-06]
describe("one damaged character in a whole sale: it comes through", () => {
	// Every position, or every so many: a prime, so that all parts of a block have their turn.
	test.each<[string, string, number, (at: number) => number]>([
		["T=1, one bit, parity bit too", T1_ATR, 1, at => 1 << (at % 9)],
		["T=1, two bits, which leave the parity right", T1_ATR, 5, at => 0b11 << (at % 7)],
		["T=1, blocks of 16 bytes, one bit", withCheck("3BE000FF81311041"), 5, at => 1 << (at % 9)],
		["T=1, blocks of 16 bytes, two bits", withCheck("3BE000FF81311041"), 11, at => 0b11 << (at % 7)],
		["T=0, one bit", "3B600000", 3, at => 1 << (at % 9)],
	])(
		"%s",
		async (_name, atr, stride, bits) => {
			const { characters } = await sell(atr, undefined);
			expect(characters).toBeGreaterThan(2000);
			for (let at = stride - 1; at < characters; at += stride) {
				const { end } = await sell(atr, index => (index === at ? bits(at) : 0));
				expect(end, `at ${at}`).toBe("done");
			}
		},
		60_000,
	);
});

// [ISO-T1-12]
describe("T=1 under noise that does not end: done, or a definite end", () => {
	test.each([
		[20, ["protocol", "notAccepted"]],
		[60, ["protocol", "notAccepted"]],
		[300, ["done", "protocol"]],
		[2000, ["done"]],
	])("one character in %i", async (one, possible) => {
		const draw = xorShift(one);
		const ends = new Set<string>();
		for (let i = 0; i < 20; i++) {
			const { end } = await sell(T1_ATR, () => (draw(one) === 0 ? 1 << draw(9) : 0));
			ends.add(end);
		}
		expect([...ends].filter(end => !possible.includes(end))).toEqual([]);
	});
});

/** Marsaglia's xorshift of 32 bits. @returns a function that draws from 0 to `choices` - 1 */
function xorShift(seed: number): (choices: number) => number {
	let state = seed;
	return choices => {
		state ^= state << 13;
		state ^= state >>> 17;
		state ^= state << 5;
		return Math.floor(((state >>> 0) / 2 ** 32) * choices);
	};
}
