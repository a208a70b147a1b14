import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { TEST_SUPERVISOR_PASSCODE } from "../../../sim/world/merchant.js";
import { kassaHere } from "./kassaHere.js";

const folder = mkdtempSync(join(tmpdir(), "kassa-operators-"));
const state = join(folder, "state");
const file = (name: string, ...lines: string[]) => {
	const path = join(folder, name);
	writeFileSync(path, `${lines.join("\n")}\n`);
	return path;
};
const kassa = (...words: string[]) => kassaHere([...words, "--state", state]);
const operators = (...words: string[]) => kassa("operators", ...words);
const supervisor = file("supervisor", TEST_SUPERVISOR_PASSCODE);
const own = file("own", "258014");

beforeAll(async () => {
	expect((await kassa("sale", "-a", "10", "--json")).status).toBe(0);
}, 180_000);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function added(number: string, role: string, ...more: string[]): Promise<string> {
	const { stdout, status } = await operators("add", number, "--role", role, "-p", supervisor, ...more);
	expect(status).toBe(0);
	return /^initial passcode ([0-9]{6})\n$/.exec(stdout)![1]!;
}

test("from nobody to a cashier who sells and a supervisor who approves, all of it in the trail", async () => {
	expect((await operators("list")).stdout).toBe("nobody: whoever is at the terminal sells\n");
	const initial = await added("12", "cashier");
	const refused = await kassa("sale", "-a", "10", "--json");
	expect(refused.status).toBe(2);
	expect(JSON.parse(refused.stdout)).toMatchObject({ outcome: "notAccepted" });
	expect(JSON.parse(refused.stdout).reason).toMatch(/^noOperator: /);
	// The initial one is good for nothing but for choosing another
	expect((await operators("sign-on", "12", "-p", file("a", initial))).stderr).toContain("in the second line");
	expect((await operators("sign-on", "12", "-p", file("b", initial, "123456"))).status).toBe(1);
	expect((await operators("sign-on", "12", "-p", file("c", initial, "258014"))).stdout).toBe(
		"operator 12 is signed on\n",
	);
	expect(JSON.parse((await operators("list", "--json")).stdout).operators).toEqual([
		{ number: "12", role: "cashier", isInitial: false, isLocked: false, isSignedOn: true },
	]);
	const sale = JSON.parse((await kassa("sale", "-a", "11", "--json")).stdout);
	expect(sale).toMatchObject({ outcome: "approved" });
	expect((await operators("sign-off")).stdout).toBe("operator 12 is signed off\n");
	expect((await kassa("sale", "-a", "10", "--operator", "12", "--passcode-file", own, "--json")).status).toBe(0);
	const given = await added("20", "supervisor");
	expect((await operators("passcode", "20", "-p", file("d", given, "369258"))).status).toBe(0);
	const wrong = ["--approver", "20", "--supervisor-file", file("w", "369259")];
	const unapproved = JSON.parse((await kassa("void", "-i", String(sale.invoice), ...wrong, "--json")).stdout);
	expect(unapproved.reason).toContain("the passcode given is not that of operator 20: `kassa operators reset 20`");
	const approved = ["--approver", "20", "--supervisor-file", file("e", "369258")];
	expect((await kassa("void", "-i", String(sale.invoice), ...approved, "--json")).status).toBe(0);
	const totals = JSON.parse((await kassa("totals", "--json")).stdout);
	expect(totals.operators).toEqual([
		{
			operator: "12",
			totals: [
				{ operation: "sale", foreign: false, count: 2, amountMinor: 2_100 },
				{ operation: "saleVoid", foreign: false, count: 1, amountMinor: 1_100 },
			],
		},
	]);
	const { entries, problems } = JSON.parse((await operators("audit", "--json")).stdout);
	expect(problems).toEqual([]);
	expect(entries.at(-1).event).toEqual({ type: "approved", who: "20", what: "saleVoid", by: "12" });
	const trail = (await operators("audit")).stdout;
	for (const digits of ["258014", "369258", initial, given]) expect(trail).not.toContain(digits);
}, 180_000);

