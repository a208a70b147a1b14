import { randomBytes } from "node:crypto";
import { concat } from "../../src/bytes/bytes.js";
import { parseHex } from "../../src/bytes/hex.js";
import { nodeCrypto } from "../world/nodeCrypto.js";
import { iccCertificate, issuerCertificate, type PublicKeyCertificate, signatureDamage } from "./certificate.js";
import { signWithRecovery } from "./digitalSignature.js";
import {
	type DataAuthenticationMethod,
	ICC_KEY_BITS,
	ISSUER_KEY_BITS,
	type STATIC_SIGNATURE_DAMAGES,
} from "./personalisation.js";
import type { ApplicationProfile } from "./profile.js";
import type { RsaKeySource } from "./rsaKeyPair.js";
import type { RsaPrivateKey } from "./rsaPrivateKey.js";
import { CERTIFICATES_EXPIRE, type TestScheme } from "./testScheme.js";
import { tlv } from "./tlv.js";

export const DEFAULT_METHODS: readonly DataAuthenticationMethod[] = Object.freeze(["DDA"]);

/** What an application needs for offline data authentication (EMV 4.4 Book 2, 5 and 6). */
export interface DataAuthenticationObjects {
	/** Data objects that hold certificates and signatures; those of one list share a record where it has room. */
	readonly certificates: readonly (readonly Uint8Array[])[];
	readonly iccKey: RsaPrivateKey;
	readonly iccPinKey: RsaPrivateKey;
}

/** @param signedData the static data to be authenticated (EMV 4.4 Book 3, 10.3) */
export async function dataAuthenticationObjects(
	pan: string,
	{ dataAuthentication: methods = DEFAULT_METHODS, certificates }: ApplicationProfile,
	scheme: TestScheme,
	signedData: Uint8Array,
	keys: RsaKeySource,
): Promise<DataAuthenticationObjects> {
	const {
		keyBits: modulusBits = ICC_KEY_BITS,
		exponent: publicExponent = 3,
		expires,
		damage,
	} = certificates?.icc ?? {};
	const [issuer, iccKey, iccPinKey] = await Promise.all([
		issuerOf(pan, certificates?.issuer, scheme, keys),
		keys({ modulusBits, publicExponent }, "ICC"),
		keys({ modulusBits, publicExponent }, "ICC PIN"),
	]);
	const certify = (subject: RsaPrivateKey, covered: Uint8Array) =>
		iccCertificate(
			nodeCrypto,
			{ signer: issuer.key, subject, expires: expires ?? CERTIFICATES_EXPIRE, serialNumber: serial(), damage },
			pan,
			covered,
		);
	const staticDamage = certificates?.staticSignature?.damage;
	const isDynamic = methods.includes("DDA") || methods.includes("CDA");
	return {
		certificates: [
			// With the longest authority key, 90 leaves no room for another data object in its record.
			[tlv("90", issuer.certificate.certificate)],
			[
				tlv("8F", parseHex(certificates?.authorityKeyIndex ?? scheme.issuer.certificationAuthorityKeyIndex)),
				tlv("9F32", issuer.certificate.exponent),
				...present("92", issuer.certificate.remainder),
			],
			...(isDynamic ? [keyObjects(certify(iccKey, signedData), ["9F46", "9F47", "9F48"])] : []),
			...(isDynamic ? [keyObjects(certify(iccPinKey, new Uint8Array(0)), ["9F2D", "9F2E", "9F2F"])] : []),
			...(methods.includes("SDA") ? [[tlv("93", signStaticData(issuer.key, signedData, staticDamage))]] : []),
		],
		iccKey,
		iccPinKey,
	};
}

type StaticSignatureDamage = (typeof STATIC_SIGNATURE_DAMAGES)[number];
type IssuerVariant = NonNullable<ApplicationProfile["certificates"]>["issuer"];

/** The scheme's issuer as it is, or with another key or certificate. */
async function issuerOf(
	pan: string,
	variant: IssuerVariant,
	{ issuer, certificationAuthorityPrivateKey }: TestScheme,
	keys: RsaKeySource,
): Promise<{ key: RsaPrivateKey; certificate: PublicKeyCertificate }> {
	if (!variant) {
		const [certificate, remainder, exponent] = [issuer.certificate, issuer.remainder, issuer.exponent].map(parseHex);
		return {
			key: issuer.privateKey,
			certificate: { certificate: certificate!, remainder: remainder!, exponent: exponent! },
		};
	}
	const { keyBits, exponent, expires = CERTIFICATES_EXPIRE, identifierDigits, damage } = variant;
	const kind = { modulusBits: keyBits ?? ISSUER_KEY_BITS, publicExponent: exponent ?? 3 };
	const key = keyBits || exponent ? await keys(kind, "issuer") : issuer.privateKey;
	const issue = { signer: certificationAuthorityPrivateKey, subject: key, expires, serialNumber: serial(), damage };
	const identifier = pan.slice(0, identifierDigits ?? issuer.identifier.length);
	return { key, certificate: issuerCertificate(nodeCrypto, issue, identifier) };
}

/** 93 (EMV 4.4 Book 2, 5.1, table 3): format 03, SHA-1, data authentication code. */
function signStaticData(
	issuerKey: RsaPrivateKey,
	signedData: Uint8Array,
	damage: StaticSignatureDamage | undefined,
): Uint8Array {
	const [format, hashAlgorithm] = [damage === "format" ? 0x13 : 0x03, damage === "hash algorithm" ? 0x7f : 0x01];
	const signed = concat(Uint8Array.of(format, hashAlgorithm), new Uint8Array(randomBytes(2)));
	const signature = signWithRecovery(nodeCrypto, issuerKey, signed, signedData, signatureDamage(damage));
	return damage === "length" ? signature.subarray(1) : signature;
}

function keyObjects(
	{ certificate, exponent, remainder }: PublicKeyCertificate,
	[certificateTag, exponentTag, remainderTag]: readonly [string, string, string],
): Uint8Array[] {
	return [tlv(certificateTag, certificate), tlv(exponentTag, exponent), ...present(remainderTag, remainder)];
}

/** The data object, or nothing when its value is empty. */
export function present(tag: string, value: Uint8Array): Uint8Array[] {
	return value.length ? [tlv(tag, value)] : [];
}

function serial(): Uint8Array {
	return new Uint8Array(randomBytes(3));
}
