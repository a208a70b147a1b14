import { nodeCrypto } from "../../sim/world/nodeCrypto.js";
import {
	type AcquirerCertificate,
	acquirerCertificates,
	type BindingCertificate,
	bindingCertificates,
} from "../../src/binding/certificates.js";
import { type CoseSigner, kidOf } from "../../src/binding/cose.js";
import { ed25519KeyPair, ed25519Sign } from "../../src/crypto/ed25519.js";
import { x25519PublicKey } from "../../src/crypto/x25519.js";

/** 22 November 2026, 12:00 in Shanghai. */
export const NOW = Date.UTC(2026, 10, 22, 4);
export const NOW_SECONDS = NOW / 1000;
export const YEAR_SECONDS = 365 * 24 * 3600;

export interface TestSigner extends CoseSigner {
	readonly publicKey: Uint8Array;
	readonly secretKey: Uint8Array;
}

/** A key pair that is the same each time. */
export function testSigner(number: number): TestSigner {
	const { publicKey, secretKey } = ed25519KeyPair(nodeCrypto, new Uint8Array(32).fill(number));
	return {
		publicKey,
		secretKey,
		kid: kidOf(nodeCrypto, publicKey),
		sign: message => ed25519Sign(nodeCrypto, message, secretKey),
	};
}

export const ROOT = testSigner(1);
export const ACQUIRER = testSigner(2);
export const TERMINAL = testSigner(3);
export const ACQUIRER_AGREEMENT_SECRET = new Uint8Array(32).fill(4);
export const ACQUIRER_AGREEMENT = x25519PublicKey(ACQUIRER_AGREEMENT_SECRET);
export const TERMINAL_AGREEMENT = x25519PublicKey(new Uint8Array(32).fill(5));
export const SERIAL = "KASSA-TEST-1";

export function acquirerClaims(changes: Partial<AcquirerCertificate> = {}): AcquirerCertificate {
	return {
		issuer: "Kassa test root",
		subject: "Kassa test acquirer",
		notBefore: NOW_SECONDS - 3600,
		expires: NOW_SECONDS + 5 * YEAR_SECONDS,
		issuedAt: NOW_SECONDS - 3600,
		serialNumber: new Uint8Array(8).fill(1),
		signingKey: ACQUIRER.publicKey,
		agreementKey: ACQUIRER_AGREEMENT,
		...changes,
	};
}

export function bindingClaims(changes: Partial<BindingCertificate> = {}): BindingCertificate {
	return {
		issuer: "Kassa test acquirer",
		subject: "202600000001",
		notBefore: NOW_SECONDS - 60,
		expires: NOW_SECONDS + 2 * YEAR_SECONDS,
		issuedAt: NOW_SECONDS,
		serialNumber: new Uint8Array(8).fill(2),
		terminal: { serial: SERIAL, signingKey: TERMINAL.publicKey, agreementKey: TERMINAL_AGREEMENT },
		merchant: {
			merchantId: "898310000000001",
			name: "KASSA TEST CAFE",
			categoryCode: "5812",
			address: "1 Test Road, Shanghai",
			country: 156,
			terminalId: "KASSA001",
		},
		settlementCard: { issuer: "Kassa test bank", masked: "622126******0018", token: new Uint8Array(8).fill(9) },
		acquirer: {
			name: "Kassa test acquirer",
			licence: { number: "TEST-LICENCE-1", notBefore: NOW_SECONDS - 60, notAfter: NOW_SECONDS + YEAR_SECONDS },
			support: "+86 21 0000 0000",
		},
		fees: {
			version: 1,
			from: NOW_SECONDS - 60,
			rules: [{ kind: "all", prefixes: [], ratePpm: 6_000, fixedMinor: 0, minimumMinor: 1 }],
			creditDays: 1,
		},
		limits: { perTransactionMinor: 999_999_999, refundMinor: 100_000 },
		functions: ["sale", "refund"],
		...changes,
	};
}

export const signedAcquirer = (changes: Partial<AcquirerCertificate> = {}, signer: CoseSigner = ROOT) =>
	acquirerCertificates.sign(acquirerClaims(changes), signer);
export const signedBinding = (changes: Partial<BindingCertificate> = {}, signer: CoseSigner = ACQUIRER) =>
	bindingCertificates.sign(bindingClaims(changes), signer);
