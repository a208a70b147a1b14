import { acquirerCertificates } from "../../src/binding/certificates.js";
import { formatHex, parseHex } from "../../src/bytes/hex.js";
import { x25519PublicKey } from "../../src/crypto/x25519.js";
import type { BankConfig } from "../bank/bankConfig.js";
import { cardProfile } from "../card/cardProfiles.js";
import { bankSigningSeed } from "./bankSigningKey.js";
import { accountOf } from "./cardAccount.js";
import { TEST_MERCHANT, TEST_TERMINAL_IDS } from "./merchant.js";
import { nodeCrypto } from "./nodeCrypto.js";
import type { StateFolder } from "./stateFolder.js";
import { systemRandom } from "./system.js";
import { coseSigner, testAcquirerClaims, testBindingClaims } from "./testBinding.js";

/** The card to which the test merchant's money goes, and which binds its terminals. */
export const MERCHANT_CARD = "merchant-card";

/**
 * A bank root, which certifies the test acquirer and is forgotten, and the acquirer's desk.
 * @returns the root's public key, which terminals get at manufacture, and what the bank's configuration says
 */
export function makeTestAcquirer(state: StateFolder): {
	readonly bankRoot: Uint8Array;
	readonly binding: NonNullable<BankConfig["binding"]>;
} {
	const now = Math.floor(Date.now() / 1000);
	const root = coseSigner(nodeCrypto, systemRandom.bytes(32));
	const seed = bankSigningSeed(state);
	const agreementSecret = systemRandom.bytes(32);
	const certificate = acquirerCertificates.sign(
		{
			...testAcquirerClaims(coseSigner(nodeCrypto, parseHex(seed)).publicKey, now),
			serialNumber: systemRandom.bytes(16),
			agreementKey: x25519PublicKey(agreementSecret),
		},
		root,
	);
	const unused = { serial: "-", signingKey: new Uint8Array(32), agreementKey: new Uint8Array(32) };
	const { acquirer, fees, merchant, settlementCard } = testBindingClaims(unused, now);
	return {
		bankRoot: root.publicKey,
		binding: {
			port: 0,
			registry: "binding.sqlite",
			signingSeed: seed,
			agreementSecret: formatHex(agreementSecret),
			acquirerCertificate: formatHex(certificate),
			currency: 156,
			acquirer,
			cardIssuer: settlementCard.issuer,
			fees: [fees],
			merchants: [
				{
					...TEST_MERCHANT,
					address: merchant.address,
					country: merchant.country,
					owner: accountOf(cardProfile(MERCHANT_CARD)!).holder!,
					terminals: Object.values(TEST_TERMINAL_IDS).map(terminalId => ({ terminalId, serial: terminalId })),
				},
			],
		},
	};
}
