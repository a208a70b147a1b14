import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, test } from "vitest";

const ROOT = fileURLToPath(new URL("../../..", import.meta.url));
const folder = mkdtempSync(join(tmpdir(), "kassa-bank-cli-"));
const state = join(folder, "state");
const ARGS = ["sim/launch/run.mjs", "kassa"];
let bank: ChildProcess;

function kassa(...args: string[]) {
	const options = { cwd: ROOT, encoding: "utf8", timeout: 60_000 } as const;
	const { status, stdout, stderr } = spawnSync(process.execPath, [...ARGS, ...args, "--state", state], options);
	return { status, stdout, stderr };
}
const json = (...args: string[]) => JSON.parse(kassa(...args, "--json").stdout) as Record<string, unknown>;

beforeAll(async () => {
	expect(kassa("bank", "fault", "noReply")).toMatchObject({
		status: 1,
		stderr: `kassa: no test bank runs on ${state}: start one with \`npm start\` or \`kassa bank run\`\n`,
	});
	bank = spawn(process.execPath, [...ARGS, "bank", "run", "--bank-port", "0", "--state", state], { cwd: ROOT });
	for (let i = 0; i < 600 && !existsSync(join(state, "bank", "running.json")); i++) await pause(100);
}, 120_000);

afterAll(async () => {
	bank.kill("SIGTERM");
	await once(bank, "close");
	expect(existsSync(join(state, "bank", "running.json"))).toBe(false);
	rmSync(folder, { recursive: true, force: true });
}, 60_000);

test("faults and scenarios reach the bank that runs, and a sale meets them", { timeout: 240_000 }, () => {
	expect(json("bank", "scenario", "insufficient funds", "--card", "unionpay-debit")).toMatchObject({
		scenario: "insufficient funds",
		responseCode: "51",
		count: 1,
	});
	expect(json("bank", "scenario")).toMatchObject({ scenarios: [{ card: "622126*********0018" }], magicAmounts: false });
	expect(json("sale", "--amount", "1.00")).toMatchObject({ outcome: "declined", responseCode: "51" });
	expect(json("bank", "fault", "closeAfterRequest", "--terminal", "KASSA002")).toMatchObject({
		armed: "closeAfterRequest",
		terminal: "KASSA002",
	});
	expect(json("sale", "--amount", "1.00")).toMatchObject({ outcome: "declined", reversal: "owed" });
	expect(json("sale", "--amount", "2.00")).toMatchObject({ outcome: "approved" });
	expect(kassa("bank", "terminals").stdout).toContain("¥2.00");
	expect(kassa("bank", "audit").stdout).toBe("the books are in order\n");
	expect(kassa("bank", "settlements").stdout).toBe("nothing yet\n");
	const accounts = json("bank", "accounts") as unknown as { account: string; balanceMinor: number }[];
	expect(accounts.find(({ account }) => account === "622126*********0018")?.balanceMinor).toBe(100_000_000 - 200);
});

test.each([
	[["fault", "tea"], "'tea' is invalid for argument 'name'. Allowed choices are slow"],
	[["fault", "slow", "--count", "0"], "it is a whole number from 1 to 1000000."],
	[["scenario", "rich"], "Allowed choices are refer to card issuer"],
	[["scenario", "expired", "--card", "nobody"], "there is no card nobody: `kassa card list` names them"],
	[["fault", "slow", "--terminal", "X"], "the number of a terminal has 8 characters"],
	[["release-tamper", "NOPE"], "the number of a terminal has 8 characters"],
	[["activation-code", "NOPE"], "the number of a terminal has 8 characters"],
	[["revoke", "12"], "the number of a binding has 12 digits"],
	[["magic-amounts", "perhaps"], "Allowed choices are on, off"],
	[["run", "--bank-port", "0"], "a test bank runs on"],
])("kassa bank %j: one sentence", { timeout: 120_000 }, (args, sentence) => {
	const { status, stderr } = kassa("bank", ...args);
	expect(status).toBe(1);
	expect(stderr).toContain(sentence);
	expect(stderr.trim().split("\n")).toHaveLength(1);
});
