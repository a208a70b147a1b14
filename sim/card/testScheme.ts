import { randomBytes } from "node:crypto";
import { concat } from "../../src/bytes/bytes.js";
import { formatHex, parseHex } from "../../src/bytes/hex.js";
import { nodeCrypto } from "../world/nodeCrypto.js";
import { issuerCertificate } from "./certificate.js";
import { ISSUER_KEY_BITS, type MasterKeys, TEST_NOTICE, type TestNotice } from "./personalisation.js";
import { generateRsaPrivateKey } from "./rsaKeyPair.js";
import type { RsaPrivateKey } from "./rsaPrivateKey.js";

/** A certification authority public key as a terminal stores it (EMV 4.4 Book 2, 11.2.2, table 30). Hexadecimal. */
export interface CertificationAuthorityKey {
	readonly rid: string;
	readonly index: string;
	/** 01: SHA-1. */
	readonly hashAlgorithm: "01";
	/** 01: RSA. */
	readonly publicKeyAlgorithm: "01";
	readonly modulus: string;
	readonly exponent: string;
	/** SHA-1 of RID, index, modulus and exponent. */
	readonly checksum: string;
	/** Last day of validity, YYMMDD. */
	readonly expires: string;
}

/** Kassa's own payment system for tests: a certification authority and one issuer. Plain JSON, hexadecimal. */
export interface TestScheme extends TestNotice {
	/** The authority's one key under each RID that the test cards use. */
	readonly certificationAuthorityKeys: readonly CertificationAuthorityKey[];
	readonly certificationAuthorityPrivateKey: RsaPrivateKey;
	readonly issuer: TestIssuer;
}

export interface TestIssuer {
	/** Leftmost digits of every PAN that it issues. */
	readonly identifier: string;
	readonly privateKey: RsaPrivateKey;
	/** 8F. */
	readonly certificationAuthorityKeyIndex: string;
	/** 90. */
	readonly certificate: string;
	/** 92; empty when the whole key fits into the certificate. */
	readonly remainder: string;
	/** 9F32. */
	readonly exponent: string;
	/** From these every card's keys are derived (EMV 4.4 Book 2, A1.4.1). */
	readonly masterKeys: MasterKeys;
}

/**
 * Last month of all certificates, MMYY; EMV reads years up to 49 as 20YY.
 * CHOICE: they outlive the cards, so that an expired card fails the processing restrictions and nothing before them.
 */
export const CERTIFICATES_EXPIRE = "1249";

/** Makes all keys anew. */
export async function makeTestScheme(): Promise<TestScheme> {
	const [authorityKey, issuerKey] = await Promise.all([
		generateRsaPrivateKey(CERTIFICATION_AUTHORITY_KEY_BITS),
		generateRsaPrivateKey(ISSUER_KEY_BITS),
	]);
	const { certificate, remainder, exponent } = issuerCertificate(
		nodeCrypto,
		{
			signer: authorityKey,
			subject: issuerKey,
			expires: CERTIFICATES_EXPIRE,
			serialNumber: Uint8Array.of(0, 0, 1),
		},
		ISSUER_IDENTIFIER,
	);
	return {
		...TEST_NOTICE,
		certificationAuthorityKeys: RIDS.map(rid => certificationAuthorityKey(rid, authorityKey)),
		certificationAuthorityPrivateKey: authorityKey,
		issuer: {
			identifier: ISSUER_IDENTIFIER,
			privateKey: issuerKey,
			certificationAuthorityKeyIndex: KEY_INDEX,
			certificate: formatHex(certificate),
			remainder: formatHex(remainder),
			exponent: formatHex(exponent),
			masterKeys: {
				applicationCryptogram: tripleDesKey(),
				secureMessagingIntegrity: tripleDesKey(),
				secureMessagingConfidentiality: tripleDesKey(),
			},
		},
	};
}

/** The longest that EMV allows: with it the issuer certificate fills a record to the last byte. */
const CERTIFICATION_AUTHORITY_KEY_BITS = 1984;
const ISSUER_IDENTIFIER = "622126";
/** UnionPay's RID and the one of Kassa's own test application (category F: unregistered, ISO/IEC 7816-5). */
const RIDS = Object.freeze(["A000000333", "F000000001"]);
/** Above the indexes that payment systems use, so that no real key is shadowed. */
const KEY_INDEX = "F1";

function certificationAuthorityKey(rid: string, key: RsaPrivateKey): CertificationAuthorityKey {
	const checked = [rid, KEY_INDEX, key.modulus, key.publicExponent].map(parseHex);
	return {
		rid,
		index: KEY_INDEX,
		hashAlgorithm: "01",
		publicKeyAlgorithm: "01",
		modulus: key.modulus,
		exponent: key.publicExponent,
		checksum: formatHex(nodeCrypto.sha1(concat(...checked))),
		expires: "491231",
	};
}

function tripleDesKey(): string {
	return formatHex(randomBytes(16));
}
