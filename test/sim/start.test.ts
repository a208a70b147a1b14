import { type ChildProcess, spawn } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, afterEach, expect, test } from "vitest";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const folder = mkdtempSync(join(tmpdir(), "kassa-start-"));
const state = join(folder, "state");
let child: ChildProcess | undefined;

afterEach(() => {
	if (child?.exitCode === null) child.kill("SIGKILL");
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Runs `npm start` until its output matches, or until it ends. */
function start(until: RegExp, ...args: string[]) {
	const started = spawn(process.execPath, ["sim/launch/run.mjs", "start", ...args], { cwd: ROOT });
	child = started;
	let output = "";
	const ended = new Promise<number | null>(resolve => started.once("close", resolve));
	const seen = new Promise<RegExpExecArray | undefined>(resolve => {
		const read = (bytes: Buffer) => {
			output += bytes.toString();
			const match = until.exec(output);
			if (match) resolve(match);
		};
		started.stdout.on("data", read);
		started.stderr.on("data", read);
		void ended.then(() => resolve(undefined));
	});
	return { seen, ended, output: () => output, stop: () => started.kill("SIGINT") };
}

const FREE = ["--port", "0", "--bank-port", "0", "--register-port", "0"];

test("tells where everything is, serves the panel, lets the command line use its bank, and stops cleanly", async () => {
	const ready = /ready: (http:\S+)[\s\S]*cash register: (http:\S+)[\s\S]*test bank: 127.0.0.1:(\d+)/;
	const run = start(ready, "--state", state, ...FREE);
	const [, url, register, bankPort] = (await run.seen)!;
	expect((await fetch(url!)).status).toBe(200);
	expect(await (await fetch(`${register}/status`)).json()).toMatchObject({ state: "idle", owed: 0 });
	expect(JSON.parse(readFileSync(join(state, "bank/running.json"), "utf8"))).toMatchObject({ port: Number(bankPort) });
	const sale = spawn(
		process.execPath,
		["sim/launch/run.mjs", "kassa", "sale", "--amount", "1", "--json", "--state", state],
		{ cwd: ROOT },
	);
	expect(await new Promise(resolve => sale.once("close", resolve))).toBe(0);
	expect(run.output()).toMatch(/bank +< 0200 /); // the sale went through the bank that runs here
	run.stop();
	expect(await run.ended).toBe(0);
	await expect(fetch(url!)).rejects.toThrow();
	await expect(connectable(Number(bankPort))).resolves.toBe(false);
});

test("the cash-register interface on another address without token and TLS: one sentence, exit 1, nothing made", async () => {
	const fresh = join(folder, "fresh");
	const run = start(/$^/, "--state", fresh, ...FREE, "--register-host", "0.0.0.0");
	expect(await run.ended).toBe(1);
	expect(run.output()).toMatch(/^kassa: the cash-register interface listens on 0\.0\.0\.0 only with [^\n]*\n$/);
	expect(existsSync(fresh)).toBe(false);
});

test("a second start on the same state folder is refused", async () => {
	const first = start(/ready/, "--state", state, ...FREE);
	await first.seen;
	const firstChild = child;
	const second = start(/$^/, "--state", state, ...FREE);
	expect(await second.ended).toBe(1);
	expect(second.output()).toMatch(
		/^kassa: .* is in use by process \d+: stop it first, or choose another folder with --state DIR\n$/,
	);
	child = firstChild;
	first.stop();
	expect(await first.ended).toBe(0);
});

test.each(["--port", "--bank-port", "--register-port"])("%s in use: one sentence, exit 1", async option => {
	const server = createServer().listen(0, "127.0.0.1");
	await new Promise(resolve => server.once("listening", resolve));
	const { port } = server.address() as { port: number };
	const run = start(/$^/, "--state", join(folder, "other"), ...FREE, option, String(port));
	expect(await run.ended).toBe(1);
	expect(run.output()).toMatch(new RegExp(`^kassa: [^\\n]*${port}[^\\n]*in use[^\\n]*\\n$`, "m"));
	server.close();
});

test("a state folder that cannot be written: one sentence, exit 1", async () => {
	const file = join(folder, "file");
	writeFileSync(file, "mine");
	const run = start(/$^/, "--state", join(file, "state"), ...FREE);
	expect(await run.ended).toBe(1);
	expect(run.output()).toMatch(/^kassa: cannot write to the state folder .*: choose another with --state DIR\n$/);
	expect(readFileSync(file, "utf8")).toBe("mine");
});

test("a broken state file: one sentence, exit 1; --fresh begins anew", async () => {
	const broken = join(folder, "broken");
	const first = start(/ready/, "--state", broken, ...FREE);
	await first.seen;
	first.stop();
	await first.ended;
	writeFileSync(join(broken, "world.json"), "{");
	const second = start(/$^/, "--state", broken, ...FREE);
	expect(await second.ended).toBe(1);
	expect(second.output()).toMatch(
		/^kassa: .*world\.json is damaged: start again with --fresh, or put the file back\n$/,
	);
	expect(readFileSync(join(broken, "world.json"), "utf8")).toBe("{");
	const third = start(/ready/, "--state", broken, "--fresh", ...FREE);
	expect(await third.seen).toBeTruthy();
	third.stop();
	expect(await third.ended).toBe(0);
});

async function connectable(port: number): Promise<boolean> {
	const { connect } = await import("node:net");
	return new Promise(resolve => {
		const socket = connect({ host: "127.0.0.1", port });
		socket.once("connect", () => resolve(true)).once("error", () => resolve(false));
		socket.once("connect", () => socket.destroy());
	});
}
