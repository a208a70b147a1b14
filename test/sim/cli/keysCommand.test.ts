import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from "vitest";
import { keysCommand } from "../../../sim/cli/keysCommand.js";
import { passcodeCommand } from "../../../sim/cli/passcodeCommand.js";
import { serviceCommand } from "../../../sim/cli/serviceCommand.js";
import { testAccess } from "../../../sim/world/equipTerminal.js";
import { FileStorage } from "../../../sim/world/fileStorage.js";
import { nodeCrypto } from "../../../sim/world/nodeCrypto.js";
import { StateFolder } from "../../../sim/world/stateFolder.js";
import { systemRandom } from "../../../sim/world/system.js";
import { readTerminalFile } from "../../../sim/world/terminalFile.js";
import { openTestWorld } from "../../../sim/world/testWorld.js";
import { asciiBytes } from "../../../src/bytes/bytes.js";
import { parseHex } from "../../../src/bytes/hex.js";
import { Journal } from "../../../src/journal/journal.js";
import { KeySlots } from "../../../src/keys/keySlots.js";
import { Seal } from "../../../src/keys/seal.js";
import { transact } from "../../journal/testEntries.js";

const KBPK = "88E1AB2A2E3DD38C1FA8E0C3F7A1B2C4";
let state = "";
let printed: string[] = [];

const keyStore = () => {
	const world = new StateFolder(state);
	const storage = new FileStorage(world.at("commandLine"));
	const deviceKey = parseHex(readTerminalFile(world).deviceKeys.commandLine!);
	return { storage, slots: new KeySlots({ storage, random: systemRandom, crypto: nodeCrypto }, deviceKey) };
};

beforeAll(async () => {
	state = mkdtempSync(join(tmpdir(), "kassa-keys-"));
	const world = new StateFolder(state);
	await openTestWorld(world, false);
	await expect(kassa("list")).rejects.toThrow(/holds no keys: make a sale first$/);
	await openTestWorld(world, false, undefined, ["commandLine"]);
	const { storage, slots } = keyStore();
	transact(new Journal({ storage, seal: new Seal(slots, systemRandom) }), { amountMinor: 1234 });
}, 180_000);
afterAll(() => rmSync(state, { recursive: true, force: true }));
beforeEach(() => {
	printed = [];
	vi.spyOn(console, "log").mockImplementation(line => void printed.push(String(line)));
});
afterEach(() => void vi.restoreAllMocks());

async function kassa(...words: string[]): Promise<string> {
	const from = printed.length;
	await keysCommand()
		.exitOverride()
		.parseAsync([...words, "--state", state], { from: "user" });
	return printed.slice(from).join("\n");
}

async function service(...words: string[]): Promise<string> {
	const from = printed.length;
	await serviceCommand()
		.exitOverride()
		.parseAsync([...words, "--state", state], { from: "user" });
	return printed.slice(from).join("\n");
}

test("list has usage, check value and generation of each slot, and no key", async () => {
	const { pik, mak } = readTerminalFile(new StateFolder(state));
	const text = await kassa("list");
	expect(text).toMatch(/^master +K0 +[0-9A-F]{6} +generation 1$/m);
	expect(text).toMatch(/^tls +empty$/m);
	const json = JSON.parse(await kassa("list", "--json"));
	expect(json.slots.find(({ slot }: { slot: string }) => slot === "master")).toMatchObject({
		usage: "K0",
		generation: 1,
	});
	for (const secret of [pik, mak]) expect(printed.join("\n")).not.toContain(secret);
});

