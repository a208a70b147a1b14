import { expect, test } from "vitest";
import { equipTerminal, testAccess } from "../../../sim/world/equipTerminal.js";
import { MemoryDisk } from "../../../sim/world/memoryDisk.js";
import { TEST_SUPERVISOR_PASSCODE } from "../../../sim/world/merchant.js";
import { nodeCrypto } from "../../../sim/world/nodeCrypto.js";
import { systemRandom } from "../../../sim/world/system.js";
import { asciiBytes } from "../../../src/bytes/bytes.js";
import { KeySlots } from "../../../src/keys/keySlots.js";

const DEVICE_KEY = new Uint8Array(32).fill(7);

function equipped(disk: MemoryDisk): KeySlots {
	equipTerminal(disk, DEVICE_KEY);
	return new KeySlots({ random: systemRandom, crypto: nodeCrypto, storage: disk }, DEVICE_KEY);
}

test("a passcode that somebody set stays over a start", () => {
	const disk = new MemoryDisk();
	const slots = equipped(disk);
	testAccess(slots, disk).passcodes.set("supervisor", asciiBytes("9999"), 0);
	expect(testAccess(equipped(disk), disk).passcodes.verify("supervisor", asciiBytes("9999"), 0, "bind")).toBe("right");
});

test("the supervisor's passcode is the test value until somebody sets another", () => {
	const disk = new MemoryDisk();
	const slots = equipped(disk);
	const passcode = asciiBytes(TEST_SUPERVISOR_PASSCODE);
	expect(testAccess(slots, disk).passcodes.verify("supervisor", passcode, 0, "bind")).toBe("right");
	expect(testAccess(slots, disk).passcodes.verify("supervisor", asciiBytes("0000"), 0, "bind")).toBe("wrong");
});

test("what is wrong with its access trail is left for the terminal to find", () => {
	const disk = new MemoryDisk();
	equipped(disk);
	const [file] = disk.list().filter(name => name.startsWith("access"));
	disk.flip(file!, disk.size(file!)! - 5);
	expect(testAccess(equipped(disk), disk).access.found).not.toEqual([]);
});
