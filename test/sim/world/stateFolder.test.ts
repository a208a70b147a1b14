import { spawn } from "node:child_process";
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { StateFolder, UserError } from "../../../sim/world/stateFolder.js";

const folder = mkdtempSync(join(tmpdir(), "kassa-lock-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const SOURCE = new URL("../../../sim/world/stateFolder.ts", import.meta.url).href;
/** Takes the lock if it can, says so, and keeps it for a moment. */
const CONTENDER = `
	const { StateFolder } = await import(${JSON.stringify(SOURCE)});
	try {
		new StateFolder(process.argv[1]).lock("terminal", "the terminal");
		console.log("held");
		setTimeout(() => {}, 1500);
	} catch {
		console.log("refused");
	}
`;

test("of four processes that find a dead holder's lock, one gets it", async () => {
	writeFileSync(join(folder, "terminal.lock"), "999999999");
	const words = await Promise.all(
		Array.from({ length: 4 }, () => {
			const child = spawn(process.execPath, ["--import", "tsx", "--input-type=module", "-e", CONTENDER, folder]);
			return new Promise<string>(resolve => child.stdout.once("data", bytes => resolve(String(bytes).trim())));
		}),
	);
	expect(words.filter(word => word === "held")).toHaveLength(1);
});

test("a lock is refused while its holder lives, and free once released; nothing is left behind", () => {
	const state = new StateFolder(join(folder, "other"));
	const lock = state.lock("terminal", "the terminal");
	expect(() => state.lock("terminal", "the terminal")).toThrow(UserError);
	lock.release();
	state.lock("terminal", "the terminal").release();
	expect(readdirSync(state.path)).toEqual([]);
});
