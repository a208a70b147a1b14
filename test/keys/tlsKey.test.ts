import { execFileSync } from "node:child_process";
import { createPrivateKey, createPublicKey, createVerify, X509Certificate } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createServer, connect as tlsConnect } from "node:tls";
import { afterAll, beforeAll, expect, test } from "vitest";
import { nodeCrypto } from "../../sim/world/nodeCrypto.js";
import { SeededRandom } from "../../sim/world/seededRandom.js";
import { formatHex } from "../../src/bytes/hex.js";
import { KeyError } from "../../src/keys/keyError.js";
import { decodeTlsCertificate } from "../../src/keys/tlsCertificate.js";
import { TlsKey } from "../../src/keys/tlsKey.js";
import { openSlots } from "./testKeys.js";

const SUBJECT = { commonName: "10000001", serialNumber: "KASSA001", organisation: "Kassa test" };
const pause = () => new Promise<void>(resume => void setImmediate(resume));
const tlsKeyOf = (slots: ReturnType<typeof openSlots>["slots"], seed = 3) =>
	new TlsKey(slots, { crypto: nodeCrypto, random: new SeededRandom(seed) });
const privateKey = (pkcs8: Uint8Array) => createPrivateKey({ key: Buffer.from(pkcs8), format: "der", type: "pkcs8" });

/** Made once: two keys, and a certificate of OpenSSL over the first. */
const mine = openSlots();
const tlsKey = tlsKeyOf(mine.slots);
const other = tlsKeyOf(openSlots().slots, 4);
let pem = "";
let der: Uint8Array;
let ca = "";
let caKey = "";
let read = "";

let folder = "";

// OpenSSL is the bank's certification authority here: it reads the request and certifies it.
beforeAll(async () => {
	folder = mkdtempSync(join(tmpdir(), "kassa-tls-"));
	expect(() => tlsKey.request(SUBJECT)).toThrow(KeyError);
	await Promise.all([tlsKey.ensure(pause), tlsKey.ensure(pause), other.ensure(pause)]);
	writeFileSync(join(folder, "request.der"), tlsKey.request(SUBJECT));
	const openssl = (...args: string[]) =>
		execFileSync("openssl", args, { cwd: folder, encoding: "utf8", stdio: "pipe" });
	read = openssl("req", "-inform", "DER", "-in", "request.der", "-verify", "-noout", "-subject", "-pubkey");
	expect(read).toMatch(/subject=O ?= ?Kassa test, serialNumber ?= ?KASSA001, CN ?= ?10000001/);
	openssl(
		"req",
		"-x509",
		"-newkey",
		"ec",
		"-pkeyopt",
		"ec_paramgen_curve:P-256",
		"-nodes",
		"-subj",
		"/CN=localhost",
		"-keyout",
		"ca.key",
		"-out",
		"ca.pem",
		"-days",
		"2",
		"-addext",
		"subjectAltName=DNS:localhost",
	);
	openssl(
		"x509",
		"-req",
		"-inform",
		"DER",
		"-in",
		"request.der",
		"-CA",
		"ca.pem",
		"-CAkey",
		"ca.key",
		"-out",
		"terminal.pem",
		"-days",
		"2",
	);
	pem = openssl("x509", "-in", "terminal.pem");
	ca = openssl("x509", "-in", "ca.pem");
	caKey = openssl("pkey", "-in", "ca.key");
	der = new X509Certificate(pem).raw;
}, 120_000);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

// [KEY-STO-08]
test("the key is made once, also when two want it at the same time", async () => {
	const generation = mine.slots.generation("tls");
	await tlsKey.ensure(pause);
	expect([generation, mine.slots.generation("tls")]).toEqual([1, 1]);
	await tlsKeyOf(openSlots(mine.storage).slots, 9).ensure(pause);
	expect(mine.slots.generation("tls")).toBe(1);
});

