import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process";
import { once } from "node:events";
import { copyFileSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, test } from "vitest";
import { TEST_SUPERVISOR_PASSCODE } from "../../../sim/world/merchant.js";
import { kassaHere } from "./kassaHere.js";

/**
 * An acquirer that Kassa does not come with: EBCDIC, digits of a length in ASCII and a header, hexadecimal bitmaps up to the
 * third, session keys, retail MAC, PIN block format 3, card data enciphered in part, codes of its own.
 */
const PROFILE = fileURLToPath(new URL("../../host/profiles/ebcdicHost.json", import.meta.url));
const ROOT = fileURLToPath(new URL("../../..", import.meta.url));
const folder = mkdtempSync(join(tmpdir(), "kassa-own-"));
const state = join(folder, "state");
const file = join(folder, "acquirer.json");
let bank: ChildProcessWithoutNullStreams | undefined;

beforeAll(() => copyFileSync(PROFILE, file));
afterAll(async () => {
	if (bank) {
		bank.kill("SIGTERM");
		await once(bank, "close");
	}
	rmSync(folder, { recursive: true, force: true });
});

const kassa = (command: string) => kassaHere([...command.split(" "), "--state", state]);
const ask = async (command: string) => {
	const { stdout, stderr } = await kassa(`${command} --json`);
	return stdout ? JSON.parse(stdout) : stderr;
};
const merchantMinor = async () => {
	const ledger: { account: string; amountMinor: number }[] = await ask("bank ledger");
	return ledger.filter(({ account }) => account === "898310000000001").reduce((sum, row) => sum + row.amountMinor, 0);
};
const SUPERVISOR = `--supervisor ${TEST_SUPERVISOR_PASSCODE}`;

test("a world of one's own profile: nothing but the file is new", async () => {
	expect((await kassaHere(["profile", "lint", file])).stdout).toMatch(/nothing is wrong\n$/);
	const sale = await kassa(`sale --amount 12.34 --card unionpay-online-pin --profile ${file}`);
	expect(sale.stdout, sale.stderr).toMatch(/^APPROVED {2}¥12\.34/m);
	const request = sale.stdout.split("\n").find(line => line.includes("> 0200 "))!;
	expect(request).toMatch(/ 3 processingCode="003000" .* 22 posEntryMode="951" .* 43 location="KIOSK 7A" .* 61 /);
	expect(request).not.toMatch(/ pan=| track2=/);
	const signIn = await kassa("sign-in");
	expect(signIn.stdout).toMatch(/^host +< 0810 .* 131 sessionKeys=\[60\]/m);
	expect(signIn.stdout).toMatch(/^terminal keys loaded: pin, mac, data/m);
	rmSync(file); // the world keeps a copy
	expect(await ask("sale --amount 1.00")).toMatchObject({ status: "approved" });
	expect(await merchantMinor()).toBe(1_334);
}, 120_000);

test("an answer that does not come is taken back by the profile's reversal; void, refund, tip and settlement agree", async () => {
	const words = ["sim/launch/run.mjs", "kassa", "bank", "run", "--bank-port", "0", "--state", state];
	const running = spawn(process.execPath, words, { cwd: ROOT });
	bank = running;
	for (let line = ""; !line.includes('"ready":true'); ) line += String((await once(running.stdout, "data"))[0]);

	expect(await ask("bank fault closeAfterRequest --terminal KASSA002")).toMatchObject({ armed: "closeAfterRequest" });
	expect(await ask("sale --amount 5.00 --card unionpay-online-pin")).toMatchObject({
		status: "pending",
		reversal: "owed",
	});
	const next = await kassa("sale --amount 20.00 --card unionpay-online-pin");
	expect(next.stdout).toMatch(/^host +> 0420 .* 39 responseCode="S2" .* 43 location="KIOSK 7A"/m);
	expect(next.stdout).toMatch(/^host +< 0430 .* 39 responseCode="00"/m);
	expect(next.stdout).toMatch(/^APPROVED/m);
	expect(await merchantMinor()).toBe(3_334);

	expect(await ask(`void --invoice 2 ${SUPERVISOR}`)).toMatchObject({ operation: "saleVoid", status: "approved" });
	expect(await ask(`refund --invoice 1 --amount 2.34 ${SUPERVISOR}`)).toMatchObject({ status: "approved" });
	expect(await ask("tip --invoice 4 --amount 1.00")).toMatchObject({ status: "approved" });
	expect(await merchantMinor()).toBe(3_100);
	await kassa("bank dispute-totals on");
	expect(await ask("settle")).toMatchObject({ done: true, reason: "settled after an upload: the totals differed" });
	expect(await ask("sale --amount 3.00")).toMatchObject({ status: "approved", batch: 2 });
	await kassa("bank dispute-totals off");
	expect(await ask("settle")).toMatchObject({ done: true, reason: "settled, the totals agree" });
}, 120_000);
