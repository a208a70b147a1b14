import { execFileSync } from "node:child_process";
import { createPrivateKey, createPublicKey, createVerify, X509Certificate } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createServer, connect as tlsConnect } from "node:tls";
import { afterAll, beforeAll, expect, test } from "vitest";
import { nodeCrypto } from "../../sim/world/nodeCrypto.js";
import { SeededRandom } from "../../sim/world/seededRandom.js";
import { asciiBytes } from "../../src/bytes/bytes.js";
import { decodeCbor } from "../../src/bytes/cbor.js";
import { formatHex, parseHex } from "../../src/bytes/hex.js";
import { sealBox } from "../../src/crypto/sealedBox.js";
import { KeyError } from "../../src/keys/keyError.js";
import { openSignedRecord } from "../../src/keys/signedRecord.js";
import { TerminalIdentity } from "../../src/keys/terminalIdentity.js";
import { openSlots, tdesKey } from "./testKeys.js";

const FACTS = { serial: "KASSA001", firmwareVersion: "0.1.0" };

const identityOf = (slots: ReturnType<typeof openSlots>["slots"], seed = 3) =>
	new TerminalIdentity(slots, { crypto: nodeCrypto, random: new SeededRandom(seed) });

test("the key pairs are made once, and stay after a restart", () => {
	const { slots, storage } = openSlots();
	const { publicKeys } = identityOf(slots);
	storage.restart();
	expect(identityOf(openSlots(storage).slots, 99).publicKeys).toEqual(publicKeys);
	expect(identityOf(openSlots().slots, 98).publicKeys).not.toEqual(publicKeys);
});

test("what is sealed to the terminal only it opens", () => {
	const identity = identityOf(openSlots().slots);
	const other = identityOf(openSlots().slots, 4);
	const box = sealBox(new SeededRandom(8), asciiBytes("hello"), identity.publicKeys.agreement);
	expect(identity.openSealed(box)).toEqual(asciiBytes("hello"));
	expect(other.openSealed(box)).toBeUndefined();
	expect(identity.openSealed(box.map((byte, i) => (i === 40 ? byte ^ 1 : byte)))).toBeUndefined();
	expect(identity.openSealed(new Uint8Array(3))).toBeUndefined();
});

test("an attestation tells what the terminal is and which keys it has, and holds for this terminal alone", () => {
	const { slots } = openSlots();
	const identity = identityOf(slots);
	slots.load({ pin: tdesKey("P0", "E", parseHex("0123456789ABCDEFFEDCBA9876543210")) });
	slots.countBoot();
	slots.countBoot();
	const record = identity.attest(FACTS);
	const { signing, agreement } = identity.publicKeys;
	const payload = openSignedRecord(nodeCrypto, "attestation 1", record, signing)!;
	const told = decodeCbor(payload) as { keys: Record<string, string> };
	expect(told).toMatchObject({ ...FACTS, signingKey: signing, agreementKey: agreement, boots: 2 });
	expect(told.keys.pin).toBe("08D7B4");
	expect(Object.keys(told.keys).sort()).toEqual(["agreement", "pin", "signing"]);
	expect(openSignedRecord(nodeCrypto, "key loading 1", record, signing)).toBeUndefined();
	expect(openSignedRecord(nodeCrypto, "attestation 1", record, agreement)).toBeUndefined();
	for (let at = 0; at < record.length; at += 7) {
		const changed = record.map((byte, i) => (i === at ? byte ^ 1 : byte));
		expect(openSignedRecord(nodeCrypto, "attestation 1", changed, signing)).toBeUndefined();
	}
});

test("after a zeroisation there is nothing to attest with, and a new identity tells of it", () => {
	const { slots } = openSlots();
	const identity = identityOf(slots);
	slots.zeroise({ cause: "mesh", at: 1_795_000_000_000 });
	expect(() => identity.attest(FACTS)).toThrow(KeyError);
	slots.renew();
	const again = identityOf(slots, 7);
	expect(again.publicKeys).not.toEqual(identity.publicKeys);
	const payload = openSignedRecord(nodeCrypto, "attestation 1", again.attest(FACTS), again.publicKeys.signing)!;
	expect(decodeCbor(payload)).toMatchObject({ zeroised: { cause: "mesh", at: 1_795_000_000_000 } });
});

let folder = "";

beforeAll(() => {
	folder = mkdtempSync(join(tmpdir(), "kassa-tls-"));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

// OpenSSL is the bank's certification authority here: it reads the request, certifies it, and the terminal logs on with it.
test("the bank certifies the TLS key from its request, and takes the terminal by that certificate", {
	timeout: 120_000,
}, async () => {
	const { slots } = openSlots();
	const identity = identityOf(slots);
	expect(() => identity.certificateRequest({ commonName: "x", serialNumber: "x", organisation: "x" })).toThrow(
		KeyError,
	);
	identity.ensureTlsKey();
	const generation = slots.generation("tls");
	identity.ensureTlsKey();
	expect(slots.generation("tls")).toBe(generation);
	const subject = { commonName: "10000001", serialNumber: "KASSA001", organisation: "Kassa test" };
	writeFileSync(join(folder, "request.der"), identity.certificateRequest(subject));
	const openssl = (...args: string[]) =>
		execFileSync("openssl", args, { cwd: folder, encoding: "utf8", stdio: "pipe" });
	const read = openssl("req", "-inform", "DER", "-in", "request.der", "-verify", "-noout", "-subject", "-pubkey");
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
	const pem = openssl("x509", "-in", "terminal.pem");
	const ca = openssl("x509", "-in", "ca.pem");
	const caKey = openssl("pkey", "-in", "ca.key");

	// The key as the SDK's PKCS8 parser wants it: RSA in PKCS #8, DER.
	const key = identity.withTlsKey(pkcs8 => createPrivateKey({ key: Buffer.from(pkcs8), format: "der", type: "pkcs8" }));
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

test("a request that was changed does not verify", { timeout: 60_000 }, () => {
	const { slots } = openSlots();
	const identity = identityOf(slots, 12);
	identity.ensureTlsKey();
	const request = identity.certificateRequest({ commonName: "10000001", serialNumber: "1", organisation: "K" });
	const publicKey = identity.withTlsKey(pkcs8 =>
		createPublicKey(createPrivateKey({ key: Buffer.from(pkcs8), format: "der", type: "pkcs8" })),
	);
	// CertificationRequestInfo: from the byte after the outer header, as long as its own header says.
	const length = 4 + request[6]! * 256 + request[7]!;
	const information = request.subarray(4, 4 + length);
	const verify = (bytes: Uint8Array) => createVerify("SHA256").update(bytes).verify(publicKey, request.subarray(-256));
	expect(verify(information)).toBe(true);
	expect(verify(information.map((byte, i) => (i === 20 ? byte ^ 1 : byte)))).toBe(false);
	expect(formatHex(request.slice(0, 2))).toBe("3082");
});
