import { expect, test } from "vitest";
import { formatHex } from "../../src/bytes/hex.js";
import { CardSession } from "../../src/card/cardSession.js";
import { bytes } from "../emv/scriptedCard.js";
import { ScriptedSlot } from "./scriptedSlot.js";

const GOOD = "3B600000";
const BAD = "3B602500";

// EMV 4.3 Book 1, 8.3 and 6.1.3
test.each([
	["a good answer", [GOOD], "cold "],
	["a bad answer, then a good one", [BAD, GOOD], "cold warm "],
	["TB1 that only a warm reset may give", ["3B600001", BAD], "cold warm "],
	["an unreadable answer, then a good one", ["3B", GOOD], "cold warm "],
])("accepts %s", async (_name, atrs, resets) => {
	const slot = new ScriptedSlot(atrs);
	const atr = await new CardSession(slot).activate();
	expect(slot.resets).toBe(resets);
	expect(formatHex(atr.bytes)).toBe(atrs.at(-1));
});

test.each([
	["two bad answers", ["3B600001", "3B600001"], "cold warm off", "notAccepted"],
	["a card that speaks T=1", ["3BE000FF81317C4192", "3BE000FF81317C4192"], "cold warm off", "notAccepted"],
	["no answer: deactivated at once", [], "cold off", "mute"],
	["no answer after the warm reset", ["3B600001"], "cold warm off", "mute"],
])("rejects %s", async (_name, atrs, resets, reason) => {
	const slot = new ScriptedSlot(atrs);
	await expect(new CardSession(slot).activate()).rejects.toMatchObject({ reason });
	expect(slot.resets).toBe(resets);
});

test("a card pulled during its answer to reset is removed", async () => {
	const slot = new ScriptedSlot([GOOD]);
	slot.pullAfter = 2;
	await expect(new CardSession(slot).activate()).rejects.toMatchObject({ reason: "removed" });
});

test("who listens never sees the body of a VERIFY", async () => {
	const slot = new ScriptedSlot(
		[GOOD],
		[
			["0020008008", "20"],
			["241234FFFFFFFFFF", "9000"],
			["0084000000", "6C01"],
			["0084000001", "84 AA 9000"],
		],
	);
	const seen: string[] = [];
	const session = new CardSession(slot, (command, response) =>
		seen.push(`${formatHex(command.data ?? new Uint8Array(0))}/${formatHex(response.data)}`),
	);
	await session.activate();
	await session.transmit({ cla: 0, ins: 0x20, p1: 0, p2: 0x80, data: bytes("241234FFFFFFFFFF") });
	await session.transmit({ cla: 0, ins: 0x84, p1: 0, p2: 0, le: 256 });
	expect(seen).toEqual(["0000000000000000/", "/AA"]);
	expect(session.apdus).toBe(2);
});
