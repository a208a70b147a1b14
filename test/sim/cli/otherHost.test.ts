import "reflect-metadata";
import { spawn, spawnSync } from "node:child_process";
import { webcrypto } from "node:crypto";
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { BasicConstraintsExtension, X509CertificateGenerator } from "@peculiar/x509";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { type RunningBank, report, startBank } from "../../../sim/bank/startBank.js";
import { pem } from "../../../sim/world/pem.js";
import { certifyTerminal, makeTestPki, type TestPki } from "../../../sim/world/pki.js";
import { StateFolder } from "../../../sim/world/stateFolder.js";
import { systemRandom } from "../../../sim/world/system.js";
import { useTerminalKeys } from "../../../sim/world/terminalKeyStore.js";
import { openTestWorld } from "../../../sim/world/testWorld.js";
import { SealedFile } from "../../../src/journal/sealedFile.js";
import { Seal } from "../../../src/keys/seal.js";
import { eventually } from "../../management/linkWorld.js";
import { kassaHere, type Told } from "./kassaHere.js";

const ROOT = fileURLToPath(new URL("../../..", import.meta.url));
const folder = mkdtempSync(join(tmpdir(), "kassa-host-"));
const at = (name: string) => join(folder, name);
const state = new StateFolder(at("state"));
const config = at("elsewhere/bank/config.json");
const HOST_JSON = state.at("host.json");
const REGISTER = ["--port", "0", "--register-port", "0"];
let pki: TestPki;
let bank: RunningBank;
let here: string;

/** A host with roots, books and process of its own, which shares the terminal's keys and binding as any acquirer does. */
beforeAll(async () => {
	await openTestWorld(state, false, undefined, ["commandLine", "panel"]);
	cpSync(state.at("bank"), at("elsewhere/bank"), { recursive: true });
	pki = await makeTestPki();
	for (const [name, text] of [
		["host.key.pem", pki.bank.keyPem],
		["host.pem", pki.bank.certPem],
		["root.pem", pki.rootPem],
	] as const)
		writeFileSync(at(name), text);
	const tls = { key: "../../host.key.pem", cert: "../../host.pem", ca: "../../root.pem" };
	writeFileSync(config, JSON.stringify({ ...JSON.parse(readFileSync(config, "utf8")), tls }));
	bank = await startBank(config);
	here = `127.0.0.1:${bank.port}`;
	await certified("commandLine", "terminal.pem");
	await certified("panel", "panel.pem");
}, 120_000);
afterEach(() => rmSync(HOST_JSON, { force: true }));
afterAll(async () => {
	await bank?.stop();
	rmSync(folder, { recursive: true, force: true });
});

/** The way of docs/test-bank.md: the terminal's own request, certified by the host's authority. */
async function certified(terminal: "commandLine" | "panel", name: string): Promise<void> {
	const { stdout } = await kassa("keys", "tls", "request", "--terminal", terminal);
	const request = Buffer.from(stdout.replace(/-----[^-]+-----|\s/g, ""), "base64");
	const id = terminal === "panel" ? "KASSA001" : "KASSA002";
	writeFileSync(at(name), pem(await certifyTerminal(pki, new Uint8Array(request), id), "CERTIFICATE"));
}

const kassa = (...words: string[]): Promise<Told> => kassaHere([...words, "--state", state.path]);
const trusting = () => ["--host-root", at("root.pem"), "--host-cert", at("terminal.pem")];
const ledgerLength = async () => (await report(bank.ask, "ledger")).length;

test("a sale goes to the host that is named, and no test bank is started", async () => {
	const before = await ledgerLength();
	const sale = await kassa("sale", "--amount", "12.34", "--json", "--host", here, ...trusting());
	expect(JSON.parse(sale.stdout), sale.stderr).toMatchObject({ outcome: "approved", online: true });
	expect(sale.status).toBe(0);
	expect(await ledgerLength()).toBe(before + 2);
	const ledger = JSON.parse((await kassa("bank", "ledger", "--json")).stdout) as readonly { readonly kind: string }[];
	expect(ledger.filter(({ kind }) => kind !== "opening")).toEqual([]);
}, 60_000);

test("the backup host is called when the first one is dead", async () => {
	const before = await ledgerLength();
	const dead = ["--host", "127.0.0.1:1", "--backup-host", here];
	const sale = await kassa("sale", "--amount", "2", ...dead, ...trusting());
	expect(sale.stdout).toMatch(/^host +primary line: cannot reach the bank: nobody listens at 127\.0\.0\.1:1$/m);
	expect(sale.stdout).toMatch(/^APPROVED /m);
	expect(await ledgerLength()).toBe(before + 2);
}, 60_000);

