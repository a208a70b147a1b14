import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { profileCommand } from "../../../sim/cli/profileCommand.js";

let folder: string;
let printed: string[];
beforeEach(() => {
	folder = mkdtempSync(join(tmpdir(), "kassa-profile-"));
	printed = [];
	vi.spyOn(console, "log").mockImplementation(line => void printed.push(String(line)));
	process.exitCode = undefined;
});
afterEach(() => {
	vi.restoreAllMocks();
	rmSync(folder, { recursive: true });
	process.exitCode = undefined;
});

const run = (...words: string[]) => profileCommand().exitOverride().parseAsync(words, { from: "user" });
const file = (name: string, text: string) => {
	const path = join(folder, name);
	writeFileSync(path, text);
	return path;
};

test("a printed profile is a profile; nothing is wrong with Kassa's own", async () => {
	await run("print", "unionPay");
	const path = file("mine.json", printed[0]!);
	printed = [];
	await run("lint", path, "generic87");
	expect(printed).toEqual([`${path}: nothing is wrong`, "generic87: nothing is wrong"]);
	expect(process.exitCode).toBeUndefined();
});

test("each problem is a line with its place, and the exit status says so", async () => {
	await run("print", "unionPay");
	const profile = JSON.parse(printed[0]!);
	profile.approvals.push("05");
	profile.iccTags[0] = "9F";
	const path = file("mine.json", JSON.stringify(profile));
	printed = [];
	await run("lint", path);
	expect(printed.join("\n")).toBe(`${path}: approvals[6]: 05 is a refusal\n${path}: iccTags[0]: 9F is no tag`);
	expect(process.exitCode).toBe(1);
	printed = [];
	await run("lint", "--json", "unionPay", path);
	expect(printed.map(line => JSON.parse(line))).toEqual([
		{ profile: "unionPay", problems: [] },
		{
			profile: path,
			problems: [
				{ path: "approvals[6]", problem: "05 is a refusal" },
				{ path: "iccTags[0]", problem: "9F is no tag" },
			],
		},
	]);
});

test("bad input is one clear sentence", async () => {
	await expect(run("lint", join(folder, "none.json"))).rejects.toThrow(
		/^cannot read .*none.json: give a JSON file or one of unionPay, generic87$/,
	);
	await expect(run("lint", file("bad.json", "{"))).rejects.toThrow(/bad.json is no JSON: /);
	await expect(run("print", "mine")).rejects.toThrow('there is no profile "mine": there are unionPay, generic87');
});
