import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, expect, test } from "vitest";

const ROOT = fileURLToPath(new URL("../../..", import.meta.url));
const folder = mkdtempSync(join(tmpdir(), "kassa-bind-"));
const state = join(folder, "state");
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function kassa(...words: string[]): { status: number | null; json: Record<string, unknown> } {
	const args = ["sim/launch/run.mjs", "kassa", ...words, "--json", "--state", state];
	const { status, stdout, stderr } = spawnSync(process.execPath, args, { cwd: ROOT, encoding: "utf8" });
	expect(stdout, stderr).not.toBe("");
	return { status, json: JSON.parse(stdout.trim().split("\n").at(-1)!) as Record<string, unknown> };
}

test("a terminal as from manufacture sells nothing; the ceremony over TLS binds it", () => {
	const sale = kassa("sale", "--amount", "1", "--factory");
	expect(sale).toMatchObject({ status: 2, json: { outcome: "notAccepted", reason: "notBound", online: false } });
	expect(kassa("binding", "--factory")).toMatchObject({ status: 2, json: { problem: "notBound" } });
	expect(kassa("bind", "--factory")).toMatchObject({ status: 0, json: { done: true, code: "bound" } });
	expect(kassa("bind", "--factory", "--pin", "9999")).toMatchObject({ status: 2, json: { code: "incorrectPin" } });
	const wrong = kassa("bind", "--factory", "--code", "0000000000");
	expect(wrong).toMatchObject({ status: 2, json: { done: false, code: "codeWrong" } });
}, 300_000);

test("the terminal of the command line is bound by the same ceremony, until somebody ends it", () => {
	expect(kassa("binding")).toMatchObject({
		status: 0,
		json: { problem: null, merchant: { merchantId: "898310000000001", name: "KASSA TEST CAFE" } },
	});
	kassa("sale", "--amount", "100");
	kassa("refund", "--card", "cda", "--amount", "20", "--supervisor", "2468");
	const [batch] = (kassa("journal", "list").json as unknown as Record<string, unknown>[]).slice(-1);
	expect(batch).toMatchObject({
		transactions: [
			{ operation: "sale", amountMinor: 10_000, feeMinor: 60, netMinor: 9_940 },
			{ operation: "refund", amountMinor: 2_000, feeMinor: 0, netMinor: -2_000 },
		],
		fees: { grossMinor: 8_000, feeMinor: 60, netMinor: 7_940 },
	});
	expect(kassa("journal", "show", "1").json).toMatchObject({ feeMinor: 60, netMinor: 9_940 });
	const list = spawnSync(process.execPath, ["--import", "tsx", "sim/kassa.ts", "journal", "list", "--state", state], {
		cwd: ROOT,
		encoding: "utf8",
	}).stdout;
	expect(list).toMatch(/│ fee +│ net +│/);
	expect(list).toContain("  gross ¥80.00, fees ¥0.60, net ¥79.40\n");
	const ended = kassa("unbind");
	expect(ended).toMatchObject({
		status: 0,
		json: { done: true, erased: expect.arrayContaining(["master"]), isDelivered: true },
	});
	const [erasure] = kassa("bank", "erasures").json as unknown as Record<string, string>[];
	expect(erasure).toMatchObject({ terminalId: "KASSA002", slots: expect.stringMatching(/^master /) });
	expect(erasure!.certificate).toBe(ended.json.certificate);
	expect(kassa("sale", "--amount", "1")).toMatchObject({ status: 2, json: { reason: "notBound" } });
	expect(kassa("bind")).toMatchObject({ status: 0, json: { done: true } });
	expect(kassa("sale", "--amount", "1")).toMatchObject({ status: 0, json: { outcome: "approved" } });
}, 300_000);

test("a terminal whose keys were erased tells so when it is bound again; the bank's list has it", () => {
	expect(kassa("bank", "tampers").json).toEqual([]);
	expect(kassa("keys", "erase", "--yes").status).toBe(0);
	expect(kassa("service", "set-journal-aside", "--yes").status).toBe(0);
	expect(kassa("service", "renew-keys", "--yes").status).toBe(0);
	// Without its key the access trail is suspect, and no passcode counts for a quarter of an hour: not waited for here.
	for (const name of ["access.000000", "access.head"]) rmSync(join(state, "commandLine", name));
	expect(kassa("sale", "--amount", "1")).toMatchObject({ status: 2, json: { reason: "sealBroken" } });
	expect(kassa("bind")).toMatchObject({ status: 0, json: { done: true } });
	const [tamper] = kassa("bank", "tampers").json as unknown as Record<string, string>[];
	expect(tamper).toMatchObject({ terminalId: "KASSA002", cause: "order", releasedAt: tamper!.reportedAt });
	expect(kassa("bank", "release-tamper", "KASSA002").json).toMatchObject({ released: 0 });
}, 300_000);
