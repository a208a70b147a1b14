import { describe, expect, test } from "vitest";
import { formatHex } from "../../src/bytes/hex.js";
import { type CommandApdu, encodeCommand } from "../../src/card/apdu.js";
import { T1 } from "../../src/card/t1.js";
import { bytes, hex } from "../emv/scriptedCard.js";
import { ScriptedSlot, type Turn } from "./scriptedSlot.js";
import { block, damaged, IFS } from "./t1Blocks.js";

const TIMING = {
	line: { clocksPerEtu: 372, guardTimeEtu: 11, turnaroundTimeEtu: 22, repeatsCharacters: false },
	characterWaitingTimeEtu: 47,
	blockWaitingTimeEtu: 16_331,
};

const READ = { cla: 0x00, ins: 0xb2, p1: 1, p2: 0x0c, le: 256 }; // case 2
const VERIFY = { cla: 0x00, ins: 0x20, p1: 0, p2: 0x80, data: bytes("241234FFFFFFFFFF") }; // case 3
const SELECT = { cla: 0x00, ins: 0xa4, p1: 4, p2: 0, data: bytes("A000000333"), le: 256 }; // case 4
const BLOCK = { cla: 0x80, ins: 0x1e, p1: 0, p2: 0 }; // case 1

const READ_I = block("00", "00B2010C00");
const OK_I = block("00", "AABB9000");

async function open(turns: readonly Turn[], informationFieldSize = 254): Promise<{ slot: ScriptedSlot; t1: T1 }> {
	const slot = new ScriptedSlot([], turns);
	await slot.activate();
	return { slot, t1: new T1(slot, { informationFieldSize, errorDetection: "LRC" }, TIMING) };
}

async function transmit(command: CommandApdu, turns: readonly Turn[], informationFieldSize?: number): Promise<string> {
	const { slot, t1 } = await open([IFS, ...turns], informationFieldSize);
	await t1.start();
	const response = await t1.transmit(encodeCommand(command));
	expect(slot.turnsLeft, "all was asked for").toBe(0);
	return formatHex(response);
}

// ISO/IEC 7816-3, 11 and annex A; EMV 4.3 Book 1, 9.2.4 and 9.2.5
describe("answers", () => {
	// [ISO-T1-01 ISO-T1-04 ISO-T1-05 ISO-T1-09]
	test.each<[string, CommandApdu, readonly Turn[], string, number?]>([
		["case 1", BLOCK, [[block("00", "801E0000"), block("00", "9000")]], "9000"],
		["case 2", READ, [[READ_I, OK_I]], "AABB9000"],
		["case 3", VERIFY, [[block("00", "0020008008241234FFFFFFFFFF"), block("00", "63C2")]], "63C2"],
		["case 4", SELECT, [[block("00", "00A4040005A00000033300"), block("00", "6F009000")]], "6F009000"],
		[
			"a chain to the card",
			SELECT,
			[
				[block("20", "00A40400"), block("90")],
				[block("60", "05A00000"), block("80")],
				[block("00", "033300"), OK_I],
			],
			"AABB9000",
			4,
		],
		[
			"a chain from the card",
			READ,
			[
				[READ_I, block("20", "AA")],
				[block("90"), block("60", "BB")],
				[block("80"), block("00", "9000")],
			],
			"AABB9000",
		],
		[
			"an empty block in the chain",
			READ,
			[
				[READ_I, block("20", "AA")],
				[block("90"), block("60")],
				[block("80"), block("00", "9000")],
			],
			"AA9000",
		],
		[
			"after more time: S(WTX)",
			READ,
			[
				[READ_I, block("C3", "03")],
				[block("E3", "03"), block("C3", "01")],
				[block("E3", "01"), OK_I],
			],
			"AABB9000",
		],
		[
			"in smaller pieces after S(IFS) of the card",
			SELECT,
			[
				[block("20", "00A40400"), block("C1", "02")],
				[block("E1", "02"), block("90")],
				[block("60", "05A0"), block("80")],
				[block("20", "0000"), block("90")],
				[block("60", "0333"), block("80")],
				[block("00", "00"), OK_I],
			],
			"AABB9000",
			4,
		],
	])("%s", async (_name, command, turns, expected, size) => {
		expect(await transmit(command, turns, size)).toBe(expected);
	});

	// [ISO-T1-03]
	test("sequence numbers go on from command to command", async () => {
		const { t1 } = await open([
			IFS,
			[READ_I, OK_I],
			[block("40", "00B2010C00"), block("60", "AA")],
			[block("80"), block("00", "9000")],
			[READ_I, block("40", "6A83")],
		]);
		await t1.start();
		const command = encodeCommand(READ);
		expect(formatHex(await t1.transmit(command))).toBe("AABB9000");
		expect(formatHex(await t1.transmit(command))).toBe("AA9000");
		expect(formatHex(await t1.transmit(command))).toBe("6A83");
	});
});

