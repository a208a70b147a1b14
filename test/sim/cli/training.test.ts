import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, expect, test } from "vitest";
import { LESSON_IDS } from "../../../src/training/lesson.js";
import { TRAINING_BANNER } from "../../../src/training/trainingDisplay.js";
import { kassaHere } from "./kassaHere.js";

const ROOT = fileURLToPath(new URL("../../..", import.meta.url));
const folder = mkdtempSync(join(tmpdir(), "kassa-training-"));
const state = join(folder, "state");
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** With what somebody types, line by line. */
function typed(args: readonly string[], lines: readonly string[]) {
	const { status, stdout, stderr } = spawnSync(
		process.execPath,
		["sim/launch/run.mjs", "kassa", "training", ...args, "--state", state],
		{ cwd: ROOT, encoding: "utf8", timeout: 60_000, input: `${lines.join("\n")}\n` },
	);
	return { status, stdout, stderr };
}

const PHISHING = ["2", "e", "2", "e", "2", "e", "2", "e", "e"];

test("a lesson is taken with typed keys, every screen with the banner, and the report tells of it", async () => {
	const { status, stdout, stderr } = typed(["phishingCall"], PHISHING);
	expect(stderr).toBe("");
	expect(status).toBe(0);
	const screens = stdout.split("\n\n").filter(text => text.trim() && !text.includes("percent"));
	expect(screens.length).toBeGreaterThan(8);
	for (const screen of screens) expect(screen.trim().split("\n")[0]).toBe(TRAINING_BANNER);
	expect(stdout).toContain("lesson phishingCall: 100 percent");
	expect(readdirSync(join(state, "commandLine")).filter(name => name.startsWith("training."))).toEqual([]);

	const report = await kassaHere(["training", "report", "--state", state]);
	expect(report.stdout).toMatch(/^Operator 0: 1\/9$/m);
	expect(report.stdout).toMatch(/^Phishing call: passed 100%, due 20\d\d-\d\d-\d\d$/m);
	const { operators } = JSON.parse((await kassaHere(["training", "report", "--json", "--state", state])).stdout);
	expect(operators).toHaveLength(1);
	expect(operators[0].lessons.map(({ lesson }: { lesson: string }) => lesson)).toEqual(LESSON_IDS);
	const incidents = await kassaHere(["incidents", "list", "--json", "--state", state]);
	expect(incidents.stdout).toContain("drill phishingCall, operator 0, 100 percent");
}, 120_000);

test("who leaves has passed nothing, and --json prints one object", () => {
	const { status, stdout } = typed(["firstSale", "--json"], ["e", "x"]);
	expect(JSON.parse(stdout)).toEqual({ done: false, reason: "the trainee left" });
	expect(status).toBe(2);
}, 60_000);

test("a word that is no key, and a lesson that there is not, get one sentence each", async () => {
	const { stderr } = typed(["tamper"], ["banana", "x"]);
	expect(stderr).toBe("kassa: there is no key banana: see kassa training --help\n");
	const wrong = typed(["astrology"], []);
	expect(wrong.status).toBe(1);
	expect(wrong.stderr).toMatch(/'astrology' is invalid for argument 'lesson'\. Allowed choices are firstSale, /);
	const lessons = await kassaHere(["training", "lessons"]);
	for (const id of LESSON_IDS) expect(lessons.stdout).toContain(id);
}, 60_000);

test("a report of a terminal that has never run says so, and makes no terminal", async () => {
	const told = await kassaHere(["training", "report", "--terminal", "panel", "--state", state]);
	expect(told.status).toBe(1);
	expect(told.stderr).toContain("holds no keys: make a sale first");
	expect(existsSync(join(state, "panel"))).toBe(false);
	const french = await kassaHere(["training", "report", "--language", "fr", "--state", state]);
	expect(french.stderr).toContain("Allowed choices are en, zh");
}, 60_000);
