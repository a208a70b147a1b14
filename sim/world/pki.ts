import { webcrypto } from "node:crypto";
import type { JsonGeneralName } from "@peculiar/x509";

/** A key and its certificate as Node's TLS takes them. */
export interface PemPair {
	readonly keyPem: string;
	readonly certPem: string;
}

/**
 * A root, a bank that it certified for localhost, and a terminal; "test" stands in every subject. Root and bank have
 * P-256 keys. The terminal's is RSA: the TLS client of the Moddable SDK signs with nothing else.
 */
export interface TestPki {
	readonly rootPem: string;
	readonly rootDer: Uint8Array;
	readonly bank: PemPair;
	/** Also as DER, the form in which a board keeps them. */
	readonly terminal: PemPair & { readonly keyPkcs8Der: Uint8Array; readonly certDer: Uint8Array };
}

const ALGORITHM = { name: "ECDSA", namedCurve: "P-256", hash: "SHA-256" };
const YEAR_MS = 365 * 24 * 3600 * 1000;

/** Makes all keys anew; nothing is shared between two calls. */
export async function makeTestPki(): Promise<TestPki> {
	const x509 = await loadX509();
	x509.cryptoProvider.set(webcrypto as never);
	const rootKeys = await generateKeys();
	const root = await x509.X509CertificateGenerator.createSelfSigned({
		...validity(),
		serialNumber: "01",
		name: "CN=Kassa test root, O=Kassa test",
		keys: rootKeys,
		signingAlgorithm: ALGORITHM,
		extensions: [
			new x509.BasicConstraintsExtension(true, 0, true),
			new x509.KeyUsagesExtension(x509.KeyUsageFlags.keyCertSign | x509.KeyUsageFlags.cRLSign, true),
			await x509.SubjectKeyIdentifierExtension.create(rootKeys.publicKey),
			// Without it the SDK's client cannot read the chain.
			await x509.AuthorityKeyIdentifierExtension.create(rootKeys.publicKey),
		],
	});
	const certify = async (
		keys: webcrypto.CryptoKeyPair,
		serialNumber: string,
		subject: string,
		purpose: string,
		hosts: JsonGeneralName[],
	) => {
		const certificate = await x509.X509CertificateGenerator.create({
			...validity(),
			serialNumber,
			subject,
			issuer: root.subject,
			publicKey: keys.publicKey,
			signingKey: rootKeys.privateKey,
			signingAlgorithm: ALGORITHM,
			extensions: [
				new x509.BasicConstraintsExtension(false, undefined, true),
				new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature, true),
				new x509.ExtendedKeyUsageExtension([purpose]),
				...(hosts.length ? [new x509.SubjectAlternativeNameExtension(hosts)] : []),
			],
		});
		const keyPkcs8Der = new Uint8Array(await webcrypto.subtle.exportKey("pkcs8", keys.privateKey));
		const keyPem = x509.PemConverter.encode(keyPkcs8Der, "PRIVATE KEY");
		return { keyPem, keyPkcs8Der, certPem: certificate.toString("pem"), certDer: new Uint8Array(certificate.rawData) };
	};
	const { keyPem, certPem } = await certify(
		await generateKeys(),
		"02",
		"CN=Kassa test bank",
		x509.ExtendedKeyUsage.serverAuth,
		[
			{ type: "dns", value: "localhost" },
			{ type: "ip", value: "127.0.0.1" },
		],
	);
	const terminal = await certify(
		await generateRsaKeys(),
		"03",
		"CN=Kassa test terminal",
		x509.ExtendedKeyUsage.clientAuth,
		[],
	);
	return {
		rootPem: root.toString("pem"),
		rootDer: new Uint8Array(root.rawData),
		// The whole chain: the SDK's client takes a root only when the server sends it too.
		bank: { keyPem, certPem: `${certPem}\n${root.toString("pem")}` },
		terminal,
	};
}

/** Loaded only where keys are made: it is a large library, and an existing world does without. */
async function loadX509() {
	await import("reflect-metadata");
	return import("@peculiar/x509");
}

function generateKeys() {
	return webcrypto.subtle.generateKey(ALGORITHM, true, ["sign", "verify"]);
}

function generateRsaKeys() {
	const rsa = {
		name: "RSASSA-PKCS1-v1_5",
		modulusLength: 2048,
		publicExponent: Uint8Array.of(1, 0, 1),
		hash: "SHA-256",
	};
	return webcrypto.subtle.generateKey(rsa, true, ["sign", "verify"]);
}

/** From yesterday, for a machine whose clock is a little behind. */
function validity(): { notBefore: Date; notAfter: Date } {
	const now = Date.now();
	return { notBefore: new Date(now - 24 * 3600 * 1000), notAfter: new Date(now + 10 * YEAR_MS) };
}