describe("mends", () => {
	// [ISO-T1-03 ISO-T1-06]
	test.each<[string, CommandApdu, readonly Turn[], number?]>([
		[
			"a damaged answer (7.1)",
			READ,
			[
				[READ_I, damaged(OK_I)],
				[block("81"), OK_I],
			],
		],
		[
			"an answer that does not come (7.1)",
			READ,
			[
				[READ_I, ""],
				[block("82"), OK_I],
			],
		],
		[
			"half a block",
			READ,
			[
				[READ_I, OK_I.slice(0, 8)],
				[block("81"), OK_I],
			],
		],
		[
			"more than a block",
			READ,
			[
				[READ_I, `${damaged(OK_I)}FFFF`],
				[block("81"), OK_I],
			],
		],
		[
			"a block with the reserved length",
			READ,
			[
				[READ_I, "0000FF"],
				[block("81"), OK_I],
			],
		],
		[
			"a command that came damaged: the card's R-block",
			READ,
			[
				[READ_I, block("81")],
				[READ_I, OK_I],
			],
		],
		[
			"a damaged R-block of the card: ask again (7.2)",
			READ,
			[
				[READ_I, damaged(block("81"))],
				[block("81"), block("81")],
				[READ_I, OK_I],
			],
		],
		[
			"a wrong sequence number",
			READ,
			[
				[READ_I, block("40", "AABB9000")],
				[block("82"), OK_I],
			],
		],
		[
			"a damaged request for time",
			READ,
			[
				[READ_I, damaged(block("C3", "02"))],
				[block("81"), block("C3", "02")],
				[block("E3", "02"), OK_I],
			],
		],
		[
			"a request for no time at all",
			READ,
			[
				[READ_I, block("C3", "00")],
				[block("82"), OK_I],
			],
		],
		[
			"a damaged acknowledgement in a chain to the card",
			SELECT,
			[
				[block("20", "00A4040005A0"), damaged(block("90"))],
				[block("81"), block("90")],
				[block("40", "0000033300"), OK_I],
			],
			6,
		],
		[
			"a block of the chain that the card wants again",
			SELECT,
			[
				[block("20", "00A4040005A0"), block("81")],
				[block("20", "00A4040005A0"), block("90")],
				[block("40", "0000033300"), OK_I],
			],
			6,
		],
		[
			"a damaged block in a chain from the card",
			READ,
			[
				[READ_I, block("20", "AABB")],
				[block("90"), damaged(block("40", "9000"))],
				[block("91"), block("40", "9000")],
			],
		],
		[
			"an acknowledgement that the card wants again",
			READ,
			[
				[READ_I, block("20", "AABB")],
				[block("90"), block("91")],
				[block("90"), block("40", "9000")],
			],
		],
		[
			"a request of the kind that only terminals make",
			READ,
			[
				[READ_I, block("C0")],
				[block("82"), OK_I],
			],
		],
	])("%s", async (_name, command, turns, size) => {
		expect(await transmit(command, turns, size)).toBe("AABB9000");
	});

	// [ISO-T1-01]
	test("S(IFS request) is sent again, not asked for (7.3)", async () => {
		const { slot, t1 } = await open([[IFS[0], damaged(IFS[1])], [IFS[0], ""], IFS]);
		await t1.start();
		expect(slot.turnsLeft).toBe(0);
	});

	// [ISO-T1-07]
	test("a chain that is lost while the card cannot have done the command, by S(RESYNCH)", async () => {
		const first = block("20", "00A4040005A0");
		const turns: Turn[] = [
			[first, ""],
			[block("82"), ""],
			[block("82"), ""],
			[block("C0"), block("E0")],
			IFS,
			[first, block("90")],
			[block("40", "0000033300"), OK_I],
		];
		expect(await transmit(SELECT, turns, 6)).toBe("AABB9000");
	});

	// [ISO-T1-07]
	test("a chain that is lost later in the dialogue starts from the first sequence numbers again", async () => {
		const { t1, slot } = await open(
			[
				IFS,
				[block("20", "00B201"), block("90")],
				[block("40", "0C00"), block("00", "6A83")],
				[block("20", "00B201"), damaged(block("90"))],
				[block("91"), damaged(block("90"))],
				[block("91"), damaged(block("90"))],
				[block("C0"), block("E0")],
				IFS,
				[block("20", "00B201"), block("90")],
				[block("40", "0C00"), OK_I],
			],
			3,
		);
		await t1.start();
		expect(formatHex(await t1.transmit(encodeCommand(READ)))).toBe("6A83");
		expect(formatHex(await t1.transmit(encodeCommand(READ)))).toBe("AABB9000");
		expect(slot.turnsLeft).toBe(0);
	});
});