test("a key message is made, loaded once, and under the KBPK a block goes out and comes back", async () => {
	const file = join(state, "message.txt");
	expect(await kassa("message", "make", "--slot", "kbpk", "--algorithm", "A", "--key", KBPK, "-o", file)).toMatch(
		/message 2 with a kbpk key of check value [0-9A-F]{10}$/,
	);
	expect(await kassa("load", file)).toBe("keys loaded: kbpk");
	await expect(kassa("load", file)).rejects.toThrow("the key message was used before: ask the bank");
	await expect(kassa("block", "export", "master")).rejects.toThrow("the master key must not leave the terminal");
	const made = JSON.parse(await kassa("message", "make", "--slot", "mac", "--exportable", "--json"));
	await kassa("load", made.message);
	const block = await kassa("block", "export", "mac");
	expect(block).toMatch(/^D0112M0TC00E0000/);
	writeFileSync(join(state, "block.txt"), `${block}\n`);
	expect(await kassa("block", "import", join(state, "block.txt"))).toBe(
		`the mac key with check value ${made.checkValue} is loaded`,
	);
	const altered = block.slice(0, -1) + (block.endsWith("0") ? "1" : "0");
	await expect(kassa("block", "import", altered)).rejects.toThrow(/^the block was changed or is protected/);
});

test("bad input is one sentence", async () => {
	await expect(kassa("load", "hello")).rejects.toThrow(/^a key message is hexadecimal, or the name of a file/);
	await expect(kassa("block", "import", "hello")).rejects.toThrow(/^.{10,120}$/);
	await expect(kassa("erase")).rejects.toThrow("erasing all keys cannot be undone: say --yes");
	await expect(kassa("erase", "tls", "--yes")).rejects.toThrow("no tls key is loaded");
	await expect(service("set-journal-aside")).rejects.toThrow(/: say --yes$/);
	await expect(service("set-journal-aside", "--yes")).rejects.toThrow("the keys were never erased");
	await expect(service("renew-keys", "--yes")).rejects.toThrow("the keys are in use");
});

test("all keys erased: the journal is set aside for the bank, the key store opened anew", async () => {
	expect(await kassa("erase", "mac", "--yes")).toBe("the mac key was erased");
	expect(await kassa("erase", "--yes")).toBe("all keys were erased");
	await expect(kassa("erase", "--yes")).rejects.toThrow("the keys have been erased before");
	expect(await kassa("list")).toMatch(/all keys were erased \(order\) at 2/);
	expect(await service("set-journal-aside", "--yes")).toMatch(
		/^the journal up to batch 1 was set aside at .*: the bank must settle it from its side$/,
	);
	expect(await service("renew-keys", "--yes")).toMatch(/^the key store is empty and open/);
	const { storage, slots } = keyStore();
	expect(new Journal({ storage, seal: new Seal(slots, systemRandom) }).batch).toBe(2);
});

test("a custodian's passcode is set apart from the supervisor's", async () => {
	const set = (...words: string[]) => {
		const command = passcodeCommand();
		for (const each of command.commands) each.exitOverride().configureOutput({ writeErr: () => {} });
		return command.parseAsync(["set", ...words, "--state", state], { from: "user" });
	};
	const { slots, storage } = keyStore();
	const before = testAccess(slots, storage).passcodes.verify("custodian1", asciiBytes("24682468"), 1, "bind");
	await set("24682468", "--role", "custodian1");
	// Erased keys make everybody wait for a quarter of an hour.
	const later = Date.now() + 3_600_000;
	const after = (["custodian1", "custodian2", "supervisor"] as const).map(role =>
		testAccess(slots, storage).passcodes.verify(role, asciiBytes("24682468"), later, "bind"),
	);
	// The supervisor's was sealed under the keys that were renewed.
	expect([before, ...after]).toEqual(["notSet", "right", "notSet", "damaged"]);
	await expect(set("1234", "--role", "cashier")).rejects.toThrow(
		/Allowed choices are supervisor, custodian1, custodian2/,
	);
});

test("a file that cannot be written is told with what to do", async () => {
	const there = ["-o", "/nowhere/x"];
	for (const command of [
		["tls", "request", ...there],
		["message", "make", "--slot", "pin", ...there],
	])
		await expect(kassa(...command)).rejects.toThrow("cannot write /nowhere/x: name a file in a folder that exists");
	await expect(kassa("load", "/")).rejects.toThrow("a key message is hexadecimal, or the name of a file with it");
}, 60_000);
