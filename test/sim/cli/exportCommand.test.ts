import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Ajv2020 } from "ajv/dist/2020.js";
import { afterAll, beforeAll, expect, test } from "vitest";
import { WORLD_RULES } from "../../../sim/world/monitoringRules.js";
import { StateFolder } from "../../../sim/world/stateFolder.js";
import { systemRandom } from "../../../sim/world/system.js";
import { useTerminalKeys } from "../../../sim/world/terminalKeyStore.js";
import { Seal } from "../../../src/keys/seal.js";
import { DayHistory } from "../../../src/monitor/dayHistory.js";
import { EVENT_KINDS, type EventKind } from "../../../src/monitor/event.js";
import type { MerchantExport } from "../../../src/privacy/merchantExport.js";
import { kassaHere } from "./kassaHere.js";

const folder = mkdtempSync(join(tmpdir(), "kassa-export-"));
const state = join(folder, "state");
const kassa = (...words: readonly string[]) => kassaHere([...words, "--state", state]);
const PAN = "6221267000000000079"; // of unionpay-credit

afterAll(() => rmSync(folder, { recursive: true, force: true }));

beforeAll(async () => {
	const sale = await kassa("sale", "--amount", "12.34", "--card", "unionpay-credit", "--json");
	expect(sale.status, sale.stderr).toBe(0);
	await kassa("settle", "--json");
	await kassa("sale", "--amount", "5", "--card", "unionpay-credit", "--json");
}, 120_000);

const schema = JSON.parse(readFileSync(new URL("../../../docs/merchant-export.schema.json", import.meta.url), "utf8"));

test("all that is the merchant's, as the schema has it: masked card, fee, settlement", async () => {
	const told = await kassa("export");
	expect(told.status, told.stderr).toBe(0);
	const exported = JSON.parse(told.stdout) as MerchantExport;
	const isValid = new Ajv2020({ strict: false, formats: { date: true, "date-time": true } }).compile(schema);
	expect(isValid(exported), JSON.stringify(isValid.errors)).toBe(true);
	expect(exported.transactions).toMatchObject([
		{
			invoice: 1,
			operation: "sale",
			state: "approved",
			amountMinor: 1_234,
			card: "622126*********0079",
			currency: "156",
		},
		{ invoice: 2, batch: 2, amountMinor: 500 },
	]);
	const [{ feeMinor, netMinor, amountMinor }] = exported.transactions as [MerchantExport["transactions"][number]];
	expect(feeMinor).toBeGreaterThan(0);
	expect(feeMinor! + netMinor!).toBe(amountMinor);
	expect(exported.settlements).toMatchObject([
		{ batch: 1, totals: [{ operation: "sale", count: 1, amountMinor: 1_234 }] },
	]);
	expect(exported.settlements[0]!.settledAt).not.toBeNull();
	expect(exported.merchant.name).not.toBe("");
	expect(told.stdout).not.toContain(PAN);
	// A document with something more, or a whole card number, is none.
	expect(isValid({ ...exported, more: 1 })).toBe(false);
	const [first] = exported.transactions;
	expect(isValid({ ...exported, transactions: [{ ...first, card: PAN }] })).toBe(false);
});

test("into a file, as CSV, of some days, of one operator", async () => {
	const out = join(folder, "sales.csv");
	expect(await kassa("export", "--format", "csv", "--out", out)).toMatchObject({ status: 0, stdout: "" });
	const lines = readFileSync(out, "utf8").split("\r\n");
	expect(lines[0]).toMatch(/^invoice,batch,stan,at,operation,state,amountMinor,/);
	expect(lines).toHaveLength(4);
	const settlements = await kassa("export", "--format", "csv", "--table", "settlements");
	expect(settlements.stdout.split("\r\n")[1]).toMatch(/^1,.*,sale,false,1,1234,/);
	const of = async (...words: string[]) => JSON.parse((await kassa("export", ...words)).stdout) as MerchantExport;
	expect((await of("--to", "2020-01-01")).transactions).toEqual([]);
	expect((await of("--from", "2020-01-01", "--to", "2099-12-31")).transactions).toHaveLength(2);
	expect(await of("--operator", "99")).toMatchObject({ transactions: [], settlements: [], selfCheck: null });
});

test.each([
	[["--from", "2026-13-01"], "a day is written as 2026-11-23."],
	[["--from", "yesterday"], "a day is written as 2026-11-23."],
	[["--from", "2026-11-02", "--to", "2026-11-01"], "--to is before --from: give the earlier day first"],
	[["--out", "/nowhere/at/all.json"], "cannot write /nowhere/at/all.json"],
	[["--table", "days"], "--table needs --format csv beside it"],
	[["--operator", "9x"], "an operator has a number of 2 to 4 digits, not 0."],
	[["--terminal", "panel"], "holds no keys: make a sale first"],
])("%j is refused with what to do", async (words, sentence) => {
	const told = await kassa("export", ...words);
	expect(told.status).toBe(1);
	expect(told.stderr).toContain(sentence);
});

test("the bank's status says in words that no terminal has ever connected", async () => {
	expect(await kassa("manage", "status")).toMatchObject({
		stdout: "no terminal has ever connected: start one with `npm start`\n",
	});
	expect((await kassa("manage", "status", "--json")).stdout).toBe("[]\n");
}, 60_000);

test("the report says in words that no day has been assessed yet, and is data with --json", async () => {
	const words = await kassa("report");
	expect(words).toMatchObject({ status: 0 });
	expect(words.stdout).toContain("No day has been assessed yet");
	const data = JSON.parse((await kassa("report", "--json")).stdout);
	expect(data).toMatchObject({ days: [], state: "normal", isWatching: true });
	expect(Object.keys(data.rules)).toEqual(WORLD_RULES.rules.map(({ name }) => name));
});

test("a report of several days tells their causes in the rules' words, and the one trend once", async () => {
	const [rule] = WORLD_RULES.rules;
	const of = Object.fromEntries(EVENT_KINDS.map(kind => [kind, 0])) as Record<EventKind, number>;
	const counts = { of, soldMinor: 0, refundedMinor: 0 };
	const causes = [{ kind: "rule", name: rule!.name, points: 7, alarms: 2 }] as const;
	const about = { score: 7, level: "low", isLearning: false, counts, causes } as const;
	await useTerminalKeys(new StateFolder(state), "commandLine", (slots, storage) => {
		const history = new DayHistory({ storage, seal: new Seal(slots, systemRandom) });
		for (const day of ["2026-11-01", "2026-11-02"]) history.add({ day, ...about });
	});
	const { stdout } = await kassa("report");
	expect(stdout.split(`+7 ${rule!.says.en}: 2`)).toHaveLength(3);
	expect(stdout).toMatch(/^2026-11-01 [\s\S]*^2026-11-02 [\s\S]*^ {2}Trend: steady$/m);
	expect(stdout.match(/Trend/g)).toHaveLength(1);
});

test("after the erasure of the keys there is nothing to export, and it says so", async () => {
	await kassa("keys", "erase", "--yes");
	expect(await kassa("export")).toMatchObject({ status: 1, stderr: expect.stringContaining("were erased") });
});
