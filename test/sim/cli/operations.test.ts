import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { PNG } from "pngjs";
import { afterAll, beforeAll, expect, test } from "vitest";
import { TEST_SUPERVISOR_PASSCODE } from "../../../sim/world/merchant.js";
import { kassaHere } from "./kassaHere.js";

const ROOT = fileURLToPath(new URL("../../..", import.meta.url));
const folder = mkdtempSync(join(tmpdir(), "kassa-day-"));
const state = join(folder, "state");
const NODE = ["sim/launch/run.mjs", "kassa"];
const banks = new Map<string, ChildProcessWithoutNullStreams>();

/** The bank of a shop, in a process of its own. */
async function startBank(shop = state): Promise<void> {
	const bank = spawn(process.execPath, [...NODE, "bank", "run", "--bank-port", "0", "--state", shop], { cwd: ROOT });
	banks.set(shop, bank);
	for (let line = ""; !line.includes('"ready":true'); ) line += String((await once(bank.stdout, "data"))[0]);
}

async function stopBank(shop = state): Promise<void> {
	const bank = banks.get(shop)!;
	banks.delete(shop);
	bank.kill("SIGTERM");
	await once(bank, "close");
}

beforeAll(() => startBank(), 60_000);
afterAll(async () => {
	for (const shop of banks.keys()) await stopBank(shop);
	rmSync(folder, { recursive: true, force: true });
});

const kassa = (command: string) => kassaHere(command.split(" "));

/** A command with JSON on the shop's state folder. */
async function ask(command: string) {
	const { status, stdout, stderr } = await kassa(`${command} --json --state ${state}`);
	return { status, json: (stdout ? JSON.parse(stdout) : undefined) as Record<string, unknown>, stderr };
}

const SUPERVISOR = `--supervisor ${TEST_SUPERVISOR_PASSCODE}`;
const approved = { status: 0, json: { outcome: "approved", status: "approved" } };
const declined = (reason: string) => ({ status: 2, json: { status: "declined", reason } });
const done = { status: 0, json: { done: true } };

