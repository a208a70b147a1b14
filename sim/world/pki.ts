import { randomBytes, webcrypto } from "node:crypto";
import type { Extension, JsonName, PublicKeyType, X509Certificate } from "@peculiar/x509";

type X509 = typeof import("@peculiar/x509");

/** A key and its certificate as Node's TLS takes them. */
export interface PemPair {
	readonly keyPem: string;
	readonly certPem: string;
}

/** A root, and a bank that it certified for localhost; "test" stands in every subject. Both have P-256 keys. */
export interface TestPki {
	readonly rootPem: string;
	readonly rootDer: Uint8Array;
	/** What `certifyTerminal` signs with. */
	readonly rootKeyPem: string;
	readonly bank: PemPair;
}

const ALGORITHM = { name: "ECDSA", namedCurve: "P-256", hash: "SHA-256" };
const YEAR_MS = 365 * 24 * 3600 * 1000;

/** Makes all keys anew; nothing is shared between two calls. */
export async function makeTestPki(): Promise<TestPki> {
	const x509 = await loadX509();
	const rootKeys = await generateKeys();
	const subjectKey = await x509.SubjectKeyIdentifierExtension.create(rootKeys.publicKey);
	// Without it the SDK's client cannot read the chain.
	const authorityKey = await x509.AuthorityKeyIdentifierExtension.create(rootKeys.publicKey);
	const root = await signedForTheSdk(() =>
		x509.X509CertificateGenerator.createSelfSigned({
			...validity(10),
			serialNumber: "01",
			name: "CN=Kassa test root, O=Kassa test",
			keys: rootKeys,
			signingAlgorithm: ALGORITHM,
			extensions: [
				new x509.BasicConstraintsExtension(true, 0, true),
				new x509.KeyUsagesExtension(x509.KeyUsageFlags.keyCertSign | x509.KeyUsageFlags.cRLSign, true),
				subjectKey,
				authorityKey,
			],
		}),
	);
	const bankKeys = await generateKeys();
	const bank = await signedForTheSdk(() =>
		x509.X509CertificateGenerator.create({
			...validity(10),
			serialNumber: "02",
			subject: "CN=Kassa test bank",
			issuer: root.subject,
			publicKey: bankKeys.publicKey,
			signingKey: rootKeys.privateKey,
			signingAlgorithm: ALGORITHM,
			extensions: [
				...leaf(x509, x509.ExtendedKeyUsage.serverAuth),
				new x509.SubjectAlternativeNameExtension([
					{ type: "dns", value: "localhost" },
					{ type: "ip", value: "127.0.0.1" },
				]),
			],
		}),
	);
	const keyPem = async ({ privateKey }: webcrypto.CryptoKeyPair) =>
		x509.PemConverter.encode(await webcrypto.subtle.exportKey("pkcs8", privateKey), "PRIVATE KEY");
	return {
		rootPem: root.toString("pem"),
		rootDer: new Uint8Array(root.rawData),
		rootKeyPem: await keyPem(rootKeys),
		// The whole chain: the SDK's client takes a root only when the server sends it too.
		bank: { keyPem: await keyPem(bankKeys), certPem: `${bank.toString("pem")}\n${root.toString("pem")}` },
	};
}

/**
 * What the root does with a terminal's request: two years.
 * @param request PKCS #10, DER
 * @param commonName whom it has to be for
 * @returns the certificate, DER
 * @throws {Error} when the request is for another, or not signed with its own key
 */
export async function certifyTerminal(
	{ rootPem, rootKeyPem }: Pick<TestPki, "rootPem" | "rootKeyPem">,
	request: Uint8Array,
	commonName: string,
): Promise<Uint8Array> {
	const x509 = await loadX509();
	const asked = new x509.Pkcs10CertificateRequest(request.slice().buffer as ArrayBuffer);
	if (!(await asked.verify())) throw new Error("the request for a certificate is not signed with its own key");
	if (asked.subjectName.getField("CN")[0] !== commonName)
		throw new Error(`the request for a certificate is not for ${commonName}`);
	const certificate = await issue(x509, { rootPem, rootKeyPem }, asked.subjectName.toJSON(), asked.publicKey);
	return new Uint8Array(certificate.rawData);
}

/** A client of the bank's that is no terminal, or one of a fleet: a P-256 key with its certificate. */
export async function certifyClient(
	root: Pick<TestPki, "rootPem" | "rootKeyPem">,
	commonName: string,
): Promise<PemPair> {
	const x509 = await loadX509();
	const { publicKey, privateKey } = await generateKeys();
	const certificate = await issue(x509, root, `CN=${commonName}`, publicKey);
	const pkcs8 = await webcrypto.subtle.exportKey("pkcs8", privateKey);
	return { keyPem: x509.PemConverter.encode(pkcs8, "PRIVATE KEY"), certPem: certificate.toString("pem") };
}

async function issue(
	x509: X509,
	{ rootPem, rootKeyPem }: Pick<TestPki, "rootPem" | "rootKeyPem">,
	subject: string | JsonName,
	publicKey: PublicKeyType,
): Promise<X509Certificate> {
	const rootKey = x509.PemConverter.decodeFirst(rootKeyPem);
	return x509.X509CertificateGenerator.create({
		...validity(2),
		serialNumber: randomBytes(16).toString("hex"),
		subject,
		issuer: new x509.X509Certificate(rootPem).subject,
		publicKey,
		signingKey: await webcrypto.subtle.importKey("pkcs8", rootKey, ALGORITHM, false, ["sign"]),
		signingAlgorithm: ALGORITHM,
		extensions: leaf(x509, x509.ExtendedKeyUsage.clientAuth),
	});
}

function leaf(x509: X509, purpose: string): Extension[] {
	return [
		new x509.BasicConstraintsExtension(false, undefined, true),
		new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature, true),
		new x509.ExtendedKeyUsageExtension([purpose]),
	];
}

/** Signs until the SDK's client can check the signature: the first time, but for one certificate in 128. */
async function signedForTheSdk(sign: () => Promise<X509Certificate>): Promise<X509Certificate> {
	for (;;) {
		const certificate = await sign();
		if (isCheckedByTheSdk(new Uint8Array(certificate.signature))) return certificate;
	}
}

/**
 * The SDK's client puts r and s behind each other without their leading zeros and cuts the result after 32 bytes, so that it
 * takes a signature for wrong whose r or s has fewer (docs/threat-model.md).
 * @param signature ECDSA over P-256 as certificates have it: SEQUENCE of two INTEGERs (RFC 3279, 2.2.3)
 */
export function isCheckedByTheSdk(signature: Uint8Array): boolean {
	const rLength = signature[3]!;
	const sLength = signature[5 + rLength]!;
	return rLength >= 32 && sLength >= 32;
}

/** Loaded only where keys are made: it is a large library, and an existing world does without. */
async function loadX509() {
	await import("reflect-metadata");
	const x509 = await import("@peculiar/x509");
	x509.cryptoProvider.set(webcrypto as never);
	return x509;
}

function generateKeys() {
	return webcrypto.subtle.generateKey(ALGORITHM, true, ["sign", "verify"]);
}

/** From yesterday, for a machine whose clock is a little behind. */
function validity(years: number): { notBefore: Date; notAfter: Date } {
	const now = Date.now();
	return { notBefore: new Date(now - 24 * 3600 * 1000), notAfter: new Date(now + years * YEAR_MS) };
}
