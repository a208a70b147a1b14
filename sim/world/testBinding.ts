import {
	type AcquirerCertificate,
	acquirerCertificates,
	type BindingCertificate,
	bindingCertificates,
} from "../../src/binding/certificates.js";
import { type CoseSigner, kidOf } from "../../src/binding/cose.js";
import type { KeptBinding } from "../../src/binding/keptBinding.js";
import { ed25519KeyPair, ed25519Sign } from "../../src/crypto/ed25519.js";
import { x25519PublicKey } from "../../src/crypto/x25519.js";
import { OPERATIONS } from "../../src/operation.js";
import type { Crypto } from "../../src/ports.js";
import { TEST_BINDING_NUMBER, TEST_MERCHANT, TEST_TERMINAL_IDS } from "./merchant.js";

/** An Ed25519 key pair that signs COSE messages. */
export interface TestSigner extends CoseSigner {
	readonly publicKey: Uint8Array;
	readonly secretKey: Uint8Array;
}

/** @param seed 32 bytes */
export function coseSigner(crypto: Crypto, seed: Uint8Array): TestSigner {
	const { publicKey, secretKey } = ed25519KeyPair(crypto, seed);
	const sign = (message: Uint8Array) => ed25519Sign(crypto, message, secretKey);
	return { publicKey, secretKey, kid: kidOf(crypto, publicKey), sign };
}

/** The same each time: for tests. */
export function testSigner(crypto: Crypto, number: number): TestSigner {
	return coseSigner(crypto, new Uint8Array(32).fill(number));
}

const YEAR_SECONDS = 365 * 24 * 3600;
/** Of the test acquirer, so that its tests can open what was sealed to it. */
export const TEST_AGREEMENT_SECRET = new Uint8Array(32).fill(4);

/** @param now seconds since 1970 */
export function testAcquirerClaims(signingKey: Uint8Array, now: number): AcquirerCertificate {
	return {
		issuer: "Kassa test root",
		subject: "Kassa test acquirer",
		notBefore: now - YEAR_SECONDS,
		expires: now + 5 * YEAR_SECONDS,
		issuedAt: now,
		serialNumber: new Uint8Array(8).fill(1),
		signingKey,
		agreementKey: x25519PublicKey(TEST_AGREEMENT_SECRET),
	};
}

/** @param now seconds since 1970 */
export function testBindingClaims(terminal: BindingCertificate["terminal"], now: number): BindingCertificate {
	return {
		issuer: "Kassa test acquirer",
		subject: TEST_BINDING_NUMBER,
		notBefore: now - YEAR_SECONDS,
		expires: now + 2 * YEAR_SECONDS,
		issuedAt: now,
		serialNumber: new Uint8Array(8).fill(2),
		terminal,
		merchant: {
			...TEST_MERCHANT,
			address: "1 Test Road, Shanghai",
			country: 156,
			terminalId: TEST_TERMINAL_IDS.commandLine,
		},
		settlementCard: { issuer: "Kassa test bank", masked: "622126******0018", token: new Uint8Array(8).fill(9) },
		acquirer: {
			name: "Kassa test acquirer",
			licence: { number: "TEST-LICENCE-1", notBefore: now - YEAR_SECONDS, notAfter: now + 2 * YEAR_SECONDS },
			support: "+86 21 0000 0000",
		},
		fees: {
			version: 1,
			from: now - YEAR_SECONDS,
			rules: [{ kind: "all", prefixes: [], ratePpm: 6_000, fixedMinor: 0, minimumMinor: 1 }],
			creditDays: 1,
		},
		limits: { perTransactionMinor: 999_999_999, refundMinor: 999_999_999 },
		functions: OPERATIONS,
	};
}

/** A binding as a terminal keeps it after its ceremony. */
export function keptBinding(
	signers: { readonly root: CoseSigner; readonly acquirer: CoseSigner },
	acquirer: AcquirerCertificate,
	binding: BindingCertificate,
): KeptBinding {
	return {
		version: 1,
		acquirerCertificate: acquirerCertificates.sign(acquirer, signers.root),
		certificate: bindingCertificates.sign(binding, signers.acquirer),
		isConfirmed: true,
		terms: [{ fees: binding.fees, acceptedAt: binding.fees.from * 1000 }],
	};
}
