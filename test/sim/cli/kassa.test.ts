import { type ChildProcessWithoutNullStreams, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { kassaHere } from "./kassaHere.js";

const ROOT = fileURLToPath(new URL("../../..", import.meta.url));
const folder = mkdtempSync(join(tmpdir(), "kassa-cli-"));
const state = join(folder, "state");

afterAll(() => rmSync(folder, { recursive: true, force: true }));

const kassa = (...args: string[]) => kassaHere(args);

/** The same as a process of its own. */
function kassaProcess(...args: string[]) {
	const options = { cwd: ROOT, encoding: "utf8", timeout: 60_000 } as const;
	const { status, stdout, stderr } = spawnSync(process.execPath, ["sim/launch/run.mjs", "kassa", ...args], options);
	return { status, stdout, stderr };
}

const sale = (...args: string[]) => kassa("sale", "--state", state, ...args);
const saleJson = async (...args: string[]) => {
	const { status, stdout } = await sale("--json", ...args);
	return { status, json: JSON.parse(stdout) as Record<string, unknown> };
};

describe("kassa sale", () => {
	test("prints exactly one JSON object with everything that is known of an approved sale", async () => {
		const { status, stdout } = kassaProcess("sale", "--state", state, "--json", "--amount", "12.34");
		const json = JSON.parse(stdout) as unknown;
		expect(status).toBe(0);
		expect(json).toEqual({
			operation: "sale",
			outcome: "approved",
			status: "approved",
			reason: "bank and card approved",
			online: true,
			amountMinor: 1234,
			currency: "156",
			invoice: 1,
			batch: 1,
			aid: "A000000333010101",
			panMasked: "622126*********0018",
			tvr: expect.stringMatching(/^[0-9A-F]{10}$/),
			tsi: "F800",
			cvmResults: "440302",
			cid: "40",
			scriptResults: null,
			responseCode: "00",
			authorisationCode: expect.stringMatching(/^[0-9]{6}$/),
			stan: expect.any(Number),
			retrievalReference: expect.stringMatching(/^[0-9]{12}$/),
			balanceMinor: null,
			apdus: expect.any(Number),
			bytesToCard: expect.any(Number),
			bytesFromCard: expect.any(Number),
			reversal: "none",
			fallbackAllowed: false,
		});
	});

	test("tells the story, and the ledger has it", async () => {
		const { status, stdout } = await sale("--amount", "5", "--card", "unionpay-online-pin");
		expect(status).toBe(0);
		expect(stdout).toMatch(/GENERATE AC > /);
		expect(stdout).toMatch(/^APPROVED {2}¥5\.00/m);
		const ledger = JSON.parse((await kassa("bank", "ledger", "--json", "--state", state)).stdout) as {
			amountMinor: number;
		}[];
		expect(ledger.map(row => row.amountMinor)).toEqual(expect.arrayContaining([500, -500, 1234, -1234]));
		expect(ledger.reduce((sum, row) => sum + row.amountMinor, 0)).toBe(0);
		expect((await kassa("bank", "ledger", "--state", state)).stdout).toContain("¥5.00");
	});
});

describe("kassa sale beside a bank that runs", () => {
	let bank: ChildProcessWithoutNullStreams;
	beforeAll(async () => {
		const args = ["sim/launch/run.mjs", "kassa", "bank", "run", "--bank-port", "0", "--state", state];
		bank = spawn(process.execPath, args, { cwd: ROOT });
		for (let line = ""; !line.includes('"ready":true'); ) line += String((await once(bank.stdout, "data"))[0]);
	});
	afterAll(async () => {
		bank.kill("SIGTERM");
		await once(bank, "close");
	});

	test.each([
		[["--card", "declined"], 2, { outcome: "declined", responseCode: "51" }],
		[["--card", "expired"], 2, { outcome: "declined", responseCode: "54" }],
		[["--card", "unionpay-online-pin", "--pin", "9999"], 2, { outcome: "declined", responseCode: "55" }],
		[["--card", "blocked-application"], 2, { outcome: "notAccepted", online: false }],
		[["--card", "mute"], 1, { outcome: "cardError", apdus: 0, fallbackAllowed: true }],
		[["--fault", "pull:apdu=7"], 1, { outcome: "cardRemoved", online: false }],
		[
			["--fault", "fuzz:tag=9F26,offset=0,value=FF", "--fault", "fuzz:tag=9F26,offset=1,value=FF"],
			2,
			{ outcome: "declined", responseCode: "05" },
		],
		[["--pin", "9999", "1234"], 0, { outcome: "approved", cvmResults: "440302" }],
	])("%j ends with status %i", async (args, status, expected) => {
		const result = await saleJson("--amount", "1.00", ...args);
		expect(result.json).toMatchObject(expected);
		expect(result.status).toBe(status);
	});

	test("writes the trace of the line in the form that the file's name asks for, the PIN hidden", async () => {
		const [text, vcd] = [join(folder, "line.txt"), join(folder, "line.vcd")];
		expect((await sale("--amount", "1.00", "--card", "plaintext-pin", "--line-trace", text)).status).toBe(0);
		expect(readFileSync(text, "utf8")).toMatch(/< 3B\n/);
		// T=0: VERIFY, its procedure byte, eight secret characters
		expect(readFileSync(text, "utf8")).toMatch(
			/(> \w\w\n\s+\S+ {2}){4}> 08\n.*< 20\n(.*> \*\*\n){8}(.*< 60\n)*.*< 90\n/,
		);
		expect((await sale("--amount", "1.00", "--line-trace", vcd)).status).toBe(0);
		expect(readFileSync(vcd, "utf8")).toContain("$timescale 1 ns $end");
		const wrong = await sale("--amount", "1.00", "--line-trace", "line.png");
		expect([wrong.status, wrong.stderr]).toEqual([1, expect.stringContaining("ends in .vcd or .txt")]);
		const nowhere = await sale("--amount", "1.00", "--line-trace", join(folder, "no", "line.txt"));
		expect([nowhere.status, nowhere.stderr]).toEqual([1, expect.stringContaining("it cannot be written")]);
	});

	test("no PIN and no whole card number in anything that is printed or kept", async () => {
		const { stdout } = await sale("--amount", "1.00", "--card", "unionpay-online-pin");
		const files = readdirSync(join(state, "commandLine")).map(name => readFileSync(join(state, "commandLine", name)));
		const journal = Buffer.concat(files).toString("latin1");
		for (const text of [stdout, journal]) expect(text).not.toMatch(/6221262000000000025|\b1234\b/);
	});
});

describe("kassa card-log", () => {
	test("has the sale that the card just made", async () => {
		expect((await saleJson("--amount", "7.77", "--card", "cda")).json).toMatchObject({ outcome: "approved" });
		const { stdout } = await kassa("card-log", "--card", "cda", "--json", "--state", state);
		expect(JSON.parse(stdout)[0]).toMatchObject({ "9F02": "000000000777", "5F2A": "0156" });
	});

	test("a card without a log: one sentence", async () => {
		const { status, stderr } = await kassa("card-log", "--card", "unionpay-debit", "--state", state);
		expect(stderr).toBe("kassa: the card unionpay-debit keeps no transaction log\n");
		expect(status).toBe(1);
	});
});

describe("what is refused, in one line", () => {
	test.each([
		[["sale"], "required option '-a, --amount <amount>' not specified"],
		[["sale", "--amount", "0"], "it must be more than 0.00."],
		[["sale", "--amount", "1.2"], "give it as 12.34"],
		[["sale", "--amount", "-5"], "give it as 12.34"],
		[["sale", "--amount", "1e3"], "give it as 12.34"],
		[["sale", "--amount", "99999999"], "it must not be more than 9999999.99."],
		[["sale", "--amount", "1", "--pin", "12"], "a PIN has 4 to 12 digits."],
		[
			["sale", "--amount", "1", "--fault", "pull"],
			"fault must have either apdu or byte for pull: give it as pull:apdu=7.",
		],
		[["sale", "--amount", "1", "--fault", "drop:apdu=7"], 'there is no fault "drop": choose one of pull, mute,'],
		[["sale", "--amount", "1", "--frist"], "unknown option '--frist'"],
		[["sel"], "unknown command 'sel'"],
		[["toString"], "unknown command 'toString'"],
		[
			["sale", "--amount", "1", "--card", "gold", "--state", state],
			'there is no card "gold": `kassa card list` names those that there are',
		],
	])("%j", async (args, sentence) => {
		const { status, stdout, stderr } = await kassa(...args);
		expect(stderr).toContain(sentence);
		expect(stderr.trim().split("\n").length).toBeLessThanOrEqual(2); // commander adds "(Did you mean …?)"
		expect(stdout).toBe("");
		expect(status).toBe(1);
	});

	test("a state folder that cannot be written", async () => {
		const file = join(folder, "file");
		writeFileSync(file, "");
		const { status, stderr } = await kassa("sale", "--amount", "1", "--state", join(file, "state"));
		expect(stderr).toMatch(/^kassa: cannot write to the state folder .*: choose another with --state DIR\n$/);
		expect(status).toBe(1);
	});

	test.each(["world.json", "terminal.json", "configuration.json", "cards/unionpay-debit.json", "bank/config.json"])(
		"a broken %s: one sentence, and nothing is changed",
		async name => {
			const broken = join(folder, `broken-${name.replace("/", "-")}`);
			cpSync(state, broken, { recursive: true });
			writeFileSync(join(broken, name), "{ no JSON");
			const before = contents(broken);
			const { status, stderr } = await kassa("sale", "--amount", "1", "--state", broken);
			expect(stderr).toMatch(/^kassa: [^\n]+\n$/);
			expect(stderr).toContain(name.split("/").at(-1));
			expect(status).toBe(1);
			expect(contents(broken)).toEqual(before);
		},
	);

	test("a folder that holds somebody else's files is left alone", async () => {
		const foreign = join(folder, "foreign");
		mkdirSync(join(foreign, "bank"), { recursive: true });
		writeFileSync(join(foreign, "configuration.json"), "mine");
		const before = contents(foreign);
		for (const args of [
			["sale", "--amount", "1"],
			["bank", "ledger"],
		]) {
			const { status, stderr } = await kassa(...args, "--state", foreign);
			expect(stderr).toMatch(/^kassa: .* is there and no world of Kassa's: choose another folder with --state DIR\n$/);
			expect(status).toBe(1);
		}
		expect(contents(foreign)).toEqual(before);
	});

	test("a damaged journal: one sentence, and nothing is changed", async () => {
		const broken = join(folder, "broken-journal");
		cpSync(state, broken, { recursive: true });
		const paths = ["journal.000001", "mirror.000001"].map(name => join(broken, "commandLine", name));
		const journal = readFileSync(paths[0]!);
		journal[20]! ^= 1;
		for (const path of paths) writeFileSync(path, journal);
		const { status, stderr } = await kassa("sale", "--amount", "1", "--state", broken);
		expect(stderr).toMatch(/^kassa: .*record 1 is damaged[^\n]+\n$/);
		expect(status).toBe(1);
		for (const path of paths) expect(readFileSync(path)).toEqual(journal);
	});

	test("tells why when asked: a line for each decision, and a list in JSON", async () => {
		const { json } = await saleJson("--amount", "1.00", "--why");
		expect((json as { why: unknown[] }).why).toContainEqual({
			section: "Book 3, 10.7",
			rule: "what the first GENERATE AC asks for",
			inputs: { "9F35": "22" },
			result: "ARQC",
		});
		expect((await saleJson("--amount", "1.00")).json).not.toHaveProperty("why");
		expect((await sale("--amount", "1.00", "--why")).stdout).toMatch(
			/Book 3, 10\.5: CVM rule [0-9A-F]{4} \(.*\): successful/,
		);
	});
});

describe("--help", () => {
	test.each([
		[[]],
		[["sale"]],
		[["bank"]],
		[["bank", "ledger"]],
		[["card"]],
		[["card", "serve"]],
		[["card", "list"]],
		[["card", "show"]],
		[["card", "make"]],
		[["card-log"]],
		[["config", "print"]],
		[["decode"]],
	])("of %j", async command => {
		const { status, stdout } = await kassa(...command, "--help");
		expect(stdout).toMatch(/^Usage: kassa/);
		expect(status).toBe(0);
	});
});

/** Every file of a folder but the counters that a card keeps and the keys that each start writes anew. */
function contents(path: string): Record<string, string> {
	const found: Record<string, string> = {};
	for (const entry of readdirSync(path, { withFileTypes: true, recursive: true })) {
		if (!entry.isFile() || /^((ledger|binding)\.sqlite|key-)/.test(entry.name)) continue;
		const file = join(entry.parentPath, entry.name);
		found[file] = readFileSync(file).toString("base64");
	}
	return found;
}