test("the bank takes the terminal by the certificate over its request", async () => {
	// The key as the SDK's PKCS8 parser wants it: RSA in PKCS #8, DER.
	const key = await tlsKey.logOn(der, async pkcs8 => privateKey(pkcs8));
	expect(key.asymmetricKeyDetails).toEqual({ modulusLength: 2048, publicExponent: 65537n });
	expect(new X509Certificate(pem).checkPrivateKey(key)).toBe(true);
	expect(read).toContain(createPublicKey(key).export({ type: "spki", format: "pem" }));

	const server = createServer({ cert: ca, key: caKey, ca, requestCert: true, rejectUnauthorized: true });
	const seen = new Promise<string>(resolve => {
		server.on("secureConnection", socket => {
			resolve(`${socket.authorized} ${socket.getPeerCertificate().subject.CN}`);
			socket.end();
		});
	});
	await new Promise<void>(done => server.listen(0, "127.0.0.1", done));
	const { port } = server.address() as { port: number };
	const client = tlsConnect({
		host: "127.0.0.1",
		port,
		servername: "localhost",
		ca,
		cert: pem,
		key: key.export({ type: "pkcs8", format: "pem" }) as string,
		maxVersion: "TLSv1.2",
	});
	client.on("error", () => {});
	expect(await seen).toBe("true 10000001");
	client.destroy();
	server.close();
});

test("a request that was changed does not verify", () => {
	const request = tlsKey.request(SUBJECT);
	const publicKey = new X509Certificate(pem).publicKey;
	// CertificationRequestInfo: from the byte after the outer header, as long as its own header says.
	const length = 4 + request[6]! * 256 + request[7]!;
	const information = request.subarray(4, 4 + length);
	const verify = (bytes: Uint8Array) => createVerify("SHA256").update(bytes).verify(publicKey, request.subarray(-256));
	expect(verify(information)).toBe(true);
	expect(verify(information.map((byte, i) => (i === 20 ? byte ^ 1 : byte)))).toBe(false);
	expect(formatHex(request.slice(0, 2))).toBe("3082");
});

test("a certificate over another key, or none at all, does not get the key", async () => {
	expect([tlsKey.isCertifiedBy(der), other.isCertifiedBy(der)]).toEqual([true, false]);
	const never = async () => expect.unreachable();
	await expect(other.logOn(der, never)).rejects.toThrow(
		"the TLS certificate is for another key: have the terminal's request certified",
	);
	for (const broken of [new Uint8Array(0), der.slice(0, 200), Uint8Array.of(0x30, 0x82, 0xff, 0xff, 1), der.slice(4)])
		await expect(tlsKey.logOn(broken, never)).rejects.toThrow(/^the TLS certificate cannot be read: /);
	await expect(tlsKeyOf(openSlots().slots).logOn(der, never)).rejects.toThrow(/^no tls key is loaded: /);
});

test("the certificate says how long it lasts", () => {
	const { notBefore, notAfter } = decodeTlsCertificate(der);
	const { validFrom, validTo } = new X509Certificate(pem);
	expect([notBefore, notAfter]).toEqual([Date.parse(validFrom), Date.parse(validTo)]);
});

// [KEY-STO-08]
test("the key in the clear is wiped when the handshake has ended, well or not, and at once when the keys are erased", async () => {
	let held = new Uint8Array(0);
	const take = async (pkcs8: Uint8Array) => {
		held = pkcs8 as Uint8Array<ArrayBuffer>;
		expect(held.some(byte => byte !== 0)).toBe(true);
	};
	const isWiped = () => held.length > 1000 && held.every(byte => byte === 0);
	await tlsKey.logOn(der, take);
	expect(isWiped()).toBe(true);
	await expect(
		tlsKey.logOn(der, pkcs8 => take(pkcs8).then(() => Promise.reject(new Error("refused")))),
	).rejects.toThrow("refused");
	expect(isWiped()).toBe(true);
	const again = openSlots(mine.storage).slots;
	await tlsKeyOf(again).logOn(der, async pkcs8 => {
		await take(pkcs8);
		again.zeroise({ cause: "mesh", at: 0 });
		expect(isWiped()).toBe(true);
	});
});