test("a host of another root is not believed, and nothing is sent to it", async () => {
	const before = await ledgerLength();
	const certificate = ["--host-cert", at("terminal.pem")];
	const echo = await kassa("echo", "--host", here, ...certificate);
	expect(echo.status).toBe(2);
	expect(echo.stdout).toContain(
		`cannot reach the bank: the certificate of ${here} is not of the root that the terminal believes`,
	);
	const sale = await kassa("sale", "--amount", "3", "--host", here, ...certificate);
	expect(sale.stdout).toMatch(/^DECLINED /m);
	expect(await ledgerLength()).toBe(before);
}, 60_000);

test("a host that does not take the terminal's certificate: the sentence says what it may be", async () => {
	const echo = await kassa("echo", "--host", here, "--host-root", at("root.pem"));
	expect(echo.status).toBe(2);
	expect(echo.stdout).toContain(`${here} broke the handshake off: it may not take the terminal's certificate`);
}, 60_000);

test("a certificate of another key is not used", async () => {
	const other = await kassa("echo", "--host", here, "--host-root", at("root.pem"), "--host-cert", at("panel.pem"));
	expect(other.status).toBe(2);
	expect(other.stdout).toContain(
		`${at("panel.pem")} is not for this terminal's key: have the request of \`kassa keys tls request\` certified`,
	);
}, 60_000);

test("of a file with several roots the first one is trusted, and no other", async () => {
	const keys = await webcrypto.subtle.generateKey({ name: "ECDSA", namedCurve: "P-256" }, false, ["sign", "verify"]);
	const other = await X509CertificateGenerator.createSelfSigned({
		...{ name: "CN=Another root", keys, extensions: [new BasicConstraintsExtension(true)] },
	});
	const roots = [other.toString("pem"), pki.rootPem];
	const options = ["--host", here, "--host-cert", at("terminal.pem"), "--host-root"];
	writeFileSync(at("roots.pem"), roots.join("\n"));
	const told = await kassa("echo", ...options, at("roots.pem"));
	expect(told.status).toBe(2);
	expect(told.stdout).toContain("is not of the root that the terminal believes");
	writeFileSync(at("roots.pem"), roots.reverse().join("\n"));
	expect((await kassa("echo", ...options, at("roots.pem"))).status).toBe(0);
});

test.each<[string, readonly string[], RegExp]>([
	[
		"no port",
		["--host", "127.0.0.1"],
		/'--host <host:port>' argument '127\.0\.0\.1' is invalid\. give it as HOST:PORT/,
	],
	["no such port", ["--host", "pay.example:70000"], /give it as HOST:PORT/],
	["a backup that is none", ["--host", "a:1", "--backup-host", "nowhere"], /give it as HOST:PORT/],
	[
		"a root that is not there",
		["--host", "a:1", "--host-root", "/nowhere/root.pem"],
		/^kassa: cannot read \/nowhere\/root\.pem: name a file with a certificate in PEM\n$/,
	],
	[
		"a root that is a key",
		["--host", "a:1", "--host-root", at("host.key.pem")],
		/^kassa: .*host\.key\.pem holds no certificate in PEM: [^\n]*\n$/,
	],
	[
		"a root that is none",
		["--host", "a:1", "--host-root", at("terminal.pem")],
		/^kassa: the certificate in .*terminal\.pem is no root: give --host-root the one that signs [^\n]*\n$/,
	],
	["a root without a host", ["--host-root", at("root.pem")], /^kassa: --host-root needs --host HOST:PORT beside it\n$/],
])(
	"%s: one sentence, exit 1",
	async (_, options, sentence) => {
		const echo = await kassa("echo", ...options);
		expect(echo.status).toBe(1);
		expect(echo.stderr).toMatch(sentence);
	},
	60_000,
);

test("host.json in the state folder names the host for every command; what is wrong in it is said", async () => {
	const kept = { host: "127.0.0.1:1", backupHost: here, hostRoot: "../root.pem", hostCert: "../terminal.pem" };
	writeFileSync(HOST_JSON, JSON.stringify(kept));
	const echo = await kassa("echo");
	expect(echo.stdout, echo.stderr).toMatch(/^DONE /m);
	for (const [wrong, sentence] of [
		[{ ...kept, host: "nowhere" }, "host.host is HOST:PORT, e.g. pay.example.com:8583"],
		[{ ...kept, root: "root.pem" }, "host.root is not a known field"],
		[{ backupHost: here }, "host.host"],
	] as const) {
		writeFileSync(HOST_JSON, JSON.stringify(wrong));
		const told = await kassa("echo");
		expect(told.status).toBe(1);
		expect(told.stderr).toContain(`${HOST_JSON}: ${sentence}`);
	}
}, 60_000);

