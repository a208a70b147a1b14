import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { cardNames, cardProfile } from "../../../sim/card/cardProfiles.js";

const ROOT = fileURLToPath(new URL("../../..", import.meta.url));
const folder = mkdtempSync(join(tmpdir(), "kassa-card-"));
const state = join(folder, "state");

afterAll(() => rmSync(folder, { recursive: true, force: true }));

function kassa(...args: string[]) {
	const options = { cwd: ROOT, encoding: "utf8", timeout: 30_000 } as const;
	const { status, stdout, stderr } = spawnSync(process.execPath, ["sim/launch/run.mjs", "kassa", ...args], options);
	return { status, stdout, stderr };
}

/** A profile like cda's with these changes, in a file. */
function profileFile(name: string, pan: string, changes: Record<string, unknown> = {}): string {
	const cda = cardProfile("cda")!;
	const file = join(folder, `${name}.json`);
	writeFileSync(file, JSON.stringify({ ...cda, name, account: { ...cda.account, pan }, ...changes }));
	return file;
}

const make = (...args: string[]) => kassa("card", "make", "--state", state, ...args);
const list = () => JSON.parse(kassa("card", "list", "--json", "--state", state).stdout) as Record<string, unknown>[];

describe("kassa card list", () => {
	test("has every card in its group, and makes no folder by being asked", () => {
		const nowhere = join(folder, "nowhere");
		const { stdout } = kassa("card", "list", "--json", "--state", nowhere);
		const cards = JSON.parse(stdout) as Record<string, unknown>[];
		expect(cards.map(({ name }) => name)).toEqual(cardNames());
		expect(cards[0]).toEqual({
			name: "unionpay-debit",
			title: "UnionPay debit",
			description: expect.any(String),
			group: "Everyday",
			expected: expect.objectContaining({ outcome: "approved", online: true }),
			state: [],
		});
		expect(existsSync(nowhere)).toBe(false);
		const text = kassa("card", "list", "--state", nowhere).stdout;
		expect(text).toMatch(/^Everyday\n {2}unionpay-debit +UnionPay debit/);
		for (const name of cardNames()) expect(text).toContain(`\n  ${name} `);
	});
});

describe("kassa card show", () => {
	test("prints the whole profile, of a variant too", () => {
		expect(JSON.parse(kassa("card", "show", "short-keys").stdout)).toEqual(
			JSON.parse(JSON.stringify(cardProfile("short-keys"))),
		);
	});

	test("knows no other card", () => {
		const { status, stderr } = kassa("card", "show", "gold", "--state", join(folder, "nowhere"));
		expect(stderr).toBe('kassa: there is no card "gold": `kassa card list` names those that there are\n');
		expect(status).toBe(1);
	});
});

describe("kassa card make", () => {
	const PAN = "6221269000000000002";
	let made: ReturnType<typeof kassa>;
	beforeAll(() => {
		made = make(profileFile("mine", PAN));
	}, 60_000);

	test("the card is there, is listed, buys something and lives on with its counters", () => {
		expect(made).toMatchObject({ status: 0, stderr: "" });
		expect(made.stdout).toContain("made the card mine, applications: A000000333010101");
		const sale = kassa("sale", "--card", "mine", "--amount", "1.00", "--state", state, "--json");
		expect(JSON.parse(sale.stdout)).toMatchObject({ outcome: "approved", online: true });
		expect(list().at(-1)).toMatchObject({ name: "mine", group: "Made here", state: [{ atc: 1, pinTryCounter: 3 }] });
	});

	test("its name is taken; --force makes it anew, and its issuer goes on knowing its counters", () => {
		const file = profileFile("mine", PAN, { title: "Mine anew" });
		const before = files();
		const refused = make(file);
		expect(refused.stderr).toBe(
			"kassa: the card mine is there already: choose another name, or make it anew with --force\n",
		);
		expect([refused.status, files()]).toEqual([1, before]);
		expect(make(file, "--force").status).toBe(0);
		expect(list().at(-1)).toMatchObject({ name: "mine", title: "Mine anew", state: [{ atc: 1 }] });
		const sale = kassa("sale", "--card", "mine", "--amount", "1.00", "--state", state, "--json");
		expect(JSON.parse(sale.stdout)).toMatchObject({ outcome: "approved", online: true });
	});

	test.each([
		["cda", PAN, {}, "profile.name: the card cda comes with Kassa; choose another name"],
		["other", PAN, {}, "profile.account.pan is that of another card: choose another number"],
		["other", "4761739001010010", {}, "profile.account.pan must start with 622126, as all cards of the test issuer"],
		["other", "6221269000000000003", {}, "profile.account.pan must end in its check digit (ISO/IEC 7812-1, Annex B)"],
		["other", "6221269000000000010", { atr: "3B6" }, "profile.atr must be 0 to 33 bytes in hexadecimal"],
		["other", "6221269000000000010", { atrr: "" }, "profile.atrr is not a known field"],
	])("%s, %s, %j: refused in one line, nothing is written", (name, pan, changes, sentence) => {
		const before = files();
		const { status, stdout, stderr } = make(profileFile(name, pan, changes));
		expect(stderr).toBe(`kassa: ${sentence}\n`);
		expect([status, stdout, files()]).toEqual([1, "", before]);
	});

	test("a file that is not there, and one that is no JSON", () => {
		expect(make(join(folder, "none.json")).stderr).toMatch(
			/^kassa: cannot read .*none\.json: name a card profile, such as a copy of `kassa card show unionpay-debit`\n$/,
		);
		const file = join(folder, "broken.json");
		writeFileSync(file, "{");
		expect(make(file).stderr).toMatch(/^kassa: .*broken\.json is not JSON: [^\n]+\n$/);
	});
});

/** Content of every file of the state folder. */
function files(path = state): Record<string, string> {
	return Object.fromEntries(
		readdirSync(path, { recursive: true, encoding: "utf8" })
			.filter(name => statSync(join(path, name)).isFile())
			.map(name => [name, readFileSync(join(path, name), "latin1")]),
	);
}