test("a day at a shop: what terminal and bank have done is what the ledger holds", async () => {
	expect(await ask("sign-in --operator 001")).toMatchObject({
		status: 0,
		json: { operation: "signIn", done: true, lines: [] },
	});

	const cashback = await ask("sale --amount 10.00 --cashback 5.00");
	expect(cashback).toMatchObject({
		status: 0,
		json: { operation: "saleWithCashback", amountMinor: 1500, invoice: 1, batch: 1, online: true },
	});
	// The cash register asks twice, the cardholder pays once.
	const first = (await ask("sale --amount 20 --request-key till-1")).json;
	const again = (await ask("sale --amount 20 --request-key till-1")).json;
	expect([again["invoice"], again["stan"], again["status"]]).toEqual([first["invoice"], first["stan"], "approved"]);

	// A void wants a supervisor.
	expect(await ask("void --invoice 2")).toMatchObject(
		declined("no supervisor agreed: give the passcode with --supervisor PASSCODE or --supervisor-file FILE"),
	);
	expect(await ask("void --invoice 2 --supervisor 0000")).toMatchObject(
		declined("no supervisor agreed: the supervisor's passcode given is wrong, `kassa passcode set` sets another"),
	);
	expect(await ask(`void --invoice 2 ${SUPERVISOR}`)).toMatchObject({
		...approved,
		json: { operation: "saleVoid", amountMinor: 2000, responseCode: "00", invoice: 3 },
	});
	expect(await ask(`void --invoice 2 ${SUPERVISOR}`)).toMatchObject({
		status: 2,
		json: { invoice: null, online: false },
	});

	expect(await ask("sale --amount 30")).toMatchObject(approved); // 4
	expect(await ask(`refund --invoice 4 --amount 12 ${SUPERVISOR}`)).toMatchObject(approved); // 5
	expect(await ask(`refund --invoice 4 --amount 19 ${SUPERVISOR}`)).toMatchObject({ status: 2 });
	expect(await ask("pre-authorise --amount 100")).toMatchObject(approved); // 6
	expect(await ask("increment --invoice 6 --amount 20")).toMatchObject(approved); // 7
	expect(await ask("complete --invoice 6 --amount 110")).toMatchObject({
		...approved,
		json: { operation: "completion" },
	}); // 8
	expect(await ask("tip --invoice 1 --amount 1")).toMatchObject({
		...approved,
		json: { invoice: 1, amountMinor: 1600 },
	});
	expect(await ask("query --invoice 8")).toMatchObject({ status: 0, json: { reason: "the bank says approved" } });

	// The bank goes and comes back: both still have the keys of the sign-in.
	await stopBank();
	await startBank();
	expect(await ask("echo")).toMatchObject(done);
	expect((await ask("balance --card unionpay-online-pin")).json["balanceMinor"]).toEqual(expect.any(Number));

	const totals = (await ask("totals")).json as { batch: number; totals: { operation: string; amountMinor: number }[] };
	expect(totals).toMatchObject({ batch: 1, currency: "156", owed: 0 });
	const sumOf = (name: string) =>
		totals.totals.filter(({ operation }) => operation === name).reduce((sum, row) => sum + row.amountMinor, 0);
	expect(["sale", "saleWithCashback", "adjust", "saleVoid", "refund", "completion"].map(sumOf)).toEqual([
		5000, 1500, 100, 2000, 1200, 11_000,
	]);
	expect(await ask("settle")).toMatchObject({ status: 0, json: { done: true, reason: "settled, the totals agree" } });
	expect(await ask(`void --invoice 4 ${SUPERVISOR}`)).toMatchObject(declined("Not allowed"));

	const movements = JSON.parse((await kassa(`bank accounts --json --state ${state}`)).stdout) as {
		account: string;
		balanceMinor: number;
	}[];
	const merchant = movements.find(({ account }) => account.includes("898310000000001"));
	expect(merchant?.balanceMinor).toBe(1600 + 2000 - 2000 + 3000 - 1200 + 11_000);
	expect(await kassa(`bank audit --state ${state}`)).toMatchObject({
		status: 0,
		stdout: expect.stringContaining("in order"),
	});
}, 500_000);

test("an issuer that wants to be telephoned; a terminal that is signed off; another passcode", async () => {
	const order = ["bank", "scenario", "refer to card issuer", "--count", "3", "--state", state];
	expect((await kassaHere(order)).status).toBe(0);
	const telephoned = {
		status: 2,
		json: { reason: expect.stringMatching(/wants to be telephoned, give its code with --referral-code CODE$/) },
	};
	expect(await ask("sale --amount 7")).toMatchObject(telephoned);
	expect(await ask("sign-off")).toMatchObject(done);
	expect(await ask("sale --amount 7")).toMatchObject(telephoned); // signed in by itself, else the bank had refused it
	expect(await ask("sign-in")).toMatchObject(done);
	expect((await kassa(`passcode set 13579 --state ${state}`)).status).toBe(0);
	// The merchant telephones: the voice centre's code is in the bank's list.
	const [referral] = JSON.parse((await kassa(`bank referrals --json --state ${state}`)).stdout) as {
		authorisationCode: string;
	}[];
	expect(await ask(`sale --amount 7 --referral-code ${referral!.authorisationCode}`)).toMatchObject({
		status: 0,
		json: { outcome: "approved", reason: "approved by telephone" },
	});
	expect(await ask("deliver")).toMatchObject({ status: 0, json: { reason: "nothing waits for the bank" } });
	const sale = (await ask("sale --amount 7")).json;
	expect(await ask(`void --invoice ${sale["invoice"]} --supervisor 13579`)).toMatchObject(approved);
}, 300_000);

