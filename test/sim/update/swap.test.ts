import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type ManagementInUse, startManagement } from "../../../sim/management/startManagement.js";
import { bundleTerminal, type Defect } from "../../../sim/update/bundle.js";
import { type LaunchedSlots, launchSlots } from "../../../sim/update/launchSlots.js";
import { manufactureSlots, readBoot } from "../../../sim/update/slots.js";
import { slotStorage } from "../../../sim/update/updateFolder.js";
import { StateFolder } from "../../../sim/world/stateFolder.js";
import { openTestWorld } from "../../../sim/world/testWorld.js";
import { eventually } from "../../management/linkWorld.js";

const ROOT = fileURLToPath(new URL("../../..", import.meta.url));
const folder = mkdtempSync(join(tmpdir(), "kassa-update-"));
const state = new StateFolder(join(folder, "state"));
const lines: string[] = [];
let management: ManagementInUse;
let launched: LaunchedSlots;

beforeAll(async () => {
	await openTestWorld(state, false, undefined, ["commandLine"]);
	manufactureSlots(slotStorage(state, "commandLine"), await bundleTerminal("1.0.0"));
	management = await startManagement(state, undefined);
	launched = launchSlots(state, { name: "commandLine", bankPort: 0 }, text => lines.push(text));
	await eventually(() => lines.some(line => line.startsWith("version 1.0.0 runs")), 30_000);
}, 120_000);

afterAll(async () => {
	launched.stop();
	await launched.ended;
	await management.leave();
	rmSync(folder, { recursive: true, force: true });
}, 60_000);

function kassa(...args: string[]) {
	const world = args[0] === "bundle" ? [] : ["--state", state.path]; // an image is of no world
	const all = ["sim/launch/run.mjs", "kassa", "update", ...args, ...world];
	const { status, stdout, stderr } = spawnSync(process.execPath, all, { cwd: ROOT, encoding: "utf8" });
	return { status, told: `${stdout}${stderr}`.trim() };
}

/** An image with this defect, signed and offered. @returns what the terminal has answered */
async function offer(version: string, defect: Defect, counter: number): Promise<string> {
	const image = join(folder, `v${version}.mjs`);
	writeFileSync(image, await bundleTerminal(version, defect));
	const terms = ["--version", version, "--counter", String(counter), "--urgency", "required"];
	expect(kassa("make", image, ...terms)).toMatchObject({ status: 0 });
	return kassa("offer", `${image}.update`, "--wait", "30").told;
}

const seen = (line: string, from: number) => eventually(() => lines.slice(from).includes(line), 60_000);
const boot = () => readBoot(slotStorage(state, "commandLine"));

describe("a real swap", () => {
	test("the second version goes in by itself, proves itself and stays", async () => {
		const from = lines.length;
		expect(await offer("2.0.0", "none", 5)).toMatch(/^version 2\.0\.0 is being fetched/);
		await seen("version 2.0.0 runs from slot b on trial", from);
		await eventually(() => boot().active === "b" && !boot().trial, 30_000);
		const { told } = kassa("status");
		expect(told).toMatch(/slot b: 2\.0\.0, [0-9]+ bytes, active/);
		expect(told).toContain("says it runs 2.0.0");
	}, 120_000);

	test("one that cannot start goes away, and the bank hears of it", async () => {
		const from = lines.length;
		await offer("3.0.0", "crash", 6);
		await seen("the image on trial ended with status 1", from);
		await seen("version 2.0.0 runs from slot b", from);
		const text = "alert: version 3.0.0 did not prove itself: version 2.0.0 runs again";
		await eventually(() => kassa("status").told.includes(text), 30_000);
	}, 120_000);

	test("one whose self-check fails goes away, too", async () => {
		const from = lines.length;
		await offer("4.0.0", "selfCheck", 6);
		await seen("version 4.0.0 runs from slot a on trial", from);
		await seen("terminal self-check: Firmware: is not what its maker signed", from);
		await seen("version 2.0.0 runs from slot b", from);
		expect(boot()).toEqual({ active: "b", fellBack: true });
	}, 120_000);

	test("the first version is not taken again: its counter is too low", async () => {
		expect(await offer("1.0.0", "none", 4)).toBe(
			"version 1.0.0 is not installed: its rollback counter is 4, this terminal has had 5",
		);
	}, 60_000);
});

test("what people key in wrong is told in a sentence", () => {
	const noise = join(folder, "noise");
	writeFileSync(noise, "noise");
	const none = join(folder, "none");
	const version = ["--version", "1.0.0"];
	const signed = join(folder, "signed");
	expect(kassa("make", noise, ...version, "--out", signed).status).toBe(0);
	for (const [args, sentence] of [
		[["make", none, ...version], `cannot read ${none}: name an image, a file of \`kassa update bundle\``],
		[["make", folder, ...version], `cannot read ${folder}: name an image`],
		[["make", noise, ...version, "--out", "/nowhere/x"], "cannot write /nowhere/x: name a file in a folder"],
		[["bundle", "/nowhere/x.mjs", ...version], "cannot write /nowhere/x.mjs: name a file in a folder"],
		[["offer", none], `cannot read ${none}: name an update, a file of \`kassa update make\``],
		[["offer", folder], `cannot read ${folder}: name an update`],
		[["offer", noise], "is no update of this world"],
		[
			["make", noise, "--version", "1.0"],
			"'--version <x.y.z>' argument '1.0' is invalid. it is three numbers with dots",
		],
		[["make", noise, ...version, "--minimum", "x"], "'--minimum <x.y.z>' argument 'x' is invalid."],
		[["bundle", join(folder, "image"), "--version", "two"], "it is three numbers with dots between, such as 1.2.0."],
		[["make", noise, ...version, "--counter", "0"], "whole number"],
	] as const) {
		const { status, told } = kassa(...args);
		expect(told).toContain(sentence);
		expect(told).not.toContain("internal error");
		expect(status).toBe(1);
	}
}, 120_000);
