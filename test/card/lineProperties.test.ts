import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { VirtualSlot } from "../../sim/card/virtualSlot.js";
import { CardError } from "../../src/card/cardError.js";
import { ContactReader } from "../../src/card/contactReader.js";
import { bytes, hex } from "../emv/scriptedCard.js";
import { block } from "./t1Blocks.js";

/** What a card that knows no protocol says: after each so many characters, the next of its outbursts. */
interface Babbler {
	readonly atr: Uint8Array;
	readonly outbursts: readonly Uint8Array[];
	/** Characters that it takes before each. */
	readonly every: number;
	readonly delayEtu: number;
}

/** More than any honest dialogue of one command, far less than a hang: 20 minutes of 4 MHz for two sessions of three commands. */
const LONGEST_ETU = (1200 * 4_000_000) / 372;
const MOST_CHARACTERS = 100_000;

const SELECT = bytes("00A4040005A00000033300");
const READ = bytes("00B2010C00");
const VERIFY = bytes("0020008008241234FFFFFFFFFF");

/**
 * Activation and three commands with such a card. Whatever it says: a bounded dialogue, an R-APDU or a CardError, and no
 * contact active at the end.
 */
async function endures({ atr, outbursts, every, delayEtu }: Babbler, negotiates = false): Promise<void> {
	const slot = new VirtualSlot();
	let taken = 0;
	let said = 0;
	slot.insert({
		reset: () => atr,
		take: () => (++taken % every === 0 && outbursts.length ? outbursts[said++ % outbursts.length]! : new Uint8Array(0)),
		delayEtu: index => (index === 0 ? delayEtu : 0),
	});
	let resets = 0;
	let etu = 0;
	slot.onLine = event => {
		if (event.kind === "contact" && event.contact === "RST" && event.high) resets++;
	};
	const reader = new ContactReader(slot, { negotiatesFactors: negotiates });
	for (let session = 0; session < 2; session++) {
		try {
			await reader.activate();
			for (const command of [SELECT, READ, VERIFY]) {
				const response = await reader.transmit(command.slice());
				expect(response.length).toBeLessThanOrEqual(258);
			}
			await reader.deactivate();
		} catch (error) {
			if (!(error instanceof CardError)) throw error;
		}
		etu += slot.elapsedEtu;
		expect(slot.powered).toBe(false);
	}
	expect(resets).toBeLessThanOrEqual(8);
	expect(slot.characters).toBeLessThan(MOST_CHARACTERS);
	expect(etu).toBeLessThan(LONGEST_ETU);
}

const T0_ATR = bytes("3B600000");
const T1_ATR = bytes("3BE000FF81317C4192");
const any = (maxLength: number) => fc.uint8Array({ maxLength });
const numbers = { every: fc.integer({ min: 1, max: 12 }), delayEtu: fc.constantFrom(0, 0, 0, 500, 9_000, 20_000) };
const RUNS = { numRuns: 300, endOnFailure: true };

// [ISO-ATR-10]
test("random bytes as Answer to Reset", async () => {
	const plausible = fc.tuple(fc.constantFrom(0x3b, 0x3f), any(34)).map(([ts, rest]) => Uint8Array.of(ts, ...rest));
	const atr = fc.oneof(any(40), plausible);
	const babbler = fc.record({ atr, outbursts: fc.array(any(8), { maxLength: 4 }), ...numbers });
	await fc.assert(fc.asyncProperty(babbler, fc.boolean(), endures), RUNS);
});

describe("T=0", () => {
	// [ISO-T0-07]
	test("random bytes as answers", async () => {
		const babbler = fc.record({
			atr: fc.constant(T0_ATR),
			outbursts: fc.array(any(300), { maxLength: 6 }),
			...numbers,
		});
		await fc.assert(
			fc.asyncProperty(babbler, card => endures(card)),
			RUNS,
		);
	});

	// [ISO-T0-07]
	test("procedure bytes and status bytes in any order", async () => {
		const piece = fc.constantFrom(
			"60",
			"61",
			"6100",
			"6C",
			"6C10",
			"9000",
			"6283",
			"A4",
			"5B",
			"B2",
			"4D",
			"20",
			"C0",
			"3F",
		);
		const outburst = fc.array(piece, { minLength: 1, maxLength: 40 }).map(pieces => bytes(pieces.join("")));
		const babbler = fc.record({
			atr: fc.constant(T0_ATR),
			outbursts: fc.array(outburst, { minLength: 1, maxLength: 6 }),
			...numbers,
		});
		await fc.assert(
			fc.asyncProperty(babbler, card => endures(card)),
			RUNS,
		);
	});
});

describe("T=1", () => {
	// [ISO-T1-12]
	test("random bytes as answers", async () => {
		const babbler = fc.record({
			atr: fc.constant(T1_ATR),
			outbursts: fc.array(any(300), { maxLength: 6 }),
			...numbers,
		});
		await fc.assert(
			fc.asyncProperty(babbler, card => endures(card)),
			RUNS,
		);
	});

	// [ISO-T1-12]
	test("whole blocks of any kind in any order, after the right answer to S(IFS)", async () => {
		const pcb = fc.constantFrom(
			"00",
			"40",
			"20",
			"60",
			"80",
			"90",
			"81",
			"92",
			"C0",
			"C1",
			"C2",
			"C3",
			"E0",
			"E1",
			"E3",
		);
		const information = fc.oneof(
			fc.constantFrom("", "01", "FE", "FF", "00", "9000"),
			any(254).map(each => hex([...each].map(byte => byte.toString(16).padStart(2, "0")).join(""))),
		);
		const outburst = fc.tuple(pcb, information).map(([kind, text]) => bytes(block(kind, text)));
		const outbursts = fc.array(outburst, { maxLength: 8 }).map(each => [bytes(block("E1", "FE")), ...each]);
		// S(IFS request) has five characters, R and most S-blocks four or five: the card speaks at the end of one or near it.
		const every = fc.constantFrom(4, 5, 5, 5, 9);
		const babbler = fc.record({ atr: fc.constant(T1_ATR), outbursts, every, delayEtu: numbers.delayEtu });
		await fc.assert(
			fc.asyncProperty(babbler, card => endures(card)),
			RUNS,
		);
	});
});
