import { iccCertificate, issuerCertificate, type PublicKeyCertificate } from "../../sim/card/certificate.js";
import { signWithRecovery } from "../../sim/card/digitalSignature.js";
import { generateRsaPrivateKey } from "../../sim/card/rsaKeyPair.js";
import { type RsaPrivateKey, rsaPrivate } from "../../sim/card/rsaPrivateKey.js";
import { nodeCrypto } from "../../sim/world/nodeCrypto.js";
import { concat } from "../../src/bytes/bytes.js";
import { formatHex, parseHex } from "../../src/bytes/hex.js";
import { type RsaPublicKey, rsaRecover } from "../../src/crypto/rsa.js";
import type { CaPublicKey } from "../../src/emv/configuration.js";
import { bytes } from "./scriptedCard.js";

export const PAN = "6221261000000018";
export const STATIC_DATA = bytes("5A086221261000000018 5F2403351231");
const EXPIRES = "1230";

/** Keys and certificates of a small payment system, made anew: authority, issuer, card, PIN encipherment key. */
export interface TestChain {
	readonly ca: RsaPrivateKey;
	readonly issuer: RsaPrivateKey;
	readonly icc: RsaPrivateKey;
	readonly issuerCertificate: PublicKeyCertificate;
	readonly iccCertificate: PublicKeyCertificate;
	readonly pinCertificate: PublicKeyCertificate;
	/** Tag 93: data authentication code DAC0. */
	readonly signedStaticData: Uint8Array;
}

export async function makeTestChain(): Promise<TestChain> {
	const [ca, issuer, icc] = (await Promise.all([1024, 1024, 896].map(generateRsaPrivateKey))) as [
		RsaPrivateKey,
		RsaPrivateKey,
		RsaPrivateKey,
	];
	const serialNumber = bytes("000001");
	const issue = { signer: issuer, subject: icc, expires: EXPIRES, serialNumber };
	return {
		ca,
		issuer,
		icc,
		issuerCertificate: issuerCertificate(
			nodeCrypto,
			{ signer: ca, subject: issuer, expires: EXPIRES, serialNumber },
			"622126",
		),
		iccCertificate: iccCertificate(nodeCrypto, issue, PAN, STATIC_DATA),
		pinCertificate: iccCertificate(nodeCrypto, issue, PAN, new Uint8Array(0)),
		signedStaticData: signWithRecovery(nodeCrypto, issuer, bytes("0301DAC0"), STATIC_DATA),
	};
}

export function publicKey({ modulus, publicExponent }: RsaPrivateKey): RsaPublicKey {
	return { modulus: parseHex(modulus), exponent: publicExponent === "03" ? 3 : 65537 };
}

export function caKey(chain: TestChain): CaPublicKey {
	return { ...publicKey(chain.ca), rid: bytes("A000000333"), exponent: 3, index: 0xf1, expiry: undefined };
}

/**
 * The same signature with one byte of its plain block changed.
 * @param covered what the hash covers besides the block, to make it right again; undefined leaves it as it was
 */
export function resign(
	key: RsaPrivateKey,
	signed: Uint8Array,
	at: number,
	byte: number,
	covered?: Uint8Array,
): Uint8Array {
	const block = rsaRecover(publicKey(key), signed);
	block[at < 0 ? block.length + at : at] = byte;
	const end = block.length - 21;
	if (covered) block.set(nodeCrypto.sha1(concat(block.subarray(1, end), covered)), end);
	return rsaPrivate(key, block);
}

/** The card's answer to INTERNAL AUTHENTICATE. @param dynamicData ICC Dynamic Data with their length bytes */
export function signDynamic(chain: TestChain, dynamicData: string, ddolData: Uint8Array): string {
	const data = bytes(dynamicData);
	const head = Uint8Array.of(0x05, 0x01, data.length);
	return formatHex(signWithRecovery(nodeCrypto, chain.icc, concat(head, data), ddolData));
}
