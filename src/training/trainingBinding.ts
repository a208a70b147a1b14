import { acquirerCertificates, type BindingCertificate, bindingCertificates } from "../binding/certificates.js";
import { type CoseSigner, kidOf } from "../binding/cose.js";
import type { KeptBinding } from "../binding/keptBinding.js";
import { ed25519KeyPair, ed25519Sign } from "../crypto/ed25519.js";
import { x25519PublicKey } from "../crypto/x25519.js";
import { OPERATIONS } from "../operation.js";
import type { Crypto, Random } from "../ports.js";

/** Who sells in a training, in every message, on every receipt and on the idle screen. */
const TRAINING_MERCHANT = "TRAINING MERCHANT";
const TRAINING_TERMINAL_ID = "TRAINING";
const MERCHANT_ID = "TRAINING0000000";
const DAY_SECONDS = 24 * 3600;

/** A root, an acquirer and a merchant of the training's own, for a day: whoever pins another root believes none of it. */
export function makeTrainingBinding(
	{ crypto, random }: { readonly crypto: Crypto; readonly random: Random },
	terminal: BindingCertificate["terminal"],
	now: number,
	countryCode: number,
): { readonly bankRoot: Uint8Array; readonly kept: KeptBinding } {
	const seconds = Math.floor(now / 1000);
	const dates = { notBefore: seconds - DAY_SECONDS, expires: seconds + DAY_SECONDS, issuedAt: seconds };
	const [root, acquirer] = [makeSigner(crypto, random), makeSigner(crypto, random)];
	const acquirerCertificate = acquirerCertificates.sign(
		{
			...dates,
			issuer: "Training root",
			subject: "Training acquirer",
			serialNumber: random.bytes(8),
			signingKey: acquirer.publicKey,
			agreementKey: x25519PublicKey(random.bytes(32)),
		},
		root,
	);
	const fees = {
		version: 1,
		from: dates.notBefore,
		rules: [{ kind: "all" as const, prefixes: [], ratePpm: 6_000, fixedMinor: 0, minimumMinor: 1 }],
		creditDays: 1,
	};
	const certificate = bindingCertificates.sign(
		{
			...dates,
			issuer: "Training acquirer",
			subject: "000000000000",
			serialNumber: random.bytes(8),
			terminal,
			merchant: {
				merchantId: MERCHANT_ID,
				terminalId: TRAINING_TERMINAL_ID,
				categoryCode: "0000",
				name: TRAINING_MERCHANT,
				address: "no money moves",
				country: countryCode,
			},
			settlementCard: { issuer: "Training bank", masked: "999999******0000", token: random.bytes(8) },
			acquirer: {
				name: "Training acquirer",
				licence: { number: "TRAINING", notBefore: dates.notBefore, notAfter: dates.expires },
				support: "TRAINING",
			},
			fees,
			limits: { perTransactionMinor: 999_999_999, refundMinor: 999_999_999 },
			functions: OPERATIONS,
		},
		acquirer,
	);
	const terms = [{ fees, acceptedAt: fees.from * 1000 }];
	return { bankRoot: root.publicKey, kept: { version: 1, acquirerCertificate, certificate, isConfirmed: true, terms } };
}

/** Its secret key is gone with this object. */
function makeSigner(crypto: Crypto, random: Random): CoseSigner & { readonly publicKey: Uint8Array } {
	const { publicKey, secretKey } = ed25519KeyPair(crypto, random.bytes(32));
	return { publicKey, kid: kidOf(crypto, publicKey), sign: message => ed25519Sign(crypto, message, secretKey) };
}
