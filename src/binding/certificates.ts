import { type CborValue, decodeDeterministic, encodeDeterministic } from "../bytes/cbor.js";
import type { Crypto } from "../ports.js";
import { BindingError } from "./bindingError.js";
import { bytes, type Codec, type Decoded, integer, list, record, text, time } from "./codec.js";
import { CoseError, type CoseSigner, coseSign1, kidOf, openCoseSign1, unverified } from "./cose.js";
import { feeSchedule } from "./feeSchedule.js";

/** Labels 1 to 7 are those of CWT (RFC 8392, 3.1); the others are private (below -65536, 9.1). docs/binding.cddl has them all. */
const name = text(/^[\x20-\x7e]{1,40}$/, "1 to 40 ASCII characters");
const words = text(/^[ -~\xa0-\uffff]{1,120}$/, "1 to 120 characters");
const key = bytes(32);
const serialNumber = bytes(8, 16);

/** Who may bind terminals: signed by the bank root, whose key every terminal has from manufacture. */
const acquirerCertificate = record({
	issuer: [1, name],
	/** The acquirer's identifier. */
	subject: [2, name],
	expires: [4, time],
	notBefore: [5, time],
	issuedAt: [6, time],
	serialNumber: [7, serialNumber],
	/** Ed25519. */
	signingKey: [-70001, key],
	/** X25519: what is meant for the acquirer alone is sealed to it. */
	agreementKey: [-70002, key],
});
export type AcquirerCertificate = Decoded<typeof acquirerCertificate>;

const terminal = record({
	serial: [1, text(/^[\x21-\x7e]{1,20}$/, "1 to 20 ASCII characters")],
	signingKey: [2, key],
	agreementKey: [3, key],
});
const merchant = record({
	/** As the acquirer knows it, 15 characters. */
	merchantId: [1, text(/^[0-9A-Za-z]{15}$/, "15 letters and digits")],
	name: [2, name],
	/** ISO 18245. */
	categoryCode: [3, text(/^[0-9]{4}$/, "4 digits")],
	address: [4, words],
	/** ISO 3166-1 numeric. */
	country: [5, integer(1, 999)],
	/** Of this terminal, 8 characters. */
	terminalId: [6, text(/^[0-9A-Za-z]{8}$/, "8 letters and digits")],
});
/** The card that the merchant's money goes to; its number is never here. */
const settlementCard = record({
	issuer: [1, words],
	masked: [2, text(/^[0-9]{6}\*{3,9}[0-9]{4}$/, "the first 6 and the last 4 digits")],
	/** What the acquirer calls the card: 8 bytes that tell nothing of its number. */
	token: [3, bytes(8)],
});
const licence = record({ number: [1, name], notBefore: [2, time], notAfter: [3, time] });
const acquirer = record({ name: [1, words], licence: [2, licence], support: [3, words] });
const limits = record({
	perTransactionMinor: [1, integer(1, 999_999_999)],
	/** Refunds above it need the merchant's card and PIN. */
	refundMinor: [2, integer(0, 999_999_999)],
	/** What the terminal may judge the merchant's card and PIN for by itself while nobody answers at the desk; absent: nothing. */
	offlineProofs: [
		3,
		list(text(/^(?:refund|release|exportBackup)$/, "refund, release or exportBackup"), 1, 3),
		"optional",
	],
});

/** Whom this terminal sells for, at which acquirer, on which terms: signed by the acquirer. */
const bindingCertificate = record({
	issuer: [1, name],
	/** The binding number, which every message to the acquirer carries. */
	subject: [2, text(/^[0-9]{12}$/, "12 digits")],
	expires: [4, time],
	notBefore: [5, time],
	issuedAt: [6, time],
	serialNumber: [7, serialNumber],
	terminal: [-70010, terminal],
	merchant: [-70011, merchant],
	settlementCard: [-70012, settlementCard],
	acquirer: [-70013, acquirer],
	fees: [-70014, feeSchedule],
	limits: [-70015, limits],
	/** Names of operations that the terminal may perform. */
	functions: [-70016, list(text(/^[A-Za-z]{1,32}$/, "a name of an operation"), 1, 40)],
});
export type BindingCertificate = Decoded<typeof bindingCertificate>;

/** Certificates that count no more; a list with a higher number takes the place of the earlier one. */
const revocationList = record({
	issuer: [1, name],
	issuedAt: [6, time],
	number: [-70020, integer(1, 0xffff_ffff)],
	revoked: [-70021, list(serialNumber, 0, 1000)],
});
export type RevocationList = Decoded<typeof revocationList>;

/** New terms for one binding; they wait for the merchant. */
const feeOffer = record({
	issuer: [1, name],
	/** The binding number. */
	subject: [2, text(/^[0-9]{12}$/, "12 digits")],
	issuedAt: [6, time],
	fees: [-70014, feeSchedule],
});
export type FeeOffer = Decoded<typeof feeOffer>;

/** What can be signed, each in a context of its own. */
export const acquirerCertificates = signed("acquirer certificate", acquirerCertificate);
export const bindingCertificates = signed("binding certificate", bindingCertificate);
export const revocationLists = signed("revocation list", revocationList);
export const feeOffers = signed("fee offer", feeOffer);

export interface Signed<T> {
	readonly what: string;
	readonly codec: Codec<T>;
	readonly context: string;
	sign(value: T, signer: CoseSigner): Uint8Array;
	/** @throws {BindingError} one sentence that names what is wrong */
	open(crypto: Crypto, message: Uint8Array, publicKey: Uint8Array): T;
	/** Without a look at the signature: only for what lies under the device's own seal. */
	read(message: Uint8Array): T;
}

/** @param what "binding certificate": also the context of its signature, "kassa binding certificate 1" */
export function signed<T>(what: string, codec: Codec<T>): Signed<T> {
	const context = `kassa ${what} 1`;
	const decode = (payload: Uint8Array): T => {
		let value: CborValue;
		try {
			value = decodeDeterministic(payload);
		} catch (error) {
			throw new BindingError(`${what}: ${(error as Error).message}`);
		}
		return codec.decode(value, what);
	};
	const explained = <R>(run: () => R): R => {
		try {
			return run();
		} catch (error) {
			throw error instanceof CoseError ? new BindingError(`${what}: ${error.message}`) : error;
		}
	};
	return Object.freeze({
		what,
		codec,
		context,
		sign: (value: T, signer: CoseSigner) => coseSign1(encodeDeterministic(codec.encode(value)), signer, context),
		open(crypto: Crypto, message: Uint8Array, publicKey: Uint8Array) {
			const kid = kidOf(crypto, publicKey).join();
			const keyOf = (named: Uint8Array) => (named.join() === kid ? publicKey : undefined);
			return decode(explained(() => openCoseSign1(crypto, message, keyOf, context)));
		},
		read: (message: Uint8Array) => decode(explained(() => unverified(message).payload)),
	});
}
