import { compressedNumericBytes, numericBytes } from "../../src/bytes/bcd.js";
import { asciiBytes, concat, uintBytes } from "../../src/bytes/bytes.js";
import { formatHex, parseHex } from "../../src/bytes/hex.js";
import { nodeCrypto } from "../world/nodeCrypto.js";
import { CRYPTOGRAM_VERSIONS, type CryptogramVersionName, iccMasterKey } from "./cryptogramVersion.js";
import { DEFAULT_METHODS, dataAuthenticationObjects, present } from "./dataAuthenticationObjects.js";
import {
	type ApplicationPersonalisation,
	type DedicatedFile,
	type ElementaryFile,
	type MasterKeys,
	type Personalisation,
	TEST_NOTICE,
} from "./personalisation.js";
import type { ApplicationProfile, CardProfile } from "./profile.js";
import { freshKeys, type RsaKeySource } from "./rsaKeyPair.js";
import type { TestScheme } from "./testScheme.js";
import { decodeTlv, tlv } from "./tlv.js";
import { LOG_SFI } from "./transactionLog.js";

/**
 * Writes a card: keys, certificates and files for every application of the profile.
 * @throws {RangeError} when the scheme's issuer does not issue such a PAN
 */
export async function personalise(
	profile: CardProfile,
	scheme: TestScheme,
	keys: RsaKeySource = freshKeys,
): Promise<Personalisation> {
	const { identifier } = scheme.issuer;
	if (!profile.account.pan.startsWith(identifier))
		throw new RangeError(`profile.account.pan must start with ${identifier}, as all cards of the test issuer`);
	return {
		...TEST_NOTICE,
		profile: profile.name,
		atr: profile.atr,
		nullBytes: profile.nullBytes,
		...(profile.blocked && { blocked: true }),
		pse: profile.pse ? paymentSystemEnvironment(profile) : null,
		...(profile.faults && { faults: profile.faults }),
		applications: await Promise.all(
			profile.applications.map(application => personaliseApplication(profile.account, application, scheme, keys)),
		),
	};
}

type Account = CardProfile["account"];

async function personaliseApplication(
	account: Account,
	application: ApplicationProfile,
	scheme: TestScheme,
	keys: RsaKeySource,
): Promise<ApplicationPersonalisation> {
	const aip = applicationInterchangeProfile(application);
	const signed = [staticData(account, application), riskManagementData(application)];
	// EMV 4.4 Book 3, 10.3: of records in SFI 1 to 10 the value of template 70 is signed; 9F4A adds the AIP.
	const signedData = concat(...signed.map(objects => concat(...objects)), aip);
	const { certificates, iccKey, iccPinKey } = await dataAuthenticationObjects(
		account.pan,
		application,
		scheme,
		signedData,
		keys,
	);
	const files = [
		{ sfi: 1, records: records([cardholderData(account)]) },
		{ sfi: 2, records: records(signed.map(objects => objects.map(object => altered(application, object)))) },
		{ sfi: 3, records: records(certificates) },
	];
	return {
		name: application.aid,
		fci: formatHex(applicationFci(account, application)),
		files,
		blocked: application.blocked,
		...(application.dataAuthentication && { dataAuthentication: application.dataAuthentication }),
		...(application.signedResponseOrder && { signedResponseOrder: application.signedResponseOrder }),
		responseFormat: application.responseFormat,
		aip: formatHex(aip),
		afl: formatHex(applicationFileLocator(files)),
		pdol: application.pdol,
		cdol1: application.cdol1,
		cdol2: application.cdol2,
		ddol: application.ddol,
		consecutiveOfflineLimits: application.consecutiveOfflineLimits ?? null,
		...(application.cumulativeOfflineLimits && { cumulativeOfflineLimits: application.cumulativeOfflineLimits }),
		...(application.counters && { counters: application.counters }),
		currencyCode: account.currencyCode.padStart(4, "0"),
		...(application.cryptogramVersion && { cryptogramVersion: application.cryptogramVersion }),
		...(application.cardAction && { cardAction: application.cardAction }),
		issuerAuthentication: application.issuerAuthentication,
		issuerAuthenticationMandatory: application.issuerAuthenticationMandatory,
		pin: account.pin,
		pinTryLimit: account.pinTryLimit,
		...(account.pinTriesLeft !== undefined && { pinTriesLeft: account.pinTriesLeft }),
		...(account.pinTryCounterHidden && { pinTryCounterHidden: true }),
		...(application.transactionLog && { transactionLog: application.transactionLog }),
		iccMasterKeys: iccMasterKeys(scheme.issuer.masterKeys, account.pan, application),
		iccKey,
		iccPinKey,
	};
}

const DEFAULT_CRYPTOGRAM_VERSION: CryptogramVersionName = "CVN 01";

/** EMV 4.4 Book 3, 5.3.2.2: a record has at most 254 bytes; template and length of the longest take three. */
const LONGEST_TEMPLATE_VALUE = 251;

