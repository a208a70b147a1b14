import { webcrypto } from "node:crypto";
import "reflect-metadata";
import { cryptoProvider, PemConverter, Pkcs10CertificateRequestGenerator } from "@peculiar/x509";
import { pem } from "../../../sim/world/pem.js";
import { certifyTerminal, type PemPair, type TestPki } from "../../../sim/world/pki.js";

/** A key and its certificate for a client of the test bank that is no terminal. */
export async function clientPair(pki: TestPki): Promise<PemPair> {
	cryptoProvider.set(webcrypto as never);
	const algorithm = { name: "ECDSA", namedCurve: "P-256", hash: "SHA-256" };
	const keys = await webcrypto.subtle.generateKey(algorithm, true, ["sign", "verify"]);
	const request = await Pkcs10CertificateRequestGenerator.create({
		name: "CN=client",
		keys,
		signingAlgorithm: algorithm,
	});
	const certificate = await certifyTerminal(pki, new Uint8Array(request.rawData), "client");
	return {
		keyPem: PemConverter.encode(await webcrypto.subtle.exportKey("pkcs8", keys.privateKey), "PRIVATE KEY"),
		certPem: pem(certificate, "CERTIFICATE").toString("latin1"),
	};
}