test("a terminal that runs from its slots calls that host, too: no test bank is started, and nothing is left behind", async () => {
	const options = { host: here, hostRoot: "../root.pem", hostCert: "../terminal.pem" };
	writeFileSync(HOST_JSON, JSON.stringify(options));
	const own = state.readJson("bank/config.json") as object;
	state.writeJson("bank/config.json", { ...own, tls: {} }); // no test bank can start
	const run = () =>
		spawn(process.execPath, ["sim/launch/run.mjs", "kassa", "update", "run", "--state", state.path], { cwd: ROOT });
	const started = run();
	const ended = new Promise(resolve => started.once("close", resolve));
	let told = "";
	for (const stream of [started.stdout, started.stderr])
		stream.on("data", (bytes: Buffer) => {
			told += bytes.toString();
		});
	try {
		await eventually(() => /runs from slot a/.test(told) || started.exitCode !== null, 60_000);
		expect(told).toMatch(/^version [0-9.]+ runs from slot a$/m);
		const check = await kassa("manage", "self-check", "--terminal", "commandLine", "--wait", "30");
		expect(check.stdout, told).toMatch(/^\+ Line to the bank: the bank answers$/m);
	} finally {
		started.kill("SIGINT");
		state.writeJson("bank/config.json", own);
	}
	expect(await ended, told).toBe(0);
	expect(state.has("management/running.json")).toBe(false);
	const kept = await useTerminalKeys(state, "commandLine", (slots, storage) =>
		new SealedFile<{ engine?: Uint8Array }>({ storage, seal: new Seal(slots, systemRandom) }, "monitor").read(),
	);
	expect(kept).toMatchObject({ engine: expect.any(Uint8Array) }); // it has watched
}, 120_000);

test("a terminal whose boot record is damaged does not start, and leaves neither bank nor management service behind", () => {
	const intact = readFileSync(state.at("firmware/commandLine/boot"));
	writeFileSync(state.at("firmware/commandLine/boot"), "{");
	const args = ["sim/launch/run.mjs", "kassa", "update", "run", "--state", state.path];
	const { status, stderr } = spawnSync(process.execPath, args, {
		...{ cwd: ROOT, encoding: "utf8", timeout: 20_000, killSignal: "SIGKILL" },
	});
	writeFileSync(state.at("firmware/commandLine/boot"), intact);
	expect({ status, stderr }).toMatchObject({ status: 1, stderr: expect.stringContaining("JSON") });
	expect(state.has("management/running.json")).toBe(false);
}, 60_000);

test("the terminal is bound at the host's own desk, with a code of its bank", async () => {
	const there = ["--host", here, ...trusting(), "--desk", `127.0.0.1:${bank.deskPort}`];
	expect((await kassa("unbind", ...there)).stdout).toMatch(/^UNBOUND /m);
	const withoutCode = await kassa("bind", ...there);
	expect(withoutCode.status).toBe(1);
	expect(withoutCode.stderr).toMatch(/^kassa: the host's bank gives the activation code: say it with --code DIGITS\n$/);
	const { activationCode } = await bank.ask({ activationCode: "KASSA002" });
	const bound = await kassa("bind", ...there, "--code", activationCode as string);
	expect(bound.stdout, bound.stderr).toMatch(/^BOUND /m);
	const sale = await kassa("sale", "--amount", "4", "--host", here, ...trusting());
	expect(sale.stdout).toMatch(/^APPROVED /m);
}, 120_000);

test("npm start calls the host that is named: no test bank, and the panel has no switches for one", async () => {
	const options = ["--host", here, "--host-root", at("root.pem"), "--host-cert", at("panel.pem"), ...REGISTER];
	const started = spawn(process.execPath, ["--import", "tsx", "sim/main.ts", "--state", state.path, ...options], {
		cwd: ROOT,
	});
	const ended = new Promise(resolve => started.once("close", resolve));
	try {
		const output = await new Promise<string>(resolve => {
			let text = "";
			const read = (bytes: Buffer) => {
				text += bytes.toString();
				if (/Ctrl-C/.test(text)) resolve(text);
			};
			started.stdout.on("data", read);
			started.stderr.on("data", read);
			void ended.then(() => resolve(text));
		});
		expect(output).toMatch(new RegExp(`^ +host: ${here} \\(TLS\\)$`, "m"));
		expect(output).not.toContain("test bank:");
		expect(state.has("bank/running.json")).toBe(false);
	} finally {
		started.kill("SIGINT");
	}
	expect(await ended).toBe(0);
}, 60_000);
