import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { connect } from "node:tls";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Fault } from "../../../sim/bank/fault.js";
import { checkScriptOrder, type ScriptOrder } from "../../../sim/bank/issuerScript.js";
import { type RunningBank, startBank } from "../../../sim/bank/startBank.js";
import { makeTestPki, type TestPki } from "../../../sim/world/pki.js";
import { systemClock, systemRandom } from "../../../sim/world/system.js";
import { type TlsHostOptions, tlsHostSocket } from "../../../sim/world/tlsHostSocket.js";
import { HostLink } from "../../../src/host/hostLink.js";
import { decodeIccData } from "../../../src/host/iccData.js";
import { unionPay } from "../../../src/host/profiles/unionPay.js";
import { encodeRequest, type HostReply, request } from "../../../src/host/request.js";
import { reversalOf, reverse } from "../../../src/host/reverse.js";
import type { HostSocket } from "../../../src/ports.js";
import { IMK_HEX, keys, MAK_HEX, MERCHANT, OPENINGS, PIK_HEX, SCRIPT_KEYS_HEX, sale, terminal } from "./bankWorld.js";

let folder: string;
let pki: TestPki;
let stranger: TestPki;
let bank: RunningBank;
const bankLog: string[] = [];

beforeAll(async () => {
	folder = mkdtempSync(join(tmpdir(), "kassa-bank-"));
	[pki, stranger] = [await makeTestPki(), await makeTestPki()];
	writeFileSync(join(folder, "bank.key"), pki.bank.keyPem);
	writeFileSync(join(folder, "bank.pem"), pki.bank.certPem);
	writeFileSync(join(folder, "root.pem"), pki.rootPem);
	bank = await startBank(config({}), { onEvent: event => bankLog.push(JSON.stringify(event)) });
});

afterAll(async () => {
	await bank.stop();
	rmSync(folder, { recursive: true });
});

function config(change: object, name = "bank.json"): string {
	const path = join(folder, name);
	const whole = {
		host: "127.0.0.1",
		port: 0,
		tls: { key: "bank.key", cert: "bank.pem", ca: "root.pem" },
		keys: { pik: PIK_HEX, mak: MAK_HEX },
		issuerMasterKeyAc: IMK_HEX,
		secureMessagingMasterKeys: SCRIPT_KEYS_HEX,
		ledger: "ledger.sqlite",
		merchants: [MERCHANT],
		accounts: OPENINGS,
		...change,
	};
	writeFileSync(path, JSON.stringify(whole));
	return path;
}

function socket(change: Partial<TlsHostOptions> = {}): HostSocket {
	const { keyPem: key, certPem: cert } = pki.terminal;
	return tlsHostSocket({ host: "127.0.0.1", port: bank.port, ca: pki.rootPem, key, cert, ...change });
}

function link(primary: HostSocket = socket()): HostLink {
	return new HostLink(unionPay, { primary, clock: systemClock, random: systemRandom, log: { line: () => {} } });
}

const pay = (stan: number, timeoutMs = 5_000, change: Partial<TlsHostOptions> = {}): Promise<HostReply> =>
	request(link(socket(change)), terminal, "sale", sale(stan, { amountMinor: 10 }), keys, timeoutMs);
const takeBack = (stan: number) =>
	reverse(
		link(),
		terminal,
		reversalOf(unionPay, "sale", sale(stan, { amountMinor: 10 }), new Uint8Array(0)),
		"noResponse",
		keys,
		5_000,
	);
const paid = async () => {
	const rows = await bank.ledger();
	expect(rows.reduce((sum, row) => sum + row.amountMinor, 0)).toBe(0);
	return rows.filter(row => row.account === MERCHANT.merchantId).reduce((sum, row) => sum + row.amountMinor, 0);
};

test("a sale over TLS 1.2 with the suite that a board has", async () => {
	expect(await pay(1)).toMatchObject({ kind: "answered", responseCode: "00" });
	expect(await paid()).toBe(10);
	expect(await takeBack(1)).toBe("acknowledged");
	expect(await paid()).toBe(0);
	const { keyPem: key, certPem: cert } = pki.terminal;
	const cipher = await new Promise<string>((resolve, reject) => {
		const options = { host: "127.0.0.1", port: bank.port, ca: pki.rootPem, key, cert, maxVersion: "TLSv1.2" } as const;
		const socket = connect(options, () => {
			resolve(socket.getCipher().name);
			socket.destroy();
		});
		socket.on("error", reject);
	});
	expect(cipher).toBe("ECDHE-ECDSA-AES128-GCM-SHA256");
});

