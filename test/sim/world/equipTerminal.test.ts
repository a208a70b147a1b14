import { expect, test } from "vitest";
import { requestKeys } from "../../../sim/bank/terminalKeys.js";
import { equipTerminal, testPasscodes } from "../../../sim/world/equipTerminal.js";
import { MemoryDisk } from "../../../sim/world/memoryDisk.js";
import { TEST_SUPERVISOR_PASSCODE } from "../../../sim/world/merchant.js";
import { nodeCrypto } from "../../../sim/world/nodeCrypto.js";
import { systemRandom } from "../../../sim/world/system.js";
import { asciiBytes } from "../../../src/bytes/bytes.js";
import { parseHex } from "../../../src/bytes/hex.js";
import { generic87 } from "../../../src/host/profiles/generic87.js";
import type { SecurityProfile } from "../../../src/host/profiles/hostProfile.js";
import { unionPay } from "../../../src/host/profiles/unionPay.js";
import { hostKeys } from "../../../src/keys/hostKeys.js";
import { KeySlots } from "../../../src/keys/keySlots.js";
import { loadWorkKeys } from "../../../src/keys/workKeys.js";

const DEVICE_KEY = new Uint8Array(32).fill(7);
const FILE = { tmk: "11".repeat(16), pik: "23".repeat(16), mak: "45".repeat(16), bdk: "67".repeat(16) };
const PORTS = { random: systemRandom, crypto: nodeCrypto };
const SHARED = {
	tmk: parseHex(FILE.tmk),
	pik: parseHex(FILE.pik),
	mak: parseHex(FILE.mak),
	bdk: parseHex(FILE.bdk),
};
const NOT_SIGNED_IN = { batch: 1, signedOff: false } as Parameters<typeof requestKeys>[3];
const dukptTdes: SecurityProfile = {
	keyScheme: "dukptTdes",
	mac: { algorithm: "retail", fields: [64] },
	pinBlockFormat: 0,
};

function equipped(disk: MemoryDisk, security: SecurityProfile) {
	equipTerminal(disk, DEVICE_KEY, FILE, { name: "panel", security });
	return new KeySlots({ ...PORTS, storage: disk }, DEVICE_KEY);
}

test.each([
	["unionPay", unionPay.security],
	["generic87", generic87.security],
	["a profile with TDES DUKPT", dukptTdes],
])("terminal and bank of %s have the same keys, before anybody has signed in", (_name, security) => {
	const slots = equipped(new MemoryDisk(), security);
	const terminal = hostKeys(slots, PORTS, security).next();
	const bank = requestKeys(nodeCrypto, security, SHARED, NOT_SIGNED_IN, terminal.keySerialNumber)!;
	const [request, answer] = [parseHex("0102"), parseHex("0304")];
	expect(bank.message.macIsRight(request, terminal.mac(request))).toBe(true);
	expect(bank.message.macIsRight(answer, terminal.mac(request))).toBe(false);
	expect(terminal.macIsRight(answer, bank.message.mac(answer))).toBe(true);
	const pan = "6221260000000018";
	const block = terminal.pinBlock(Uint8Array.of(1, 2, 3, 4), pan);
	expect(bank.pinIsRight(block, pan, "1234")).toBe(true);
	expect(bank.pinIsRight(block, pan, "1235")).toBe(false);
});

test("keys of a sign-in and a passcode that somebody set stay over a start", () => {
	const disk = new MemoryDisk();
	const slots = equipped(disk, unionPay.security);
	const pin = new Uint8Array(16).fill(9);
	const checkValue = nodeCrypto.desEcb(pin, new Uint8Array(8), "encipher").slice(0, 4);
	const key = nodeCrypto.desEcb(SHARED.tmk, pin, "encipher");
	loadWorkKeys(slots, nodeCrypto, "ecbXor", { pin: { key, checkValue } });
	testPasscodes(slots, disk).set("supervisor", asciiBytes("9999"));
	const again = equipped(disk, unionPay.security);
	expect(again.kcv("pin")?.slice(0, 3)).toEqual(checkValue.slice(0, 3));
	expect(testPasscodes(again, disk).verify("supervisor", asciiBytes("9999"), 0)).toBe("right");
});

test("the supervisor's passcode is the test value until somebody sets another", () => {
	const disk = new MemoryDisk();
	const slots = equipped(disk, unionPay.security);
	const passcode = asciiBytes(TEST_SUPERVISOR_PASSCODE);
	expect(testPasscodes(slots, disk).verify("supervisor", passcode, 0)).toBe("right");
	expect(testPasscodes(slots, disk).verify("supervisor", asciiBytes("0000"), 0)).toBe("wrong");
});

test("a terminal that was opened gets no keys", () => {
	const disk = new MemoryDisk();
	const slots = equipped(disk, unionPay.security);
	slots.zeroise({ at: 0, cause: "case" } as Parameters<KeySlots["zeroise"]>[0]);
	expect(equipped(disk, unionPay.security).isZeroised).toBe(true);
});
