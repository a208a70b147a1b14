import { describe, expect, test } from "vitest";
import { formatHex } from "../../src/bytes/hex.js";
import { type CommandApdu, encodeCommand } from "../../src/card/apdu.js";
import { CardError } from "../../src/card/cardError.js";
import { T0 } from "../../src/card/t0.js";
import { bytes, hex } from "../emv/scriptedCard.js";
import { ScriptedSlot, type Turn } from "./scriptedSlot.js";

const READ = { cla: 0x00, ins: 0xb2, p1: 1, p2: 0x0c, le: 256 }; // case 2
const VERIFY = { cla: 0x00, ins: 0x20, p1: 0, p2: 0x80, data: bytes("241234FFFFFFFFFF") }; // case 3
const SELECT = { cla: 0x00, ins: 0xa4, p1: 4, p2: 0, data: bytes("A000000333"), le: 256 }; // case 4
const BLOCK = { cla: 0x80, ins: 0x1e, p1: 0, p2: 0 }; // case 1

const SELECT_TURNS: readonly Turn[] = [
	["00A4040005", "A4"],
	["A000000333", "6104"],
	["00C0000004", "C0 6F02A500 9000"],
];

async function transmit(command: CommandApdu, turns: readonly Turn[]): Promise<string> {
	const slot = new ScriptedSlot([], turns);
	await slot.activate();
	const response = await new T0(slot, 10_080).transmit(encodeCommand(command));
	expect(slot.turnsLeft, "all was asked for").toBe(0);
	return formatHex(response);
}

// EMV 4.3 Book 1, 9.2.2 and 9.3.1; ISO/IEC 7816-3, 10.3.3
describe("answers", () => {
	// [ISO-T0-01 ISO-T0-02 ISO-T0-03 ISO-T0-04 ISO-T0-05 ISO-T0-10]
	test.each<[string, CommandApdu, readonly Turn[], string]>([
		["case 1", BLOCK, [["801E000000", "9000"]], "9000"],
		["case 1 refused", BLOCK, [["801E000000", "6A81"]], "6A81"],
		["case 2, all at once", { ...READ, le: 2 }, [["00B2010C02", "B2 AABB 9000"]], "AABB9000"],
		["case 2, byte by byte (complement of INS)", { ...READ, le: 2 }, [["00B2010C02", "4D AA 4D BB 9000"]], "AABB9000"],
		["case 2, one byte and then the rest", { ...READ, le: 3 }, [["00B2010C03", "4D AA B2 BBCC 9000"]], "AABBCC9000"],
		["case 2 after NULL bytes", { ...READ, le: 1 }, [["00B2010C01", "6060 B2 AA 60 9000"]], "AA9000"],
		[
			"case 2, 6Cxx: once more with that Le",
			READ,
			[
				["00B2010C00", "6C02"],
				["00B2010C02", "B2 AABB 9000"],
			],
			"AABB9000",
		],
		[
			"case 2, 6C00 means 256",
			{ ...READ, le: 1 },
			[
				["00B2010C01", "6C00"],
				["00B2010C00", `B2 ${"AA".repeat(256)} 9000`],
			],
			`${"AA".repeat(256)}9000`,
		],
		[
			"case 2, 6Cxx a second time is its answer",
			READ,
			[
				["00B2010C00", "6C02"],
				["00B2010C02", "6C03"],
			],
			"6C03",
		],
		["case 2 refused", READ, [["00B2010C00", "6A83"]], "6A83"],
		[
			"case 3",
			VERIFY,
			[
				["0020008008", "20"],
				["241234FFFFFFFFFF", "9000"],
			],
			"9000",
		],
		[
			"case 3, byte by byte",
			{ ...VERIFY, data: bytes("2412") },
			[
				["0020008002", "DF"],
				["24", "DF"],
				["12", "63C2"],
			],
			"63C2",
		],
		["case 3 refused before its data", VERIFY, [["0020008008", "6983"]], "6983"],
		["case 4", SELECT, SELECT_TURNS, "6F02A5009000"],
		[
			"case 4, 6C on GET RESPONSE",
			SELECT,
			[...SELECT_TURNS.slice(0, 2), ["00C0000004", "6C02"], ["00C0000002", "C0 6F00 9000"]],
			"6F009000",
		],
		[
			"case 4, 6100 means 256",
			SELECT,
			[
				["00A4040005", "A4"],
				["A000000333", "6100"],
				["00C0000000", "6C02"],
				["00C0000002", "C0 6F00 9000"],
			],
			"6F009000",
		],
		[
			"case 4, several pieces",
			SELECT,
			[
				["00A4040005", "A4"],
				["A000000333", "6102"],
				["00C0000002", "C0 6F02 6102"],
				["00C0000002", "C0 A500 9000"],
			],
			"6F02A5009000",
		],
		[
			"case 4, 6283: the data are fetched, the warning stays (9.3.1.1.4)",
			SELECT,
			[
				["00A4040005", "A4"],
				["A000000333", "6283"],
				["00C0000000", "6C04"],
				["00C0000004", "C0 6F02A500 9000"],
			],
			"6F02A5006283",
		],
		[
			"case 4 refused",
			SELECT,
			[
				["00A4040005", "A4"],
				["A000000333", "6A82"],
			],
			"6A82",
		],
	])("%s", async (_name, command, turns, expected) => {
		expect(await transmit(command, turns)).toBe(hex(expected));
	});
});

