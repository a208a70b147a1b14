import { nodeCrypto } from "../../sim/world/nodeCrypto.js";
import type { CardReader } from "../../src/ports.js";
import { SaleBench } from "../../test/flows/bench.js";
import { makeSaleWorld } from "../../test/flows/saleWorld.js";
import type { Row } from "../row.js";

/** F 512, D 16: 32 clock cycles an etu. */
const TA1 = 0x95;
const FASTER_CLOCKS = 32;
const INITIAL_CLOCKS = 372;
const MOST_RATIO = 1.05;

/** C-APDU and R-APDU. */
type Exchange = readonly [command: Uint8Array, response: Uint8Array];

/** Characters that follow one another in one direction. */
type Run = readonly [direction: ">" | "<", characters: number];

const CASES = Object.freeze([
	{ name: "T=0", atr: [0x3b, 0x60, 0, 0], protocol: 0, negotiates: false },
	{ name: "T=0 after PPS", atr: [0x3b, 0x70, TA1, 0, 0], protocol: 0, negotiates: true },
	{ name: "T=1", atr: withCheck([0x3b, 0xe0, 0, 0xff, 0x81, 0x31, 0xfe, 0x41]), protocol: 1, negotiates: false },
	{
		name: "T=1 after PPS",
		atr: withCheck([0x3b, 0xf0, TA1, 0, 0xff, 0x81, 0x31, 0xfe, 0x41]),
		protocol: 1,
		negotiates: true,
	},
] as const);

/**
 * Line time of a whole CDA sale from the rise of RST to the end of the last character, in initial etu, with a card that computes
 * in no time, beside the least that the standards let the same commands take.
 */
export async function rows(): Promise<Row[]> {
	const { cda } = await makeSaleWorld("cda");
	const measured: Row[] = [];
	for (const each of CASES) {
		const personalisation = { ...cda!.personalisation, atr: Buffer.from(each.atr).toString("hex"), nullBytes: 0 };
		const reader = { negotiatesFactors: each.negotiates };
		const bench = new SaleBench({ ...cda!, personalisation, crypto: nodeCrypto, reader });
		const exchanges: Exchange[] = [];
		bench.wrapReader = inner => recorded(inner, exchanges);
		const { outcome } = await bench.sale(1234);
		if (outcome !== "approved") throw new Error(`the sale over ${each.name} ended ${outcome}`);
		const least = leastEtu(each, exchanges);
		const ratio = bench.slot.elapsedEtu / least;
		measured.push({
			what: `a whole sale on the line, ${each.name}, etu of 372 cycles`,
			kassa: bench.slot.elapsedEtu.toFixed(0),
			against: `${least.toFixed(0)} for the mandatory characters`,
			ratio: `${ratio.toFixed(3)} x`,
			target: `${MOST_RATIO} x`,
			met: ratio <= MOST_RATIO,
		});
	}
	return measured;
}

function recorded(inner: CardReader, exchanges: Exchange[]): CardReader {
	return {
		get present() {
			return inner.present;
		},
		set onChange(listener: ((present: boolean) => void) | undefined) {
			inner.onChange = listener;
		},
		activate: () => inner.activate(),
		deactivate: () => inner.deactivate(),
		async transmit(bytes) {
			const command = bytes.slice();
			const response = await inner.transmit(bytes);
			exchanges.push([command, response]);
			return response;
		},
	};
}

/**
 * Told from the APDUs alone: every character that the protocol cannot do without, at its least guard time, and the least pause at
 * each change of direction (ISO/IEC 7816-3, 10.2, 11.2 and 11.4.3; EMV 4.3 Book 1, 9.2.2.1 and 9.2.4.2).
 */
function leastEtu({ atr, protocol, negotiates }: (typeof CASES)[number], exchanges: readonly Exchange[]): number {
	// From RST 400 cycles to TS; PPSS PPS0 PPS1 PCK each way.
	const opening = 400 / INITIAL_CLOCKS + 12 * (atr.length - 1) + (negotiates ? 2 * (16 + 3 * 12) : 0);
	const [guard, turn] = protocol === 0 ? [12, 16] : [11, 22];
	const runs = protocol === 0 ? exchanges.flatMap(t0Runs) : [...IFS_RUNS, ...exchanges.flatMap(t1Runs)];
	let etu = 10; // the last character itself
	let before = "<";
	for (const [direction, characters] of runs) {
		etu += (direction === before ? guard : turn) + guard * (characters - 1);
		before = direction;
	}
	return opening + (etu * (negotiates ? FASTER_CLOCKS : INITIAL_CLOCKS)) / INITIAL_CLOCKS;
}

/** EMV 4.3 Book 1, 9.3.1: the terminal asks with Le = 00, so that 6Cxx and 61xx with GET RESPONSE cannot be done without. */
function t0Runs([command, response]: Exchange): Run[] {
	const data = response.length - 2;
	const hasBody = command.length > 5;
	const body: Run[] = hasBody
		? [
				["<", 1],
				[">", command[4]!],
			]
		: [];
	const fetched: Run[] =
		data > 0
			? [
					["<", 2],
					[">", 5],
					["<", 1 + data + 2],
				]
			: [["<", 2]];
	return [[">", 5], ...body, ...fetched];
}

const BLOCK_FRAME = 4;
const IFS_RUNS: readonly Run[] = [
	[">", BLOCK_FRAME + 1],
	["<", BLOCK_FRAME + 1],
];
const LONGEST_INFORMATION = 254;

/** ISO/IEC 7816-3, 11.6: I-blocks as long as they may be, an R-block for each that is not the last. */
function t1Runs([command, response]: Exchange): Run[] {
	const chain = (length: number, there: ">" | "<", back: ">" | "<"): Run[] => {
		const runs: Run[] = [];
		for (let left = length; ; left -= LONGEST_INFORMATION) {
			runs.push([there, BLOCK_FRAME + Math.min(left, LONGEST_INFORMATION)]);
			if (left <= LONGEST_INFORMATION) return runs;
			runs.push([back, BLOCK_FRAME]);
		}
	};
	return [...chain(command.length, ">", "<"), ...chain(response.length, "<", ">")];
}

function withCheck(atr: readonly number[]): readonly number[] {
	return [...atr, atr.slice(1).reduce((check, byte) => check ^ byte, 0)];
}
