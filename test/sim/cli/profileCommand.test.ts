import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
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

test("the acquirer of docs/host-profiles.md, step by step", async () => {
	const page = readFileSync(new URL("../../../docs/host-profiles.md", import.meta.url), "utf8");
	await run("print", "generic87");
	const acme = JSON.parse(printed[0]!);
	acme.frame.length = { encoding: "ascii", bytes: 4 };
	acme.message.fields["43"] = { name: "location", encoding: "ascii", length: 7 };
	acme.constants = { location: "KIOSK 7" };
	acme.operations.sale.carries.push("location");
	acme.approvals = ["00", "08"];
	delete acme.operations.balance;
	acme.name = "acme";
	printed = [];
	await run(
		"lint",
		file("acme.json", JSON.stringify(acme)),
		file("forgot.json", JSON.stringify({ ...acme, constants: {} })),
	);
	const said = printed.map(line => line.replace(/^.*(acme|forgot)\.json/, "acme.json"));
	expect(said[0]).toBe("acme.json: nothing is wrong");
	for (const line of said) expect(page).toContain(`\n${line}\n`);
});