describe("ends the dialogue with", () => {
	// [ISO-T0-06 ISO-T0-07 ISO-T0-11]
	test.each<[string, CommandApdu, readonly Turn[], string]>([
		["protocol: a procedure byte that is none", READ, [["00B2010C00", "15"]], "protocol"],
		[
			"protocol: INS again when all has been sent",
			VERIFY,
			[
				["0020008008", "20"],
				["241234FFFFFFFFFF", "20"],
			],
			"protocol",
		],
		["protocol: INS for a command without data", BLOCK, [["801E000000", "1E"]], "protocol"],
		["protocol: NULL for ever", BLOCK, [["801E000000", "60".repeat(2000)]], "protocol"],
		[
			"protocol: 61 for ever",
			SELECT,
			[
				["00A4040005", "A4"],
				["A000000333", "6101"],
				...Array.from({ length: 40 }, (): Turn => ["00C0000001", "C0 AA 6101"]),
			],
			"protocol",
		],
		["mute: no procedure byte", READ, [["00B2010C00", ""]], "mute"],
		["mute: half of the data", { ...READ, le: 4 }, [["00B2010C04", "B2 AABB"]], "mute"],
		["mute: SW1 without SW2", READ, [["00B2010C00", "90"]], "mute"],
	])("%s", async (_name, command, turns, reason) => {
		const slot = new ScriptedSlot([], turns);
		await slot.activate();
		await expect(new T0(slot, 10_080).transmit(encodeCommand(command))).rejects.toMatchObject({
			name: "CardError",
			reason,
		});
	});
});

// [EMV-END-01]
test("a card pulled after any character is removed, never mute and never a result", async () => {
	const characters = SELECT_TURNS.reduce((sum, [out, back]) => sum + (hex(out) + hex(back)).length / 2, 0);
	for (let n = 0; n < characters; n++) {
		const slot = new ScriptedSlot([], SELECT_TURNS);
		await slot.activate();
		slot.pullAfter = n;
		if (n === 0) slot.powered = false;
		await expect(new T0(slot, 10_080).transmit(encodeCommand(SELECT)), `after ${n}`).rejects.toMatchObject({
			reason: "removed",
		});
	}
});

test("a CardError is told by its reason", () => {
	expect(new CardError("mute", "the card does not answer")).toMatchObject({ name: "CardError", reason: "mute" });
});
