import { createPrivateKey, X509Certificate } from "node:crypto";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from "vitest";
import { type RunningBank, startBank } from "../../../sim/bank/startBank.js";
import { keysCommand } from "../../../sim/cli/keysCommand.js";
import { readConfiguration } from "../../../sim/world/configurationFile.js";
import { EMPTY_READER } from "../../../sim/world/emptyReader.js";
import { FileStorage } from "../../../sim/world/fileStorage.js";
import { MemoryDisplay } from "../../../sim/world/memoryDisplay.js";
import { nodeCrypto } from "../../../sim/world/nodeCrypto.js";
import { certifyTerminal } from "../../../sim/world/pki.js";
import { StateFolder } from "../../../sim/world/stateFolder.js";
import { systemRandom } from "../../../sim/world/system.js";
import { readTerminalFile } from "../../../sim/world/terminalFile.js";
import { startTestTerminal, terminalDeviceKey } from "../../../sim/world/testTerminal.js";
import { openTestWorld } from "../../../sim/world/testWorld.js";
import { formatHex } from "../../../src/bytes/hex.js";
import { KeySlots } from "../../../src/keys/keySlots.js";

const folder = mkdtempSync(join(tmpdir(), "kassa-enrol-"));
const state = new StateFolder(folder);
let bank: RunningBank;
let printed: string[] = [];

beforeAll(async () => {
	await openTestWorld(state, false, undefined, ["commandLine"]);
	bank = await startBank(state.at("bank/config.json"));
}, 60_000);
afterAll(async () => {
	await bank.stop();
	rmSync(folder, { recursive: true, force: true });
});
beforeEach(() => {
	printed = [];
	vi.spyOn(console, "log").mockImplementation(line => void printed.push(String(line)));
});
afterEach(() => void vi.restoreAllMocks());

/** The terminal from its start to its first echo test with the bank. */
async function echo(): Promise<string> {
	const { terminal, release } = startTestTerminal({
		state,
		name: "commandLine",
		bankPort: bank.port,
		configuration: readConfiguration(state, undefined),
		reader: EMPTY_READER,
		display: new MemoryDisplay(),
		log: { line: () => {} },
	});
	try {
		return (await terminal.serve({ service: "echo" })).reason;
	} finally {
		release();
	}
}

async function kassa(...words: string[]): Promise<string> {
	const from = printed.length;
	await keysCommand()
		.exitOverride()
		.parseAsync([...words, "--state", folder], { from: "user" });
	return printed.slice(from).join("\n");
}

const files = (path = folder): string[] =>
	readdirSync(path, { withFileTypes: true }).flatMap(each =>
		each.isDirectory() ? files(join(path, each.name)) : [join(path, each.name)],
	);
const certificate = () => new X509Certificate(readFileSync(join(folder, "commandLine/terminal.der")));

/** The key in the clear, as the key store has it. */
function secrets(): { pkcs8: Buffer; parts: Buffer[] } {
	const storage = new FileStorage(join(folder, "commandLine"));
	const deviceKey = terminalDeviceKey(state, readTerminalFile(state), "commandLine");
	const slots = new KeySlots({ storage, random: systemRandom, crypto: nodeCrypto }, deviceKey);
	const pkcs8 = slots.use("tls", "S0", "S", key => Buffer.from(key));
	const jwk = createPrivateKey({ key: pkcs8, format: "der", type: "pkcs8" }).export({ format: "jwk" });
	const { d, p, q, dp, dq, qi } = jwk as Record<string, string>;
	return { pkcs8, parts: [d, p, q, dp, dq, qi].map(text => Buffer.from(text!, "base64url")) };
}

test("a terminal without a TLS key makes it at its first connection, has it certified, and is let in", async () => {
	expect(await kassa("tls", "show")).toBe("there is no TLS key yet: the first connection makes it");
	expect(await echo()).toBe("the bank answers");
	expect(certificate().subject).toMatch(/CN=KASSA002/);
	expect(certificate().checkIssued(new X509Certificate(readFileSync(state.at("tls/root.pem"))))).toBe(true);
	expect(await kassa("list")).toMatch(/^tls +S0 +[0-9A-F]+ +generation 1$/m);
	expect(await kassa("tls", "show")).toMatch(
		/^RSA 2048, check value [0-9A-F]+, generation 1\ncertified from 20\d\d-\d\d-\d\d to 20\d\d-\d\d-\d\d$/,
	);
});

