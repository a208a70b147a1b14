import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { connect } from "node:tls";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Fault } from "../../../sim/bank/fault.js";
import { checkScriptOrder, type ScriptOrder } from "../../../sim/bank/issuerScript.js";
import { type RunningBank, startBank } from "../../../sim/bank/startBank.js";
import { makeTestPki, type PemPair, type TestPki } from "../../../sim/world/pki.js";
import { systemClock, systemRandom } from "../../../sim/world/system.js";
import { type TlsHostOptions, tlsHostSocket } from "../../../sim/world/tlsHostSocket.js";
import { HostLink } from "../../../src/host/hostLink.js";
import { decodeIccData } from "../../../src/host/iccData.js";
import { unionPay } from "../../../src/host/profiles/unionPay.js";
import { encodeRequest, type HostReply, request } from "../../../src/host/request.js";
import { reversalOf, reverse } from "../../../src/host/reverse.js";
import type { HostSocket } from "../../../src/ports.js";
import { IMK_HEX, keys, MAK_HEX, MERCHANT, OPENINGS, PIK_HEX, SCRIPT_KEYS_HEX, sale, terminal } from "./bankWorld.js";
import { clientPair } from "./clientPair.js";

let folder: string;
let pki: TestPki;
let stranger: TestPki;
let client: PemPair;
let bank: RunningBank;
const bankLog: string[] = [];

beforeAll(async () => {
	folder = mkdtempSync(join(tmpdir(), "kassa-bank-"));
	[pki, stranger] = [await makeTestPki(), await makeTestPki()];
	client = await clientPair(pki);
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
	const { keyPem: key, certPem: cert } = client;
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
	const { keyPem: key, certPem: cert } = client;
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
	const { keyPem: key, certPem: cert } = await clientPair(stranger);
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

test.each<Fault>(["slow", "halfFrame", "duplicate"])("%s: no harm to the money", async fault => {
	const stan = 20 + ["slow", "halfFrame", "duplicate"].indexOf(fault);
	await bank.ask({ fault, delayMs: 5_000, terminal: "TERM0001" });
	const reply = await pay(stan, 700);
	if (fault === "duplicate") expect(reply).toMatchObject({ kind: "answered", responseCode: "00" });
	else expect(reply).toMatchObject({ kind: "noValidReply" });
	expect(await takeBack(stan)).toBe("acknowledged");
	expect(await paid()).toBe(0);
});

test.each<Fault>(["resetInHandshake", "handshakeFailure", "wrongCertificate"])(
	"%s: nothing is sent, and the next connection is fine",
	async fault => {
		const stan = 60 + ["resetInHandshake", "handshakeFailure", "wrongCertificate"].indexOf(fault);
		await bank.ask({ fault, untilCleared: true });
		expect(await pay(stan, 3_000)).toMatchObject({ kind: "notSent" });
		await bank.ask({ faults: "clear" });
		expect(await paid()).toBe(0);
		expect(await pay(stan)).toMatchObject({ kind: "answered", responseCode: "00" });
		expect(await takeBack(stan)).toBe("acknowledged");
	},
);

test("the bank restarts: connections break, the books stay", async () => {
	expect(await pay(70)).toMatchObject({ kind: "answered", responseCode: "00" });
	expect(await bank.ask({ restart: 10 })).toMatchObject({ restarted: true });
	expect(await paid()).toBe(10);
	expect(await takeBack(70)).toBe("acknowledged");
	expect(await paid()).toBe(0);
});

test("answers by name, for one card; cents mean something only while the bank says so", async () => {
	const codeOf = async (stan: number, amountMinor = 10) => {
		const reply = await request(link(), terminal, "sale", sale(stan, { amountMinor }), keys, 5_000);
		return reply.kind === "answered" ? reply.responseCode : reply.kind;
	};
	expect(await bank.ask({ scenario: "insufficient funds", pan: "6222021234560015" })).toMatchObject({
		responseCode: "51",
	});
	expect(await bank.ask({ scenario: "PIN tries exceeded", pan: sale(1).pan! })).toMatchObject({ responseCode: "75" });
	expect(await codeOf(80)).toBe("75");
	expect(await codeOf(81)).toBe("00");
	expect(await bank.ask({ scenarios: "clear" })).toMatchObject({ scenarios: [], magicAmounts: false });
	expect(await codeOf(82, 105)).toBe("00");
	await bank.ask({ magicAmounts: true });
	expect(await codeOf(83, 105)).toBe("05");
	expect(bankLog.filter(line => line.includes('"magicAmounts":true')).length).toBeGreaterThan(0);
	await bank.ask({ magicAmounts: false });
	for (const stan of [80, 81, 82, 83])
		await reverse(
			link(),
			terminal,
			reversalOf(unionPay, "sale", sale(stan, { amountMinor: stan > 81 ? 105 : 10 }), new Uint8Array(0)),
			"noResponse",
			keys,
			5_000,
		);
	expect(await paid()).toBe(0);
});

test.each<[object, string]>([
	[{ fault: "none" }, "control.fault must be one of slow, noReply"],
	[{ fault: "slow", count: 0 }, "control.count must be an integer from 1 to 1000000"],
	[{ fault: "slow", many: 3 }, "control.many is not a known field"],
	[{ scenario: "rich" }, "control.scenario must be one of refer to card issuer"],
	[{ random: { seed: 0, percent: 5 } }, "control.random.seed must be an integer from 1"],
	[{ faults: "drop" }, "control.faults must be one of list, clear"],
	[{ tea: true }, "a control line has one of ledger, accounts"],
])("a wrong control line is answered with a sentence: %j", async (line, sentence) => {
	await expect(bank.ask(line)).rejects.toThrow(sentence);
});

test("a late answer comes in front of the reversal's and is not taken for it", async () => {
	await bank.fault("lateReply");
	expect(await pay(93, 700)).toEqual({ kind: "noValidReply", reason: "timeout" });
	expect(await takeBack(93)).toBe("acknowledged");
	expect(await paid()).toBe(0);
});

test("a request in pieces is understood, rubbish is not answered", async () => {
	const connection = await socket().connect(2_000);
	const frame = encodeRequest(unionPay, terminal, "sale", sale(94, { amountMinor: 10 }), keys);
	for (const byte of frame) await connection.send(Uint8Array.of(byte));
	expect((await connection.receive(2_000))!.length).toBeGreaterThan(50);
	await connection.send(Uint8Array.of(0xff, 0xff, 0xff));
	expect(await connection.receive(2_000)).toEqual(new Uint8Array(0));
	connection.close();
	expect(await takeBack(94)).toBe("acknowledged");
});

test("a script that was ordered comes with the next answer", async () => {
	const order = checkScriptOrder({ template: "72", commands: [{ command: "PIN UNBLOCK" }] });
	await bank.script(order);
	const answered = async (stan: number) => {
		const reply = await pay(stan);
		return reply.kind === "answered" ? [...decodeIccData(reply.iccData ?? new Uint8Array(0)).keys()] : [];
	};
	expect(await answered(95)).toEqual(["91", "72"]);
	expect(await answered(96)).toEqual(["91"]);
	for (const stan of [95, 96]) expect(await takeBack(stan)).toBe("acknowledged");
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