test("nobody is let in without a certificate of the bank's root, and no other bank is believed", async () => {
	const { keyPem: key, certPem: cert } = stranger.terminal;
	const bare = tlsHostSocket({ host: "127.0.0.1", port: bank.port, ca: pki.rootPem });
	expect(await request(link(bare), terminal, "sale", sale(90), keys, 5_000)).toMatchObject({
		kind: "notSent",
	});
	expect(await pay(90, 5_000, { key, cert })).toMatchObject({ kind: "notSent" });
	const wrongRoot = await pay(90, 5_000, { ca: stranger.rootPem });
	expect(wrongRoot).toMatchObject({ kind: "notSent" });
	expect(wrongRoot).toMatchObject({
		reason: expect.stringMatching(/^cannot reach the bank: .*(certificate|signature)/),
	});
	expect(bankLog.filter(line => line.startsWith('{"refused"')).length).toBeGreaterThanOrEqual(2);
	expect(bankLog.join()).not.toContain('11 stan="000090"');
});

test("no bank: nothing sent", async () => {
	expect(await pay(91, 2_000, { port: 1 })).toMatchObject({ kind: "notSent" });
});

test.each<[Fault, string]>([
	["noReply", "timeout"],
	["wrongMac", "wrongMac"],
	["wrongAmount", "wrongAmount"],
	["wrongStan", "wrongStan"],
	["garbled", "garbled"],
	["closeAfterRequest", "closed"],
])("%s: the money was booked, the terminal owes a reversal, the reversal heals it", async (fault, reason) => {
	const stan = 10 + ["noReply", "wrongMac", "wrongAmount", "wrongStan", "garbled", "closeAfterRequest"].indexOf(fault);
	await bank.fault(fault);
	expect(await pay(stan, 700)).toEqual({ kind: "noValidReply", reason });
	expect(await paid()).toBe(10);
	expect(await takeBack(stan)).toBe("acknowledged");
	expect(await paid()).toBe(0);
});

test("a late answer comes in front of the reversal's and is not taken for it", async () => {
	await bank.fault("lateReply");
	expect(await pay(30, 700)).toEqual({ kind: "noValidReply", reason: "timeout" });
	expect(await takeBack(30)).toBe("acknowledged");
	expect(await paid()).toBe(0);
});

test("a request in pieces is understood, rubbish is not answered", async () => {
	const connection = await socket().connect(2_000);
	const frame = encodeRequest(unionPay, terminal, "sale", sale(40, { amountMinor: 10 }), keys);
	for (const byte of frame) await connection.send(Uint8Array.of(byte));
	expect((await connection.receive(2_000))!.length).toBeGreaterThan(50);
	await connection.send(Uint8Array.of(0xff, 0xff, 0xff));
	expect(await connection.receive(2_000)).toEqual(new Uint8Array(0));
	connection.close();
	expect(await takeBack(40)).toBe("acknowledged");
});

test("a script that was ordered comes with the next answer", async () => {
	const order = checkScriptOrder({ template: "72", commands: [{ command: "PIN UNBLOCK" }] });
	await bank.script(order);
	const answered = async (stan: number) => {
		const reply = await pay(stan);
		return reply.kind === "answered" ? [...decodeIccData(reply.iccData ?? new Uint8Array(0)).keys()] : [];
	};
	expect(await answered(50)).toEqual(["91", "72"]);
	expect(await answered(51)).toEqual(["91"]);
	for (const stan of [50, 51]) expect(await takeBack(stan)).toBe("acknowledged");
	const wrong = { ...order, template: "73" } as unknown as ScriptOrder;
	await expect(bank.script(wrong)).rejects.toThrow(/^script.template must be one of 71, 72$/);
});

test("its log shows no card data", () => {
	const log = bankLog.join("\n");
	expect(log).toContain("622202******0007");
	expect(log).not.toContain("6222021234560007");
	expect(log).not.toMatch(/35 track2=[^[]|52 pinData=[^[]/);
});

test("what keeps it from starting is said in one sentence", async () => {
	const busy = createServer().listen(0, "127.0.0.1");
	await new Promise(done => busy.once("listening", done));
	const { port } = busy.address() as { port: number };
	const other = { ledger: "other.sqlite" };
	await expect(startBank(config({ ...other, port }, "busy.json"))).rejects.toThrow(
		`test bank: cannot listen on 127.0.0.1:${port}: the port is in use`,
	);
	busy.close();
	await expect(startBank(config({ ledger: "missing/ledger.sqlite" }, "ledger.json"))).rejects.toThrow(
		/^test bank: cannot write the ledger .*missing\/ledger.sqlite: /,
	);
	await expect(startBank(config({ ...other, keys: { pik: "00", mak: MAK_HEX } }, "key.json"))).rejects.toThrow(
		/^test bank: .*key.json: bank.keys.pik must be 16 bytes in hexadecimal$/,
	);
	const halfKeys = { integrity: SCRIPT_KEYS_HEX.integrity };
	await expect(startBank(config({ ...other, secureMessagingMasterKeys: halfKeys }, "script.json"))).rejects.toThrow(
		/^test bank: .*script.json: bank.secureMessagingMasterKeys.confidentiality must be 16 bytes in hexadecimal$/,
	);
	await expect(startBank(join(folder, "none.json"))).rejects.toThrow(/^test bank: .*none.json/);
});
