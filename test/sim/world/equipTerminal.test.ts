import { expect, test } from "vitest";
import { equipTerminal, testPasscodes } from "../../../sim/world/equipTerminal.js";
import { MemoryDisk } from "../../../sim/world/memoryDisk.js";
import { TEST_SUPERVISOR_PASSCODE } from "../../../sim/world/merchant.js";
import { asciiBytes } from "../../../src/bytes/bytes.js";

test("a passcode that somebody set stays over a start", () => {
	const disk = new MemoryDisk();
	equipTerminal(disk);
	testPasscodes(disk).set("supervisor", asciiBytes("9999"));
	equipTerminal(disk);
	expect(testPasscodes(disk).verify("supervisor", asciiBytes("9999"), 0)).toBe("right");
});

test("the supervisor's passcode is the test value until somebody sets another", () => {
	const disk = new MemoryDisk();
	equipTerminal(disk);
	const passcode = asciiBytes(TEST_SUPERVISOR_PASSCODE);
	expect(testPasscodes(disk).verify("supervisor", passcode, 0)).toBe("right");
	expect(testPasscodes(disk).verify("supervisor", asciiBytes("0000"), 0)).toBe("wrong");
});
