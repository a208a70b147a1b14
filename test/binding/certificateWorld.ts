import { nodeCrypto } from "../../sim/world/nodeCrypto.js";
import * as made from "../../sim/world/testBinding.js";
import {
	type AcquirerCertificate,
	acquirerCertificates,
	type BindingCertificate,
	bindingCertificates,
} from "../../src/binding/certificates.js";
import type { CoseSigner } from "../../src/binding/cose.js";
import { x25519PublicKey } from "../../src/crypto/x25519.js";

/** 22 November 2026, 12:00 in Shanghai. */
export const NOW = Date.UTC(2026, 10, 22, 4);
export const NOW_SECONDS = NOW / 1000;
export const YEAR_SECONDS = 365 * 24 * 3600;

export const testSigner = (number: number) => made.testSigner(nodeCrypto, number);
export const ROOT = testSigner(1);
export const ACQUIRER = testSigner(2);
export const TERMINAL = testSigner(3);
export const SERIAL = "KASSA-TEST-1";
const AGREEMENT = x25519PublicKey(new Uint8Array(32).fill(5));

export const acquirerClaims = (changes: Partial<AcquirerCertificate> = {}): AcquirerCertificate => ({
	...made.testAcquirerClaims(ACQUIRER.publicKey, NOW_SECONDS),
	...changes,
});
export const bindingClaims = (changes: Partial<BindingCertificate> = {}): BindingCertificate => ({
	...made.testBindingClaims({ serial: SERIAL, signingKey: TERMINAL.publicKey, agreementKey: AGREEMENT }, NOW_SECONDS),
	...changes,
});
export const signedAcquirer = (changes: Partial<AcquirerCertificate> = {}, signer: CoseSigner = ROOT) =>
	acquirerCertificates.sign(acquirerClaims(changes), signer);
export const signedBinding = (changes: Partial<BindingCertificate> = {}, signer: CoseSigner = ACQUIRER) =>
	bindingCertificates.sign(bindingClaims(changes), signer);
