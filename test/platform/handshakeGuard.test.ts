import { type AddressInfo, connect, createServer } from "node:net";
import { createServer as createTlsServer, connect as tlsConnect } from "node:tls";
import { beforeAll, describe, expect, test } from "vitest";
import { makeTestPki, type PemPair, type TestPki } from "../../sim/world/pki.js";
import { HandshakeGuard } from "../../src/platform/handshakeGuard.js";
import { clientPair } from "../sim/bank/clientPair.js";

const SUITES = ["ECDHE-ECDSA-AES128-GCM-SHA256"];
let sent: Uint8Array[] = [];
let pki: TestPki;
let client: PemPair;

/** What a real server sends until the terminal has authenticated itself. */
async function handshake(ciphers: string): Promise<Uint8Array[]> {
	const pieces: Uint8Array[] = [];
	const server = createTlsServer({
		key: pki.bank.keyPem,
		cert: pki.bank.certPem,
		ca: pki.rootPem,
		requestCert: true,
		maxVersion: "TLSv1.2",
		ciphers,
	});
	const port = (each: { address(): unknown }) => (each.address() as AddressInfo).port;
	await new Promise<void>(done => server.listen(0, "127.0.0.1", done));
	const proxy = createServer(client => {
		const upstream = connect(port(server), "127.0.0.1");
		upstream.on("data", bytes => {
			pieces.push(new Uint8Array(bytes as Buffer));
			client.write(bytes);
		});
		client.pipe(upstream);
		for (const socket of [client, upstream]) socket.on("error", () => {});
	});
	await new Promise<void>(done => proxy.listen(0, "127.0.0.1", done));
	await new Promise<void>((done, fail) => {
		const socket = tlsConnect(
			{
				host: "127.0.0.1",
				port: port(proxy),
				servername: "localhost",
				ca: pki.rootPem,
				key: client.keyPem,
				cert: client.certPem,
				ciphers,
			},
			() => {
				socket.destroy();
				done();
			},
		);
		socket.on("error", fail);
	});
	proxy.close();
	server.close();
	return pieces;
}

beforeAll(async () => {
	pki = await makeTestPki();
	client = await clientPair(pki);
	sent = await handshake(SUITES[0]!);
});

function whole(): Uint8Array {
	return Uint8Array.from(sent.flatMap(piece => [...piece]));
}

/** Where the body of ServerKeyExchange (type 12) begins. */
function keyExchangeAt(bytes: Uint8Array): number {
	for (let record = 0; record < bytes.length; record += 5 + bytes[record + 3]! * 256 + bytes[record + 4]!) {
		const end = record + 5 + bytes[record + 3]! * 256 + bytes[record + 4]!;
		for (let at = record + 5; at < end; at += 4 + bytes[at + 2]! * 256 + bytes[at + 3]!)
			if (bytes[at] === 12) return at + 4;
	}
	throw new Error("there is no key exchange");
}

/** Where it names its hash and signature. */
function algorithmsAt(bytes: Uint8Array): number {
	const at = keyExchangeAt(bytes);
	return at + 4 + bytes[at + 3]!;
}

describe("a handshake with a real server", () => {
	test("passes, in whichever pieces it comes", () => {
		new HandshakeGuard().push(whole());
		const guard = new HandshakeGuard();
		for (const byte of whole()) guard.push(Uint8Array.of(byte));
	});

	test("its key exchange is where the test looks: ECDSA over SHA-256", () => {
		const at = algorithmsAt(whole());
		expect([...whole().slice(at, at + 2)]).toEqual([4, 3]);
	});

	test.each([
		[0, 0],
		[0, 3],
		[4, 0],
		[1, 3],
		[2, 3],
		[4, 2],
		[9, 3],
		[4, 9],
	])("is refused when the key exchange names hash %i and signature %i, before its last byte", (hash, signature) => {
		const bytes = whole();
		const at = algorithmsAt(bytes);
		bytes.set([hash, signature], at);
		expect(() => new HandshakeGuard().push(bytes)).toThrow("the bank's key exchange is not signed");
		const guard = new HandshakeGuard();
		expect(() => {
			for (const byte of bytes.subarray(0, at + 200)) guard.push(Uint8Array.of(byte));
		}).toThrow("not signed");
	});

	test("is refused when the signature is empty, or the key exchange none with a named curve", () => {
		const at = algorithmsAt(whole());
		const empty = whole();
		empty.set([0, 0], at + 2);
		expect(() => new HandshakeGuard().push(empty)).toThrow("not signed");
		const explicit = whole();
		explicit[keyExchangeAt(explicit)] = 1;
		expect(() => new HandshakeGuard().push(explicit)).toThrow("none with ECDHE");
	});

	test("is refused when a key exchange comes with a suite that has none", () => {
		const bytes = whole();
		const suite = 5 + 4 + 34 + 1 + bytes[5 + 4 + 34]!;
		expect(bytes[suite]).toBe(0xc0);
		bytes[suite] = 0x00;
		expect(() => new HandshakeGuard().push(bytes)).toThrow("none with ECDHE");
	});

	test("what comes after the change of cipher is not looked at, what comes without end is refused", () => {
		const guard = new HandshakeGuard();
		guard.push(whole());
		guard.push(Uint8Array.of(20, 3, 3, 0, 1, 1));
		guard.push(new Uint8Array(0x20000).fill(12));
		expect(() => new HandshakeGuard().push(new Uint8Array(0x20000).fill(22))).toThrow("too long");
	});
});
