import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, expect, test } from "vitest";
import { readMonitoringRules } from "../../../sim/world/monitoringRules.js";
import { BUILT_IN_RULES } from "../../../src/monitor/builtInRules.js";

const ROOT = fileURLToPath(new URL("../../..", import.meta.url));
const folder = mkdtempSync(join(tmpdir(), "kassa-monitor-"));
const state = join(folder, "state");
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function kassa(...words: readonly string[]) {
	const args = ["sim/launch/run.mjs", "kassa", ...words];
	return spawnSync(process.execPath, args, { cwd: ROOT, encoding: "utf8", timeout: 120_000 });
}

test("a terminal checks itself, with its bank; its incident log is exported and verified", () => {
	const check = kassa("self-check", "--json", "--state", state);
	expect(check.status, check.stderr).toBe(0);
	const report = JSON.parse(check.stdout);
	expect(report.blocking).toEqual([]);
	const verdicts = Object.fromEntries(
		report.results.map((each: { check: string; verdict: string }) => [each.check, each.verdict]),
	);
	expect(verdicts).toMatchObject({ link: "passed", journal: "passed", keys: "passed", firmware: "notChecked" });

	// Without keys: an order from outside, of which the terminal learns at its next start
	expect(kassa("keys", "erase", "--yes", "--state", state).status).toBe(0);
	const refused = kassa("self-check", "--state", state);
	expect(refused.status).toBe(1);
	expect(refused.stderr).toContain("the keys were erased");
	const list = kassa("incidents", "list", "--json", "--state", state);
	expect(JSON.parse(list.stdout)).toMatchObject({
		state: "zeroised",
		entries: [{ event: { type: "opened", cause: "erasure", detail: "order" } }],
		problems: [],
	});
}, 240_000);

test("an export that was edited, or is none, is refused with what is wrong", () => {
	const exported = kassa("incidents", "export", "--state", state).stdout;
	expect(exported.split("\n").filter(Boolean)).toHaveLength(1);
	const file = join(folder, "incidents.jsonl");
	writeFileSync(file, exported);
	expect(kassa("incidents", "verify", file).stdout).toContain("ends without a signature");
	writeFileSync(file, exported.replace("order", "ordeR"));
	const edited = kassa("incidents", "verify", file, "--json");
	expect(edited.status).toBe(1);
	expect(JSON.parse(edited.stdout).problems[0]).toBe("the line behind entry 0 was changed");
	expect(kassa("incidents", "verify", join(folder, "nothing")).stderr).toContain("cannot be read");
	expect(kassa("incidents", "verify", file, "--key", "12").stderr).toContain("64 hexadecimal digits");
}, 120_000);

test("rules of a file are read strictly", () => {
	const file = join(folder, "rules.json");
	writeFileSync(file, readFileSync(join(ROOT, "docs/monitoring-rules.json")));
	expect(readMonitoringRules(file)).toEqual(BUILT_IN_RULES);
	writeFileSync(file, JSON.stringify({ limitsMinor: [], rules: [], more: 1 }));
	expect(() => readMonitoringRules(file)).toThrow(/rules: must be a list of at least 1; more: is not known$/);
	writeFileSync(file, "{");
	expect(() => readMonitoringRules(file)).toThrow(/is not JSON/);
});