test("a wrong passcode is one try, whatever is in the second line, and is told as that", async () => {
	const tries = async () => {
		const { entries } = JSON.parse((await operators("audit", "--json")).stdout);
		return entries.filter(({ event }: { event: { type: string } }) => event.type === "tried").length;
	};
	const initial = await added("41", "cashier");
	const signOn = (name: string, ...lines: string[]) => operators("sign-on", "41", "-p", file(name, ...lines));
	const wrong = initial === "918273" ? "918274" : "918273";
	const before = await tries();
	for (const lines of [[wrong, "258014"], [wrong]])
		expect((await signOn("wrong", ...lines)).stderr).toBe("kassa: the passcode of operator 41 is wrong\n");
	expect(await tries()).toBe(before + 2);
	expect((await signOn("simple", initial, "111111")).stderr).toBe(
		"kassa: the second line is no passcode for operator 41: 6 to 12 digits, not too simple, not the initial one\n",
	);
	expect((await signOn("right", initial, "258014")).stdout).toBe("operator 41 is signed on\n");
	expect((await operators("sign-off")).status).toBe(0);
}, 60_000);

describe("managing", () => {
	test("takes the right passcode and, once there is an administrator, theirs", async () => {
		expect((await operators("add", "30", "-p", file("f", "9999"))).stderr).toContain(
			"the supervisor's passcode is wrong",
		);
		for (let i = 0; i < 3; i++) await operators("add", "30", "-p", file("f", "9999"));
		expect((await operators("add", "30", "-p", file("f", "9999"))).stderr).toMatch(
			/the supervisor's passcode is locked after too many wrong ones: wait [0-9]+ minutes?\n$/,
		);
		expect((await kassa("passcode", "set", TEST_SUPERVISOR_PASSCODE)).status).toBe(0); // ends the lock
		const initial = await added("99", "administrator");
		expect((await operators("add", "30", "-p", supervisor)).stderr).toContain("say with --by NUMBER");
		const by = ["--by", "99", "-p"] as const;
		expect((await operators("add", "30", ...by, file("g", initial))).stderr).toContain("must choose a passcode first");
		expect((await operators("passcode", "99", "-p", file("h", initial, "147036"))).status).toBe(0);
		const admin = file("i", "147036");
		expect((await operators("add", "30", ...by, admin)).status).toBe(0);
		expect((await operators("add", "30", ...by, admin)).stderr).toContain("choose another number");
		expect((await operators("reset", "30", ...by, admin)).stdout).toMatch(/^initial passcode [0-9]{6}\n$/);
		expect((await operators("unlock", "30", ...by, admin)).status).toBe(0);
		// A supervisor manages cashiers, and nobody else
		const second = file("j", "369258");
		expect((await operators("remove", "99", "--by", "20", "-p", second)).stderr).toContain("it takes an administrator");
		expect((await operators("remove", "30", "--by", "20", "-p", second)).stdout).toBe("operator 30 is removed\n");
		expect((await operators("remove", "30", ...by, admin)).stderr).toContain("there is no operator 30");
	}, 120_000);

	test.each([
		[["add", "1", "-p", supervisor], "2 to 4 digits"],
		[["add", "00", "-p", supervisor], "not 0"],
		[["add", "31", "--role", "owner", "-p", supervisor], "Allowed choices"],
		[["add", "31"], "--passcode-file"],
		[["add", "31", "-p", "/nowhere"], "cannot be read"],
		[["add", "31", "-p", file("words", "secret")], "4 to 12 digits"],
		[["sign-on", "77", "-p", own], "there is no operator 77"],
		[["sign-off"], "nobody is signed on"],
		[["verify", "/nowhere"], "cannot be read"],
		[["sale", "-a", "10", "--passcode-file", own], "--passcode-file needs --operator NUMBER beside it"],
	] as const)(
		"%j: one sentence that says what is wrong",
		async (words, sentence) => {
			if (words[0] === "sign-off") await operators("sign-off");
			const isOffline = words[0] === "verify";
			const command = words[0] === "sale" ? kassa : operators;
			const { stderr, status } = await (isOffline ? kassaHere(["operators", ...words]) : command(...words));
			expect(status).toBe(1);
			expect(stderr).toContain(sentence);
		},
		60_000,
	);
});

test("an exported trail is whole; a changed or shortened one is not", async () => {
	const exported = (await operators("audit", "--export")).stdout;
	const path = join(folder, "trail.jsonl");
	writeFileSync(path, exported);
	expect(await kassaHere(["operators", "verify", path])).toMatchObject({ status: 0 });
	writeFileSync(path, exported.replace('"who":"12"', '"who":"13"'));
	expect((await kassaHere(["operators", "verify", path])).stdout).toContain("was changed");
	const lines = readFileSync(path, "utf8").split("\n");
	writeFileSync(path, [...lines.slice(0, -3), ...lines.slice(-2)].join("\n"));
	expect((await kassaHere(["operators", "verify", path])).status).toBe(1);
}, 60_000);
