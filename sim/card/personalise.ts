import { randomBytes } from "node:crypto";
import { compressedNumericBytes, numericBytes } from "../../src/bytes/bcd.js";
import { asciiBytes, concat } from "../../src/bytes/bytes.js";
import { formatHex, parseHex } from "../../src/bytes/hex.js";
import { nodeCrypto } from "../world/nodeCrypto.js";
import { iccCertificate } from "./certificate.js";
import { iccMasterKeyOptionA } from "./cryptogram.js";
import {
	type ApplicationPersonalisation,
	type DedicatedFile,
	type MasterKeys,
	type Personalisation,
	TEST_NOTICE,
} from "./personalisation.js";
import type { ApplicationProfile, CardProfile } from "./profile.js";
import { generateRsaPrivateKey } from "./rsaKeyPair.js";
import { CERTIFICATES_EXPIRE, type TestScheme } from "./testScheme.js";
import { tlv } from "./tlv.js";

/**
 * Writes a card: keys, certificates and files for every application of the profile.
 * @throws {RangeError} when the scheme's issuer does not issue such a PAN
 */
export async function personalise(profile: CardProfile, scheme: TestScheme): Promise<Personalisation> {
	const { identifier } = scheme.issuer;
	if (!profile.account.pan.startsWith(identifier))
		throw new RangeError(`the test issuer's PANs start with ${identifier}`);
	return {
		...TEST_NOTICE,
		profile: profile.name,
		atr: profile.atr,
		nullBytes: profile.nullBytes,
		pse: profile.pse ? paymentSystemEnvironment(profile) : null,
		applications: await Promise.all(
			profile.applications.map(application => personaliseApplication(profile.account, application, scheme)),
		),
	};
}

const ICC_KEY_BITS = 1152;

type Account = CardProfile["account"];

async function personaliseApplication(
	account: Account,
	application: ApplicationProfile,
	{ issuer }: TestScheme,
): Promise<ApplicationPersonalisation> {
	const [iccKey, iccPinKey] = await Promise.all([
		generateRsaPrivateKey(ICC_KEY_BITS),
		generateRsaPrivateKey(ICC_KEY_BITS),
	]);
	const aip = Uint8Array.of(application.issuerAuthentication === "EXTERNAL AUTHENTICATE" ? 0x3c : 0x38, 0);
	const cardholder = tlv("70", ...cardholderData(account));
	const signed = [staticData(account, application), riskManagementData(application)];
	// EMV 4.4 Book 3, 10.3: of records in SFI 1 to 10 the value of template 70 is signed; 9F4A adds the AIP.
	const signedData = concat(...signed.map(objects => concat(...objects)), aip);
	const issue = { signer: issuer.privateKey, expires: CERTIFICATES_EXPIRE };
	const icc = iccCertificate(
		nodeCrypto,
		{ ...issue, subject: iccKey, serialNumber: serial() },
		account.pan,
		signedData,
	);
	const iccPin = iccCertificate(
		nodeCrypto,
		{ ...issue, subject: iccPinKey, serialNumber: serial() },
		account.pan,
		new Uint8Array(0),
	);
	const certificates = [
		// With the longest authority key, 90 leaves no room for another data object in its record.
		[tlv("90", parseHex(issuer.certificate))],
		[
			tlv("8F", parseHex(issuer.certificationAuthorityKeyIndex)),
			tlv("9F32", parseHex(issuer.exponent)),
			...present("92", parseHex(issuer.remainder)),
		],
		[tlv("9F46", icc.certificate), tlv("9F47", icc.exponent), ...present("9F48", icc.remainder)],
		[tlv("9F2D", iccPin.certificate), tlv("9F2E", iccPin.exponent), ...present("9F2F", iccPin.remainder)],
	];
	const records = (templates: readonly (readonly Uint8Array[])[]) =>
		templates.map(objects => formatHex(tlv("70", ...objects)));
	return {
		name: application.aid,
		fci: formatHex(applicationFci(account, application)),
		files: [
			{ sfi: 1, records: [formatHex(cardholder)] },
			{ sfi: 2, records: records(signed) },
			{ sfi: 3, records: records(certificates) },
		],
		blocked: application.blocked,
		responseFormat: application.responseFormat,
		aip: formatHex(aip),
		// Each entry: SFI, first and last record, how many of them are signed (EMV 4.4 Book 3, 10.2).
		afl: "08010100" + "10010202" + "18010400",
		pdol: application.pdol,
		cdol1: application.cdol1,
		cdol2: application.cdol2,
		ddol: application.ddol,
		consecutiveOfflineLimits: application.consecutiveOfflineLimits ?? null,
		issuerAuthentication: application.issuerAuthentication,
		issuerAuthenticationMandatory: application.issuerAuthenticationMandatory,
		pin: account.pin,
		pinTryLimit: account.pinTryLimit,
		iccMasterKeys: iccMasterKeys(issuer.masterKeys, account.pan, application.panSequence),
		iccKey,
		iccPinKey,
	};
}