describe("ends the dialogue with", () => {
	const asked = (count: number, pcb: string, information: string): Turn[] =>
		Array.from({ length: count }, () => [block(pcb, information), block("C3", information)]);

	// [ISO-T1-06 ISO-T1-07 ISO-T1-08 ISO-T1-12]
	test.each<[string, readonly Turn[], string]>([
		[
			"mute: nothing, three times; the command is not sent anew",
			[
				[READ_I, ""],
				[block("82"), ""],
				[block("82"), ""],
			],
			"mute",
		],
		[
			"protocol: damaged, three times",
			[
				[READ_I, damaged(OK_I)],
				[block("81"), damaged(OK_I)],
				[block("81"), damaged(OK_I)],
			],
			"protocol",
		],
		[
			"protocol: the command wanted again and again",
			[
				[READ_I, block("81")],
				[READ_I, block("81")],
				[READ_I, block("81")],
			],
			"protocol",
		],
		[
			"protocol: S(ABORT), which is answered",
			[
				[READ_I, block("20", "AA")],
				[block("90"), block("C2")],
				[block("E2"), ""],
			],
			"protocol",
		],
		["protocol: time for ever", [[READ_I, block("C3", "01")], ...asked(255, "E3", "01")], "protocol"],
		[
			"protocol: a chain longer than a response",
			[
				[READ_I, block("20", "AA".repeat(254))],
				[block("90"), block("60", "AA".repeat(5))],
			],
			"protocol",
		],
		[
			"protocol: a chain of nothing",
			[
				[READ_I, block("20")],
				...Array.from(
					{ length: 300 },
					(_, i): Turn => (i % 2 ? [block("80"), block("20")] : [block("90"), block("60")]),
				),
			],
			"protocol",
		],
		["protocol: characters without end", [[READ_I, `${damaged(OK_I)}${"00".repeat(300)}`]], "protocol"],
	])("%s", async (_name, turns, reason) => {
		const { slot, t1 } = await open([IFS, ...turns]);
		await t1.start();
		await expect(t1.transmit(encodeCommand(READ))).rejects.toMatchObject({ name: "CardError", reason });
		expect(slot.turnsLeft).toBe(0);
	});

	test("mute: a card that never answers S(IFS) nor S(RESYNCH)", async () => {
		const silent = (pcb: string, information?: string): Turn[] => Array(3).fill([block(pcb, information), ""]);
		const { slot, t1 } = await open([...silent("C1", "FE"), ...silent("C0")]);
		await expect(t1.start()).rejects.toMatchObject({ reason: "mute" });
		expect(slot.turnsLeft).toBe(0);
	});

	// [EMV-END-01]
	test("removed: pulled after any character", async () => {
		const turns: Turn[] = [IFS, [READ_I, block("20", "AA")], [block("90"), block("40", "9000")]];
		const characters = turns.reduce((sum, [out, back]) => sum + (hex(out) + hex(back)).length / 2, 0);
		for (let n = 1; n < characters; n++) {
			const { slot, t1 } = await open(turns);
			slot.pullAfter = n;
			const dialogue = t1.start().then(() => t1.transmit(encodeCommand(READ)));
			await expect(dialogue, `after ${n}`).rejects.toMatchObject({ reason: "removed" });
		}
	});
});

// [ISO-T1-05 ISO-T1-10]
test("waiting times: BWT for a block, CWT within it, BWT times the multiplier after S(WTX)", async () => {
	const { slot, t1 } = await open([IFS, [READ_I, block("C3", "05")], [block("E3", "05"), OK_I]]);
	const waits: [number, number | undefined][] = [];
	const receive = slot.receive.bind(slot);
	slot.receive = (length: number, firstWaitEtu?: number, nextWaitEtu?: number) => {
		waits.push([firstWaitEtu!, nextWaitEtu]);
		return receive(length);
	};
	await t1.start();
	await t1.transmit(encodeCommand(READ));
	const [bwt, cwt] = [TIMING.blockWaitingTimeEtu, TIMING.characterWaitingTimeEtu];
	expect(waits.filter((_, i) => i % 2 === 0)).toEqual([
		[bwt, cwt],
		[bwt, cwt],
		[5 * bwt, cwt],
	]);
	expect(waits.filter((_, i) => i % 2 === 1).every(([first]) => first === cwt)).toBe(true);
});

test("the PIN block is marked as secret from its first byte, and does not stay behind in what was sent", async () => {
	const { slot, t1 } = await open(
		[
			IFS,
			[block("20", "00200080"), block("90")],
			[block("60", "08241234"), block("80")],
			[block("20", "FFFFFFFF"), block("90")],
			[block("40", "FF"), block("00", "9000")],
		],
		4,
	);
	await t1.start();
	const sent: [Uint8Array, number | undefined][] = [];
	const send = slot.send.bind(slot);
	slot.send = async (out: Uint8Array, secretFrom?: number) => {
		sent.push([out, secretFrom]);
		await send(out);
	};
	await t1.transmit(encodeCommand(VERIFY));
	expect(sent.map(([, secretFrom]) => secretFrom)).toEqual([8, 4, 3, 3]);
	for (const [out] of sent) expect(formatHex(out)).toMatch(/^(00)+$/);
});
