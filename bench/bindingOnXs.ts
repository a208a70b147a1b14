import { acquirerCertificates, bindingCertificates } from "../src/binding/certificates.js";
import { openAcquirerCertificate, openBindingCertificate } from "../src/binding/chain.js";
import { parseHex } from "../src/bytes/hex.js";
import { softwareCrypto } from "../src/crypto/software.js";
import { tell } from "./tell.js";

interface Chain {
	readonly rootKey: string;
	readonly acquirer: string;
	readonly binding: string;
	readonly serial: string;
	readonly signingKey: string;
	readonly now: number;
}

let chain: Chain | undefined;
let acquirer: Uint8Array;
let binding: Uint8Array;
const kept: unknown[] = [];

/** What `bench/suites/binding.ts` calls by name; each call is metered by itself. */
Object.assign(globalThis, {
	prepare(given: Chain) {
		chain = given;
		acquirer = parseHex(given.acquirer);
		binding = parseHex(given.binding);
	},
	/** Both signatures, all claims, validity: what the terminal does with what the bank sends. */
	verify() {
		const { rootKey, serial, signingKey, now } = chain!;
		const issuer = openAcquirerCertificate(softwareCrypto, parseHex(rootKey), acquirer, now);
		const terminal = { serial, signingKey: parseHex(signingKey) };
		kept[0] = openBindingCertificate(softwareCrypto, issuer, binding, terminal, now);
	},
	/** Without signatures: what a start does with what lies under the device's seal. */
	read() {
		kept[0] = [acquirerCertificates.read(acquirer), bindingCertificates.read(binding)];
	},
	nothing: () => undefined,
	tellNumber: () => tell((kept[0] as { subject: string }).subject),
});