/** Templates 70: the objects of each list in one record, or in as many as they need. */
function records(lists: readonly (readonly Uint8Array[])[]): string[] {
	return lists.flatMap(objects => {
		const parts: Uint8Array[][] = [[]];
		let length = 0;
		for (const object of objects) {
			if (length + object.length > LONGEST_TEMPLATE_VALUE) {
				parts.push([]);
				length = 0;
			}
			parts.at(-1)!.push(object);
			length += object.length;
		}
		return parts.map(part => formatHex(tlv("70", ...part)));
	});
}

/** 94, each entry: SFI, first and last record, how many of them are signed (EMV 4.4 Book 3, 10.2). */
function applicationFileLocator(files: readonly ElementaryFile[]): Uint8Array {
	return concat(
		...files.map(({ sfi, records: { length } }) => Uint8Array.of(sfi << 3, 1, length, sfi === SIGNED_SFI ? length : 0)),
	);
}

const SIGNED_SFI = 2;

/** The data object as somebody has changed it who could not sign it anew. */
function altered({ alteredStaticData }: ApplicationProfile, object: Uint8Array): Uint8Array {
	const { tag } = decodeTlv(object)![0]!;
	const change = alteredStaticData?.find(each => each.tag === tag);
	return change ? tlv(tag, parseHex(change.value)) : object;
}

/** 82 (EMV 4.4 Book 3, Annex C1): what the card can do is what it has been given the data for. */
function applicationInterchangeProfile(application: ApplicationProfile): Uint8Array {
	const methods = application.dataAuthentication ?? DEFAULT_METHODS;
	const byte1 =
		(methods.includes("SDA") ? 0x40 : 0) |
		(methods.includes("DDA") ? 0x20 : 0) |
		(application.cvmList.length ? 0x10 : 0) |
		TERMINAL_RISK_MANAGEMENT |
		(application.issuerAuthentication === "EXTERNAL AUTHENTICATE" ? 0x04 : 0) |
		(methods.includes("CDA") ? 0x01 : 0);
	return Uint8Array.of(byte1, 0);
}

const TERMINAL_RISK_MANAGEMENT = 0x08;

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
		...(application.cvmList.length ? [cvmList(application)] : []),
		tlv("9F49", parseHex(application.ddol)),
		...(limits ? [tlv("9F14", Uint8Array.of(limits.lower)), tlv("9F23", Uint8Array.of(limits.upper))] : []),
	];
}

/** 8E: amounts X and Y in binary, then the rules (EMV 4.4 Book 3, 10.5). */
function cvmList({ cvmList: rules, cvmAmounts }: ApplicationProfile): Uint8Array {
	const { x, y } = cvmAmounts ?? { x: 0, y: 0 };
	return tlv("8E", uintBytes(x, 4), uintBytes(y, 4), ...rules.map(parseHex));
}

/** FCI of an application (EMV 4.4 Book 1, 11.3.4, table 8). */
function applicationFci(account: Account, application: ApplicationProfile): Uint8Array {
	const { preferredName, transactionLog } = application;
	const proprietary = tlv(
		"A5",
		tlv("50", asciiBytes(application.label)),
		priorityIndicator(application),
		...present("9F38", parseHex(application.pdol)),
		tlv("5F2D", asciiBytes(account.languages)),
		...(preferredName ? [tlv("9F11", codeTable(application)), tlv("9F12", asciiBytes(preferredName))] : []),
		...(transactionLog ? [tlv("BF0C", tlv("9F4D", Uint8Array.of(LOG_SFI, transactionLog.records)))] : []),
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
		files: [{ sfi: DIRECTORY_SFI, records: records([entries]) }],
	};
}

const DIRECTORY_SFI = 1;
/** ISO/IEC 8859-1. */
const LATIN_CODE_TABLE = Uint8Array.of(1);

function codeTable({ codeTable: part = 1 }: ApplicationProfile): Uint8Array {
	return Uint8Array.of(part);
}

function priorityIndicator({ confirmation, priority }: ApplicationProfile): Uint8Array {
	return tlv("87", Uint8Array.of((confirmation ? 0x80 : 0) | priority));
}

function iccMasterKeys(
	issuerKeys: MasterKeys,
	pan: string,
	{ panSequence, cryptogramVersion = DEFAULT_CRYPTOGRAM_VERSION }: ApplicationProfile,
): MasterKeys {
	const version = CRYPTOGRAM_VERSIONS[cryptogramVersion];
	const derive = (key: string) => formatHex(iccMasterKey(nodeCrypto, version, parseHex(key), pan, panSequence));
	return {
		applicationCryptogram: derive(issuerKeys.applicationCryptogram),
		secureMessagingIntegrity: derive(issuerKeys.secureMessagingIntegrity),
		secureMessagingConfidentiality: derive(issuerKeys.secureMessagingConfidentiality),
	};
}
