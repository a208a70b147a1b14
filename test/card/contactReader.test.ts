import { expect, test } from "vitest";
import { formatHex } from "../../src/bytes/hex.js";
import { encodeCommand } from "../../src/card/apdu.js";
import { ContactReader } from "../../src/card/contactReader.js";
import { ScriptedSlot } from "./scriptedSlot.js";

const GOOD = "3B600000";
const BAD = "3B602500";

// EMV 4.3 Book 1, 8.3 and 6.1.3
// [ISO-ATR-06 ISO-ATR-07]
test.each([
	["a good answer", [GOOD], "cold "],
	["a bad answer, then a good one", [BAD, GOOD], "cold warm "],
	["TB1 that only a warm reset may give", ["3B600001", BAD], "cold warm "],
	["an unreadable answer, then a good one", ["3B", GOOD], "cold warm "],
])("accepts %s", async (_name, atrs, resets) => {
	const slot = new ScriptedSlot(atrs);
	const atr = await new ContactReader(slot).activate();
	expect(slot.resets).toBe(resets);
	expect(formatHex(atr)).toBe(atrs.at(-1));
});

// [ISO-ATR-06 ISO-ATR-08]
test.each([
	["two bad answers", ["3B600001", "3B600001"], "cold warm off", "notAccepted"],
	["a card that speaks T=14 first", ["3B801E9E", "3B801E9E"], "cold warm off", "notAccepted"],
	["no answer: deactivated at once", [], "cold off", "mute"],
	["no answer after the warm reset", ["3B600001"], "cold warm off", "mute"],
])("rejects %s", async (_name, atrs, resets, reason) => {
	const slot = new ScriptedSlot(atrs);
	await expect(new ContactReader(slot).activate()).rejects.toMatchObject({ reason });
	expect(slot.resets).toBe(resets);
});

test("a card pulled during its answer to reset is removed", async () => {
	const slot = new ScriptedSlot([GOOD]);
	slot.pullAfter = 2;
	await expect(new ContactReader(slot).activate()).rejects.toMatchObject({ reason: "removed" });
});

// [ISO-ATR-12]
test("a dialogue that fails takes the contacts down", async () => {
	const slot = new ScriptedSlot([GOOD], [["0084000000", "15"]]);
	const reader = new ContactReader(slot);
	await reader.activate();
	const challenge = encodeCommand({ cla: 0, ins: 0x84, p1: 0, p2: 0, le: 256 });
	await expect(reader.transmit(challenge)).rejects.toMatchObject({ reason: "protocol" });
	expect(slot.resets).toBe("cold off");
	await expect(reader.transmit(challenge)).rejects.toThrow("call activate first");
});
