import { execFile } from "node:child_process";
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";

const ROOT = fileURLToPath(new URL("../../..", import.meta.url));
// How long anything may take on the slowest machine before it counts as stuck.
const STUCK_MS = 60_000;
vi.setConfig({ testTimeout: 4 * STUCK_MS });

const folder = mkdtempSync(join(tmpdir(), "kassa-readers-"));
const state = join(folder, "state");
afterAll(() => rmSync(folder, { recursive: true, force: true }));

interface Ended {
	readonly status: number;
	readonly stdout: string;
	readonly stderr: string;
}

function kassa(...args: string[]): Promise<Ended> {
	const all = ["sim/launch/run.mjs", "kassa", ...args];
	return new Promise(resolve => {
		const child = execFile(process.execPath, all, { cwd: ROOT, timeout: STUCK_MS }, (_error, stdout, stderr) =>
			resolve({ status: child.exitCode ?? -1, stdout, stderr }),
		);
	});
}

const sale = (...args: string[]) => kassa("sale", "--state", state, ...args);

test("a sale that is recorded can be replayed to its end, on the world as it was, and ends where it differs", async () => {
	const file = join(folder, "sale.txt");
	const before = join(folder, "before");
	await kassa("config", "print", "--state", state); // makes the world
	cpSync(state, before, { recursive: true });
	const recorded = await sale("--amount", "12.34", "--reader", "virtual:unionpay-debit", "--record", file);
	expect(recorded.stdout).toMatch(/^APPROVED/m);
	const text = readFileSync(file, "utf8");
	expect(text).toMatch(/^> 00200088[0-9A-F]{2}(\*\*)+$/m);
	expect(statSync(file).mode & 0o077).toBe(0);

	const replay = ["sale", "--state", before, "--reader", `replay:${file}`, "--json", "--amount"] as const;
	const same = await kassa(...replay, "12.34");
	expect(same.stderr).toBe("");
	expect(JSON.parse(same.stdout)).toMatchObject({
		outcome: "approved",
		online: true,
		panMasked: "622126*********0018",
	});
	expect(same.status).toBe(0);

	const other = await kassa(...replay, "12.35");
	const sentence = /command \d+ differs at offset \d+: recorded 34, now 35/;
	expect(other.stderr).toMatch(new RegExp(`^kassa: replay:[^\n]*: ${sentence.source}\n$`));
	expect(JSON.parse(other.stdout)).toMatchObject({ outcome: "cardError", objection: expect.stringMatching(sentence) });
	expect(other.status).toBe(1);
});

test("a whole sale with a card that another process plugs into vpcd; its recording is masked", async () => {
	const port = await freePort();
	const file = join(folder, "masked.txt");
	const ended = sale("--amount", "5", "--reader", `vpcd:${port}`, "--pin", "1234", "--record", file, "--json");
	const serve = ["card", "serve", "--vpcd", `:${port}`, "--state", state];
	let served: Ended;
	do served = await kassa(...serve);
	while (served.stderr.includes("ECONNREFUSED")); // not listening yet
	const { stdout, stderr, status } = await ended;
	expect(stderr).toBe("");
	expect(JSON.parse(stdout)).toMatchObject({ outcome: "approved", online: true, cvmResults: "440302" });
	expect(status).toBe(0);
	expect(served.stdout).toContain("command 80AE");
	expect(served.stderr).toBe(`kassa: the reader at 127.0.0.1:${port} has let the card go\n`);
	expect(served.status).toBe(1);

	const text = readFileSync(file, "utf8");
	expect(text).toMatch(/^> 80AE8000[0-9A-F]{2}(\*\*)+/m);
	expect(text).not.toMatch(/622126100000|434152/);
	const { stderr: refused } = await sale("--amount", "5", "--reader", `replay:${file}`);
	expect(refused).toMatch(
		/^kassa: [^\n]* is masked, for reading only: record a test card with --reveal to replay it\n$/,
	);
});

describe("what is refused, in one line", () => {
	const nowhere = join(folder, "nowhere", "file");
	const small = join(folder, "small.txt");
	beforeAll(() => writeFileSync(small, "kassa dialogue 1\nat 2026-11-22T10:00:00Z\natr 3B00\n"));
	test.each([
		[["--reader", "gold"], 'there is no reader "gold": give virtual:NAME, pcsc[:NAME], vpcd[:PORT] or replay:FILE'],
		[["--reader", "virtual:gold"], 'there is no card "gold": '],
		[["--reader", "virtual:cda", "--card", "cda"], "cannot be used with option"],
		[["--reader", "virtual:cda", "--transport", "t1"], "the reader virtual leaves no choice of protocol"],
		[
			["--reader", `replay:${small}`, "--line-trace", join(folder, "line.txt")],
			"--line-trace needs contacts: use the reader virtual:NAME",
		],
		[["--reader", "vpcd", "--transport", "t2"], "Allowed choices are t0, t1."],
		[["--reader", `replay:${nowhere}`], `cannot read the recording ${nowhere}`],
		[["--reader", "replay:package.json"], 'package.json is no recording: line 1 is not "kassa dialogue 1"'],
		[["--record", nowhere], "it cannot be written: ENOENT"],
	])("sale %j", async (args, sentence) => {
		const { status, stdout, stderr } = await sale("--amount", "1", ...args);
		expect(stderr).toContain(sentence);
		expect(stderr.trim().split("\n")).toHaveLength(1);
		expect(stdout).toBe("");
		expect(status).toBe(1);
		expect(existsSync(nowhere)).toBe(false);
	});

	test.each([
		[["card", "serve"], "required option '--vpcd [host:port]' not specified"],
		[["card", "serve", "--vpcd", "here:port"], "give it as HOST:PORT, e.g. 127.0.0.1:35963."],
		[["card", "serve", "--vpcd", "here:70000"], "give it as HOST:PORT"],
		[["card", "serve", "--vpcd", "--card", "gold", "--state", state], 'there is no card "gold": '],
	])("%j", async (args, sentence) => {
		const { status, stdout, stderr } = await kassa(...args);
		expect(stderr).toContain(sentence);
		expect(stdout).toBe("");
		expect(status).toBe(1);
	});
});

function freePort(): Promise<number> {
	return new Promise((resolve, reject) => {
		const server = createServer();
		server.once("error", reject);
		server.listen(0, "127.0.0.1", () => {
			const { port } = server.address() as { port: number };
			server.close(() => resolve(port));
		});
	});
}
