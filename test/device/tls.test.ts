import { execFileSync, spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { type AddressInfo, connect, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createServer as createTlsServer } from "node:tls";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, test } from "vitest";
import { findSdk } from "../../sim/device/build.js";
import { manufacture } from "../../sim/device/manufacture.js";
import { FileStorage } from "../../sim/world/fileStorage.js";
import { makeTestPki } from "../../sim/world/pki.js";
import { StateFolder } from "../../sim/world/stateFolder.js";
import { openTestWorld } from "../../sim/world/testWorld.js";

const MANIFEST = fileURLToPath(new URL("tls/manifest.json", import.meta.url));
const folder = mkdtempSync(join(tmpdir(), "kassa-tls-device-"));
const state = new StateFolder(join(folder, "state"));
/** What the bank saw of each terminal, and the random number in its ClientHello (RFC 5246, 7.4.1.2). */
const seen: string[] = [];
const randoms: string[] = [];
let port = 0;

const portOf = (server: { address(): unknown }) => (server.address() as AddressInfo).port;
const listen = (server: ReturnType<typeof createServer>) =>
	new Promise<void>(done => server.listen(0, "127.0.0.1", done));

beforeAll(async () => {
	await openTestWorld(state, false);
	const [key, cert, ca] = ["bank.key.pem", "bank.pem", "root.pem"].map(name =>
		readFileSync(state.at("tls", name), "utf8"),
	);
	const bank = createTlsServer({ key, cert, ca, requestCert: true, maxVersion: "TLSv1.2" }, socket => {
		seen.push(`${socket.authorized} ${socket.getPeerCertificate().subject?.CN} ${socket.getCipher().name}`);
		socket.on("data", bytes => socket.write(String(bytes) === "ping" ? "pong" : "what?")).on("error", () => {});
	});
	await listen(bank);
	const line = createServer(terminal => {
		const upstream = connect(portOf(bank), "127.0.0.1");
		terminal.once("data", hello => randoms.push(hello.subarray(15, 43).toString("hex"))); // behind the time
		terminal.pipe(upstream).pipe(terminal);
		for (const socket of [terminal, upstream]) socket.on("error", () => {});
	});
	await listen(line);
	port = portOf(line);
	await manufacture(state, { deskPort: undefined, bankPort: port, brokerPort: port });
	writeFileSync(
		join(folder, "config.js"),
		`export default Object.freeze({ files: ${JSON.stringify(`${state.path}/`)}, tls: Object.freeze({ ECDHE_RSA: true }) });`,
	);
	const manifest = join(folder, "manifest.json");
	writeFileSync(manifest, JSON.stringify({ include: MANIFEST, modules: { "mc/config": join(folder, "config") } }));
	const options = { env: findSdk().environment, encoding: "utf8", stdio: "pipe" } as const;
	execFileSync("mcconfig", ["-m", "-p", "x-cli-lin", "-t", "build", "-o", folder, manifest], options);
}, 600_000);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function logOn(): Promise<string> {
	const app = spawn(join(folder, "bin/lin/release/tls"));
	let output = "";
	app.stdout.on("data", bytes => {
		output += bytes;
	});
	return new Promise(done => app.once("close", () => done(output.trim())));
}

test("the SDK's TLS client logs on with the key out of the key store, with other random numbers each time", async () => {
	expect([await logOn(), await logOn()]).toEqual(["pong", "pong"]);
	const terminal = "true KASSA001 ECDHE-ECDSA-AES128-GCM-SHA256";
	expect(seen).toEqual([terminal, terminal]);
	expect(randoms.map(({ length }) => length)).toEqual([56, 56]);
	expect(randoms[0]).not.toBe(randoms[1]);
}, 120_000);

test("a root that did not certify the bank, a certificate for another key: one sentence, and nothing is sent", async () => {
	const storage = new FileStorage(state.at("panel"));
	const before = seen.length;
	const file = (name: string) => storage.read(name, 0, storage.size(name)!);
	const [root, certificate] = [file("root.der"), file("terminal.der")];
	storage.replace("root.der", (await makeTestPki()).rootDer);
	expect(await logOn()).toMatch(/^cannot reach the bank: /);
	storage.replace("root.der", root);
	storage.replace("terminal.der", root);
	expect(await logOn()).toBe(
		"cannot reach the bank: the TLS certificate is for another key: have the terminal's request certified",
	);
	storage.replace("terminal.der", certificate);
	expect(seen.length).toBe(before);
	expect(await logOn()).toBe("pong");
}, 120_000);