test("another acquirer's profile: sale, void, refund, tip and settlement of a world made with --profile generic87", async () => {
	const other = join(folder, "generic87");
	const there = async (command: string) => {
		const { status, stdout } = await kassa(`${command} --json --state ${other}`);
		return { status, json: JSON.parse(stdout) as Record<string, unknown> };
	};
	expect(await there("sale --amount 10 --profile generic87")).toMatchObject({ ...approved, json: { invoice: 1 } });
	const { profile } = JSON.parse(readFileSync(join(other, "bank", "config.json"), "utf8")) as { profile?: unknown };
	expect(profile).toBe("generic87");
	await startBank(other);
	expect(await there("sale --amount 20")).toMatchObject({ ...approved, json: { invoice: 2 } });
	expect(await there(`void --invoice 1 ${SUPERVISOR}`)).toMatchObject(approved);
	expect(await there(`refund --invoice 2 --amount 5 ${SUPERVISOR}`)).toMatchObject(approved);
	expect(await there("tip --invoice 2 --amount 1")).toMatchObject({ status: 2, json: { reason: "Not allowed" } });
	expect(await there("sale --amount 30 --card unionpay-online-pin")).toMatchObject(approved);
	expect(await there("tip --invoice 5 --amount 3")).toMatchObject({ ...approved, json: { amountMinor: 3300 } });
	expect(await there("settle")).toMatchObject({ status: 0, json: { reason: "settled, the totals agree" } });
	expect((await kassa(`bank audit --state ${other}`)).stdout).toContain("in order");
}, 120_000);

test("a receipt as text, as JSON, as a picture and for a printer", async () => {
	const [png, escpos] = [join(folder, "receipt.png"), join(folder, "receipt.bin")];
	const text = (await kassa(`receipt --invoice 1 --copy merchant --state ${state}`)).stdout;
	expect(text).toContain("REPRINT");
	expect((await kassa(`receipt --invoice 1 --original --state ${state}`)).stdout).not.toContain("REPRINT");
	expect(text).toContain("Merchant copy");
	expect(text).toMatch(/^TOTAL +¥16\.00$/m);
	expect(text).not.toMatch(/622126[0-9]/);
	expect(await kassa(`receipt --last --png ${png} --escpos ${escpos} --state ${state}`)).toMatchObject({
		status: 0,
		stdout: "",
	});
	expect(PNG.sync.read(readFileSync(png)).width).toBe(432);
	expect([...readFileSync(escpos).subarray(0, 2)]).toEqual([0x1b, 0x40]);
	expect((await ask("receipt --invoice 1")).json).toMatchObject({
		operation: "saleWithCashback",
		batch: 1,
		invoice: 1,
		copy: "cardholder",
		text: expect.arrayContaining([expect.stringMatching(/Invoice +000001/)]),
	});
}, 60_000);

test.each([
	["void", "required option '-i, --invoice <number>' not specified"],
	["void --invoice 1 --supervisor 12", "a passcode has 4 to 12 digits."],
	["refund --amount 1", "give --invoice NUMBER of the sale, or --card NAME of the card that gets the money back"],
	["refund --amount 1 --invoice 1 --card cda", "cannot be used with option"],
	["refund --invoice 1", "required option '-a, --amount <amount>' not specified"],
	["sale --amount 9999999 --cashback 1", "amount and cashback must not be more than 9999999.99 together"],
	["sale --amount 1 --request-key ü", "a request key is up to 64 letters"],
	["sale --amount 1 --profile visa --state STATE", "there is no host profile visa"],
	["sale --amount 1 --profile generic87 --state STATE", "was made for the profile unionPay: choose another folder"],
	["receipt --invoice 999 --state STATE", "there is no transaction with invoice number 999: see `kassa journal list`"],
	["receipt --terminal panel --state STATE", "holds no journal: make a sale first"],
	["passcode set 12a4", "a passcode has 4 to 12 digits."],
])("kassa %s: one sentence", async (command, sentence) => {
	const { status, stdout, stderr } = await kassa(command.replace("STATE", state));
	expect(stderr).toContain(sentence);
	expect(stderr.trim().split("\n")).toHaveLength(1);
	expect(stdout).toBe("");
	expect(status).toBe(1);
});

test("--help groups the commands", async () => {
	const { stdout } = await kassa("--help");
	for (const text of ["Transactions:", "The terminal and its bank:", "void [options]", "settle [options]"])
		expect(stdout).toContain(text);
	expect((await kassa("refund --help")).stdout).toContain("--supervisor <passcode>");
});
