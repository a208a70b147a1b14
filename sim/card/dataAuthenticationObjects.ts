import { randomBytes } from "node:crypto";
import { concat } from "../../src/bytes/bytes.js";
import { parseHex } from "../../src/bytes/hex.js";
import { nodeCrypto } from "../world/nodeCrypto.js";
import { iccCertificate, issuerCertificate, type PublicKeyCertificate } from "./certificate.js";
import { signWithRecovery } from "./digitalSignature.js";
import { type DataAuthenticationMethod, ICC_KEY_BITS, ISSUER_KEY_BITS } from "./personalisation.js";
import type { ApplicationProfile } from "./profile.js";
import { generateRsaPrivateKeyOf } from "./rsaKeyPair.js";
import type { RsaPrivateKey } from "./rsaPrivateKey.js";
import { CERTIFICATES_EXPIRE, type TestScheme } from "./testScheme.js";
import { tlv } from "./tlv.js";

export const DEFAULT_METHODS: readonly DataAuthenticationMethod[] = Object.freeze(["DDA"]);

/** What an application needs for offline data authentication (EMV 4.4 Book 2, 5 and 6). */
export interface DataAuthenticationObjects {
	/** Data objects of the records that hold certificates and signatures. */
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
): Promise<DataAuthenticationObjects> {
	const { keyBits: modulusBits = ICC_KEY_BITS, exponent: publicExponent = 3, expires } = certificates?.icc ?? {};
	const [issuer, iccKey, iccPinKey] = await Promise.all([
		issuerOf(pan, certificates?.issuer, scheme),
		generateRsaPrivateKeyOf({ modulusBits, publicExponent }),
		generateRsaPrivateKeyOf({ modulusBits, publicExponent }),
	]);
	const certify = (subject: RsaPrivateKey, covered: Uint8Array) =>
		iccCertificate(
			nodeCrypto,
			{ signer: issuer.key, subject, expires: expires ?? CERTIFICATES_EXPIRE, serialNumber: serial() },
			pan,
			covered,
		);
	const isDynamic = methods.includes("DDA") || methods.includes("CDA");
	return {
		certificates: [
			// With the longest authority key, 90 leaves no room for another data object in its record.
			[tlv("90", issuer.certificate.certificate)],
			[
				tlv("8F", parseHex(scheme.issuer.certificationAuthorityKeyIndex)),
				tlv("9F32", issuer.certificate.exponent),
				...present("92", issuer.certificate.remainder),
			],
			...(isDynamic ? [keyObjects(certify(iccKey, signedData), ["9F46", "9F47", "9F48"])] : []),
			...(isDynamic ? [keyObjects(certify(iccPinKey, new Uint8Array(0)), ["9F2D", "9F2E", "9F2F"])] : []),
			...(methods.includes("SDA") ? [[tlv("93", signStaticData(issuer.key, signedData))]] : []),
		],
		iccKey,
		iccPinKey,
	};
}

type IssuerVariant = NonNullable<ApplicationProfile["certificates"]>["issuer"];

/** The scheme's issuer as it is, or with another key or certificate. */
async function issuerOf(
	pan: string,
	variant: IssuerVariant,
	{ issuer, certificationAuthorityPrivateKey }: TestScheme,
): Promise<{ key: RsaPrivateKey; certificate: PublicKeyCertificate }> {
	if (!variant) {
		const [certificate, remainder, exponent] = [issuer.certificate, issuer.remainder, issuer.exponent].map(parseHex);
		return {
			key: issuer.privateKey,
			certificate: { certificate: certificate!, remainder: remainder!, exponent: exponent! },
		};
	}
	const { keyBits, exponent, expires = CERTIFICATES_EXPIRE, identifierDigits } = variant;
	const kind = { modulusBits: keyBits ?? ISSUER_KEY_BITS, publicExponent: exponent ?? 3 };
	const key = keyBits || exponent ? await generateRsaPrivateKeyOf(kind) : issuer.privateKey;
	const issue = { signer: certificationAuthorityPrivateKey, subject: key, expires, serialNumber: serial() };
	const identifier = pan.slice(0, identifierDigits ?? issuer.identifier.length);
	return { key, certificate: issuerCertificate(nodeCrypto, issue, identifier) };
}

/** 93 (EMV 4.4 Book 2, 5.1, table 3): format 03, SHA-1, data authentication code. */
function signStaticData(issuerKey: RsaPrivateKey, signedData: Uint8Array): Uint8Array {
	const signed = concat(Uint8Array.of(0x03, 0x01), new Uint8Array(randomBytes(2)));
	return signWithRecovery(nodeCrypto, issuerKey, signed, signedData);
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
