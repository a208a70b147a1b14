import { spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, expect, test } from "vitest";

const ROOT = fileURLToPath(new URL("../../..", import.meta.url));
const folder = mkdtempSync(join(tmpdir(), "kassa-backup-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** `kassa NAME … --json` on the world of this test. */
function kassa(...args: string[]): Promise<{ readonly status: number | null; readonly json: Record<string, unknown> }> {
	const child = spawn(process.execPath, ["sim/launch/run.mjs", "kassa", ...args, "--json", "--state", folder], {
		cwd: ROOT,
	});
	let output = "";
	child.stdout.on("data", (bytes: Buffer) => {
		output += bytes.toString();
	});
	return new Promise(resolve =>
		child.once("close", status => resolve({ status, json: JSON.parse(output.trim().split("\n").at(-1) || "{}") })),
	);
}

test("a sale comes back on the terminal that takes the broken one's place, and only there", async () => {
	expect(await kassa("sale", "--amount", "12.34")).toMatchObject({ status: 0 });
	const { json: totals } = await kassa("totals");
	expect(await kassa("backup")).toMatchObject({ status: 0, json: { done: true } });
	expect(await kassa("restore")).toMatchObject({ status: 2, json: { done: false } });
	rmSync(join(folder, "commandLine"), { recursive: true }); // the terminal is broken; a new one has nothing
	expect(await kassa("restore")).toMatchObject({ status: 0, json: { done: true } });
	expect((await kassa("totals")).json).toEqual(totals);
	expect(await kassa("backup")).toMatchObject({ status: 0 });
	const { json: statuses } = await kassa("manage", "status");
	expect(statuses).toMatchObject([{ terminal: "KASSA002", online: false }]);
}, 120_000);