function cardholderData(account: Account): Uint8Array[] {
	const track2 = `${account.pan}D${account.expires.slice(0, 4)}${account.serviceCode}00000000`;
	return [tlv("57", compressedNumericBytes(track2)), tlv("5F20", asciiBytes(account.cardholderName))];
}

function staticData(account: Account, application: ApplicationProfile): Uint8Array[] {
	return [
		tlv("5A", compressedNumericBytes(account.pan)),
		tlv("5F34", numericBytes(application.panSequence, 1)),
		tlv("5F24", numericBytes(account.expires, 3)),
		tlv("5F25", numericBytes(account.effective, 3)),
		tlv("5F28", numericBytes(account.issuerCountryCode, 2)),
		tlv("5F30", numericBytes(account.serviceCode, 2)),
		tlv("9F42", numericBytes(account.currencyCode, 2)),
		tlv("9F44", numericBytes(account.currencyExponent, 1)),
		tlv("9F08", parseHex(application.versionNumber)),
		tlv("9F07", parseHex(application.usageControl)),
		tlv("9F0D", parseHex(application.issuerActionCodes.default)),
		tlv("9F0E", parseHex(application.issuerActionCodes.denial)),
		tlv("9F0F", parseHex(application.issuerActionCodes.online)),
		tlv("9F4A", Uint8Array.of(0x82)),
	];
}

function riskManagementData(application: ApplicationProfile): Uint8Array[] {
	const limits = application.consecutiveOfflineLimits;
	return [
		tlv("8C", parseHex(application.cdol1)),
		tlv("8D", parseHex(application.cdol2)),
		tlv("8E", new Uint8Array(8), ...application.cvmList.map(parseHex)),
		tlv("9F49", parseHex(application.ddol)),
		...(limits ? [tlv("9F14", Uint8Array.of(limits.lower)), tlv("9F23", Uint8Array.of(limits.upper))] : []),
	];
}

/** FCI of an application (EMV 4.4 Book 1, 11.3.4, table 8). */
function applicationFci(account: Account, application: ApplicationProfile): Uint8Array {
	const { preferredName } = application;
	const proprietary = tlv(
		"A5",
		tlv("50", asciiBytes(application.label)),
		priorityIndicator(application),
		...present("9F38", parseHex(application.pdol)),
		tlv("5F2D", asciiBytes(account.languages)),
		...(preferredName ? [tlv("9F11", LATIN_CODE_TABLE), tlv("9F12", asciiBytes(preferredName))] : []),
	);
	return tlv("6F", tlv("84", parseHex(application.aid)), proprietary);
}

/** The PSE with its directory (EMV 4.4 Book 1, 12.2.2 and 12.2.3). */
function paymentSystemEnvironment({ account, applications }: CardProfile): DedicatedFile {
	const name = asciiBytes("1PAY.SYS.DDF01");
	const proprietary = tlv(
		"A5",
		tlv("88", Uint8Array.of(DIRECTORY_SFI)),
		tlv("5F2D", asciiBytes(account.languages)),
		tlv("9F11", LATIN_CODE_TABLE),
	);
	const entries = applications.map(application =>
		tlv(
			"61",
			tlv("4F", parseHex(application.aid)),
			tlv("50", asciiBytes(application.label)),
			...(application.preferredName ? [tlv("9F12", asciiBytes(application.preferredName))] : []),
			priorityIndicator(application),
		),
	);
	return {
		name: formatHex(name),
		fci: formatHex(tlv("6F", tlv("84", name), proprietary)),
		files: [{ sfi: DIRECTORY_SFI, records: [formatHex(tlv("70", ...entries))] }],
	};
}

const DIRECTORY_SFI = 1;
/** ISO/IEC 8859-1. */
const LATIN_CODE_TABLE = Uint8Array.of(1);

function priorityIndicator({ confirmation, priority }: ApplicationProfile): Uint8Array {
	return tlv("87", Uint8Array.of((confirmation ? 0x80 : 0) | priority));
}

function iccMasterKeys(issuerKeys: MasterKeys, pan: string, panSequence: number): MasterKeys {
	const derive = (key: string) => formatHex(iccMasterKeyOptionA(nodeCrypto, parseHex(key), pan, panSequence));
	return {
		applicationCryptogram: derive(issuerKeys.applicationCryptogram),
		secureMessagingIntegrity: derive(issuerKeys.secureMessagingIntegrity),
		secureMessagingConfidentiality: derive(issuerKeys.secureMessagingConfidentiality),
	};
}

/** The data object, or nothing when its value is empty. */
function present(tag: string, value: Uint8Array): Uint8Array[] {
	return value.length ? [tlv(tag, value)] : [];
}

function serial(): Uint8Array {
	return new Uint8Array(randomBytes(3));
}