// [KEY-STO-08]
test("the private key is in no file of the state folder, in no form", () => {
	const { pkcs8, parts } = secrets();
	expect(parts.map(({ length }) => length)).toEqual([256, 128, 128, 128, 128, 128]);
	const names = files();
	expect(names.length).toBeGreaterThan(10);
	// Any 24 bytes of a number, raw, as text in either case of hexadecimal, or as base64 at each of its three offsets.
	const pieces = parts.map(bytes => bytes.subarray(20, 44));
	const forms = pieces.flatMap(piece => [
		piece.toString("latin1"),
		formatHex(piece),
		formatHex(piece).toLowerCase(),
		...[0, 1, 2].map(skip => piece.subarray(skip, skip + 21).toString("base64")),
	]);
	for (const name of names) {
		const content = readFileSync(name, "latin1");
		const unbroken = content.replace(/\n/g, "");
		for (const form of forms) expect(content.includes(form) || unbroken.includes(form), name).toBe(false);
		if (/PRIVATE KEY/.test(content)) expect(name).toMatch(/tls\/(root|bank)\.key\.pem$/);
	}
	// The search finds what it looks for.
	const told = pkcs8.toString("base64").replace(/(.{64})/g, "$1\n");
	expect(forms.some(form => told.replace(/\n/g, "").includes(form))).toBe(true);
});

test("the request can be had for another authority", async () => {
	const out = join(folder, "request.pem");
	expect(await kassa("tls", "request", "-o", out)).toBe(`written ${out}`);
	expect(readFileSync(out, "utf8")).toBe(`${await kassa("tls", "request")}\n`);
	expect(readFileSync(out, "utf8")).toMatch(/^-----BEGIN CERTIFICATE REQUEST-----\n([A-Za-z0-9+/=]{1,64}\n)+-----END/);
	rmSync(out);
});

test("the test root certifies no request that is for another terminal, or was changed", async () => {
	const root = {
		rootPem: readFileSync(state.at("tls/root.pem"), "utf8"),
		rootKeyPem: readFileSync(state.at("tls/root.key.pem"), "utf8"),
	};
	const request = new Uint8Array(readFileSync(join(folder, "commandLine/terminal.csr.der")));
	await expect(certifyTerminal(root, request, "KASSA001")).rejects.toThrow("not for KASSA001");
	const changed = request.map((byte, i) => (i === request.length - 1 ? byte ^ 1 : byte));
	await expect(certifyTerminal(root, changed, "KASSA002")).rejects.toThrow("not signed with its own key");
});

test("renewed: the same key with a later certificate, or a new key; a certificate that is damaged or ends is replaced", async () => {
	const [first, key] = [certificate(), secrets().pkcs8];
	expect(await kassa("tls", "renew")).toMatch(/generation 1\ncertified from/);
	expect(certificate().serialNumber).not.toBe(first.serialNumber);
	expect(secrets().pkcs8).toEqual(key);
	expect(await kassa("tls", "renew", "--new-key")).toMatch(/generation 2\ncertified from/);
	expect(secrets().pkcs8).not.toEqual(key);
	expect(await echo()).toBe("the bank answers");
	writeFileSync(join(folder, "commandLine/terminal.der"), first.raw);
	expect(await kassa("tls", "show")).toMatch(/for another key: renew it$/);
	expect(await echo()).toBe("the bank answers");
	writeFileSync(join(folder, "commandLine/terminal.der"), "no certificate");
	await expect(kassa("tls", "show")).rejects.toThrow(/^the TLS certificate cannot be read: /);
	expect(await echo()).toBe("the bank answers");
	const good = certificate();
	vi.spyOn(Date, "now").mockReturnValue(Date.parse(good.validTo) - 20 * 24 * 3600 * 1000);
	await echo();
	expect(Date.parse(certificate().validTo)).toBeGreaterThan(Date.parse(good.validTo));
});
