import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { FileStorage } from "../../../sim/world/fileStorage.js";
import { nodeCrypto } from "../../../sim/world/nodeCrypto.js";
import { StateFolder } from "../../../sim/world/stateFolder.js";
import { systemRandom } from "../../../sim/world/system.js";
import { readTerminalFile } from "../../../sim/world/terminalFile.js";
import { openTestWorld } from "../../../sim/world/testWorld.js";
import { parseHex } from "../../../src/bytes/hex.js";
import { Journal } from "../../../src/journal/journal.js";
import { KeySlots } from "../../../src/keys/keySlots.js";
import { Seal } from "../../../src/keys/seal.js";
import { closed, opened, reversalOwed, sent, transact } from "../../journal/testEntries.js";

const RUN = new URL("../../../sim/launch/run.mjs", import.meta.url).pathname;
let state = "";
const folder = (name: string) => join(state, "commandLine", name);

function kassa(...args: string[]) {
	const { status, stdout, stderr } = spawnSync(process.execPath, [RUN, "kassa", "journal", ...args, "--state", state], {
		encoding: "utf8",
	});
	return { status, stdout, stderr: stderr.replace(/^npm warn.*\n/gm, "") };
}

beforeAll(async () => {
	state = mkdtempSync(join(tmpdir(), "kassa-journal-"));
	const world = new StateFolder(state);
	await openTestWorld(world, false);
	const storage = new FileStorage(world.at("commandLine"));
	const { commandLine } = readTerminalFile(world).deviceKeys;
	const deviceKey = parseHex(commandLine!);
	const slots = new KeySlots({ storage, random: systemRandom, crypto: nodeCrypto }, deviceKey);
	const journal = new Journal({ storage, seal: new Seal(slots, systemRandom) });
	const sale = transact(journal, { amountMinor: 1234 });
	transact(journal, { operation: "refund", original: sale, amountMinor: 34 });
	journal.append({ type: "settling", batch: 1, at: 1, totals: journal.totals() });
	journal.append({ type: "settled", batch: 1, at: 1, verdict: "equal" });
	const begin = opened(journal, { amountMinor: 500 });
	journal.appendAll([begin, sent(begin)]);
	journal.appendAll([reversalOwed(begin), closed(begin, "declined")]);
	journal.tidy(0);
}, 180_000);
afterAll(() => rmSync(state, { recursive: true, force: true }));

test("list has batches, transactions, totals and what is owed", () => {
	const { stdout, status } = kassa("list");
	for (const text of [
		"batch 1: settled, equal",
		"batch 2: open",
		"622126******0018",
		"¥12.34",
		"total: debit 1 of ¥12.34, credit 1 of ¥0.34",
		"owed to the bank: reversal of 2/3, 0 tries so far",
	])
		expect(stdout).toContain(text);
	expect(status).toBe(0);
	const batches = JSON.parse(kassa("list", "--json").stdout);
	expect(batches).toMatchObject([
		{ batch: 1, phase: "settled", transactions: [{ state: "approved", refundedMinor: 34 }, { operation: "refund" }] },
		{ batch: 2, phase: "open", transactions: [{ state: "pending", owed: ["reversal"] }] },
	]);
}, 180_000);

test("show has one transaction, sealed values by their length only", () => {
	expect(kassa("show", "1").stdout).toMatch(/^state +approved$/m);
	const record = JSON.parse(kassa("show", "3", "--json").stdout);
	expect(record).toMatchObject({ invoice: 3, state: "pending", reversal: "sealed, 2 bytes" });
	expect(kassa("show", "9")).toMatchObject({
		status: 1,
		stderr: "kassa: there is no transaction with invoice number 9: see `kassa journal list`\n",
	});
	for (const bad of ["0", "1000000", "x"]) expect(kassa("show", "--", bad).status).toBe(1);
}, 180_000);

test("export has every entry", () => {
	expect(kassa("export").stdout.split("\n")).toHaveLength(14);
	const [first, second] = kassa("export", "--json").stdout.split("\n");
	expect([JSON.parse(first!), JSON.parse(second!)]).toMatchObject([
		{ type: "batchOpened" },
		{ type: "opened", stan: 1 },
	]);
}, 180_000);

test("a terminal that has never run, and one that is no terminal", () => {
	expect(kassa("list", "--terminal", "panel").stderr).toMatch(/^kassa: \S+panel holds no keys: make a sale first\n$/);
	expect(kassa("list", "--terminal", "other").stderr).toContain("Allowed choices are panel, commandLine");
}, 180_000);

test("verify finds damage, says where it is, and repairs what it can", () => {
	expect(kassa("verify").stdout).toBe("9 records, all whole in both copies\n");
	const damage = (name: string, at: number) => {
		const bytes = readFileSync(folder(name));
		bytes[at]! ^= 1;
		writeFileSync(folder(name), bytes);
	};
	const size = readFileSync(folder("journal.000001")).length;
	damage("journal.000001", size - 20);
	const repaired = kassa("verify");
	expect(repaired.stderr).toBe(
		"kassa: segment 1 of the journal was damaged and has been repaired from its other copy\n",
	);
	expect(repaired).toMatchObject({ status: 0, stdout: "9 records, all whole in both copies\n" });
	for (const copy of ["journal", "mirror"]) damage(`${copy}.000001`, 200);
	expect(kassa("verify")).toMatchObject({ status: 1 });
	expect(kassa("verify").stderr).toMatch(/record 2 is damaged in both copies; put the files back from a copy/);
}, 180_000);
