import { parseHex } from "../../src/bytes/hex.js";
import { CERTIFICATE_DAMAGES } from "./certificate.js";
import {
	boolean,
	type Check,
	type Checked,
	described,
	hex,
	integer,
	list,
	object,
	oneOf,
	optional,
	refuse,
	withSchema,
} from "./check.js";
import { CRYPTOGRAM_VERSIONS, type CryptogramVersionName } from "./cryptogramVersion.js";
import { type DolEntry, decodeDol } from "./dol.js";
import {
	DATA_AUTHENTICATION_METHODS,
	ICC_KEY_BITS,
	ISSUER_KEY_BITS,
	SIGNED_RESPONSE_TAGS,
	STATIC_SIGNATURE_DAMAGES,
} from "./personalisation.js";
import { ans, dol, month, offlineLimits } from "./profileChecks.js";

/** The card's cryptogram is made of these (EMV 4.4 Book 2, 8.1.1). */
const CRYPTOGRAM_OBJECTS: readonly DolEntry[] = Object.freeze([
	{ tag: "9F02", length: 6 },
	{ tag: "9F03", length: 6 },
	{ tag: "9F1A", length: 2 },
	{ tag: "95", length: 5 },
	{ tag: "5F2A", length: 2 },
	{ tag: "9A", length: 3 },
	{ tag: "9C", length: 1 },
	{ tag: "9F37", length: 4 },
]);

/** Longest list that fits a record (8C, 8D, 9F49), and the FCI beside the other names (9F38). */
const LONGEST_RECORD_DOL = 240;
const LONGEST_FCI_DOL = 120;

/** Y3 and Z3 (Book 4, A6) come in 8A. */
const CDOL2_OBJECTS: readonly DolEntry[] = Object.freeze([{ tag: "8A", length: 2 }]);
const DDOL_OBJECTS: readonly DolEntry[] = Object.freeze([{ tag: "9F37", length: 4 }]);

/** What a log entry can hold besides the data of CDOL1. */
const LOGGED_BY_CARD: readonly DolEntry[] = Object.freeze([
	{ tag: "9F27", length: 1 },
	{ tag: "9F36", length: 2 },
]);

const issuerActionCode = hex(5, 5);
const anyBits = integer(1024, 1984);
const keyBits: Check<number> = withSchema({ ...anyBits.schema, multipleOf: 8 }, (value, path) => {
	const bits = anyBits(value, path);
	return bits % 8 === 0 ? bits : refuse(path, "must be a multiple of 8");
});
const exponent = oneOf(3, 65537);

const signedTags = list(oneOf(...SIGNED_RESPONSE_TAGS), SIGNED_RESPONSE_TAGS.length, SIGNED_RESPONSE_TAGS.length);
/** Each tag once. */
const signedResponseOrder: Check<readonly (typeof SIGNED_RESPONSE_TAGS)[number][]> = withSchema(
	{ ...signedTags.schema, uniqueItems: true },
	(value, path) => {
		const tags = signedTags(value, path);
		return new Set(tags).size === tags.length
			? tags
			: refuse(path, `must name each of ${SIGNED_RESPONSE_TAGS.join(", ")} once`);
	},
);

const issuerCertificateProfile = object({
	keyBits: described("Modulus of the issuer's key; 1408 unless told otherwise", optional(keyBits)),
	exponent: described("Public exponent; 3 unless told otherwise", optional(exponent)),
	expires: described("Last month of validity, MMYY", optional(month)),
	identifierDigits: described(
		"How many digits of the PAN the certificate names; filled with F to 8 (Book 2, table 2)",
		optional(integer(3, 8)),
	),
	damage: described(
		"The one thing that is wrong with the certificate (Book 2, 6.3)",
		optional(oneOf(...CERTIFICATE_DAMAGES)),
	),
});

const iccCertificateProfile = object({
	keyBits: described("Modulus of the card's keys; 1152 unless told otherwise", optional(keyBits)),
	exponent: described("Public exponent; 3 unless told otherwise", optional(exponent)),
	expires: described("Last month of validity, MMYY", optional(month)),
	damage: described(
		"The one thing that is wrong with the certificates (Book 2, 6.4)",
		optional(oneOf(...CERTIFICATE_DAMAGES)),
	),
});

const certificates = object({
	authorityKeyIndex: described(
		"8F: which key of the certification authority; the scheme has F1 only",
		optional(hex(1, 1)),
	),
	issuer: described("90, under the same authority", optional(issuerCertificateProfile)),
	icc: described("9F46 and 9F2D", optional(iccCertificateProfile)),
	staticSignature: described(
		"93, the signature of static data authentication",
		optional(
			object({
				damage: described("The one thing that is wrong with it (Book 2, 5.4)", oneOf(...STATIC_SIGNATURE_DAMAGES)),
			}),
		),
	),
});

const versionNames = Object.keys(CRYPTOGRAM_VERSIONS) as CryptogramVersionName[];

const fields = object({
	aid: described("4F and 84", hex(5, 16)),
	label: described("50", ans(16)),
	preferredName: described("9F12, with 9F11", optional(ans(16))),
	codeTable: described("9F11: part of ISO/IEC 8859 of the preferred name; without it 1", optional(integer(1, 10))),
	priority: described("Low nibble of 87; 0 means none", integer(0, 15)),
	confirmation: described("b8 of 87: the cardholder must confirm", boolean),
	blocked: described("SELECT answers 6283", boolean),
	panSequence: described("5F34", integer(0, 99)),
	versionNumber: described("9F08", hex(2, 2)),
	usageControl: described("9F07", hex(2, 2)),
	cvmList: described(
		"8E: each rule is a CVM code and a condition code (Book 3, 10.5 and Annex C3); empty: no verification at all",
		list(hex(2, 2), 0, 100),
	),
	cvmAmounts: described(
		"X and Y of 8E, in minor units of the card's currency; without it both are zero",
		optional(object({ x: described("X", integer(0, 0xffff_ffff)), y: described("Y", integer(0, 0xffff_ffff)) })),
	),
	dataAuthentication: described(
		"Offline data authentication; without it DDA alone, empty: none",
		optional(list(oneOf(...DATA_AUTHENTICATION_METHODS), 0, 3)),
	),
	signedResponseOrder: described(
		"How the data objects of an answer signed for CDA follow each other",
		optional(signedResponseOrder),
	),
	certificates: described("Where keys and certificates differ from the scheme's", optional(certificates)),
	alteredStaticData: described(
		"Signed data objects that were changed after they were signed",
		optional(
			list(
				object({ tag: described("Of the data object", hex(1, 3)), value: described("What it holds now", hex(1, 200)) }),
				1,
				10,
			),
		),
	),
	transactionLog: described(
		"9F4F and how many records the cyclic file holds (Book 3, Annex D)",
		optional(
			object({
				format: described("9F4F: what an entry holds", dol([], LONGEST_RECORD_DOL)),
				records: described("How many entries there are at most", integer(1, 30)),
			}),
		),
	),
	issuerActionCodes: described(
		"9F0D, 9F0E, 9F0F",
		object({
			default: described("9F0D", issuerActionCode),
			denial: described("9F0E", issuerActionCode),
			online: described("9F0F", issuerActionCode),
		}),
	),
	pdol: described("9F38; empty for none", dol([], LONGEST_FCI_DOL)),
	cdol1: described("8C", dol(CRYPTOGRAM_OBJECTS, LONGEST_RECORD_DOL)),
	cdol2: described("8D", dol(CDOL2_OBJECTS, LONGEST_RECORD_DOL)),
	ddol: described("9F49", dol(DDOL_OBJECTS, LONGEST_RECORD_DOL)),
	consecutiveOfflineLimits: described(
		"9F14 and 9F23: transactions in a row without the issuer",
		optional(offlineLimits(255)),
	),
	cumulativeOfflineLimits: described(
		"What the card approves in a row without the issuer, in minor units of its currency",
		optional(offlineLimits(999_999_999_999)),
	),
	counters: described(
		"What the new card has behind it; without it nothing",
		optional(
			object({
				atc: described("9F36", integer(0, 0xffff)),
				lastOnlineAtc: described("9F13", integer(0, 0xffff)),
				cumulativeOfflineMinor: described(
					"Approved without the issuer so far, in minor units",
					optional(integer(0, 999_999_999_999)),
				),
			}),
		),
	),
	cryptogramVersion: described(
		'How cryptograms are made; without it "CVN 01", by the custom of UnionPay',
		optional(oneOf(...versionNames)),
	),
	cardAction: described(
		"What the card decides for itself, whatever its counters say (Book 3, 10.8)",
		optional(
			object({
				first: described("The most that the first GENERATE AC gives", optional(oneOf("ARQC", "AAC"))),
				second: described("The most that the second gives", optional(oneOf("AAC"))),
				advice: described("An AAC asks for an advice to the issuer", optional(boolean)),
			}),
		),
	),
	issuerAuthentication: described(
		"By which command the ARPC arrives (Book 3, 10.9): the first sets its bit in the AIP, the second needs 91 in CDOL2",
		oneOf("EXTERNAL AUTHENTICATE", "GENERATE AC"),
	),
	issuerAuthenticationMandatory: described("After an online answer without a right ARPC the card declines", boolean),
	responseFormat: described(
		"Template of the answers to GET PROCESSING OPTIONS, INTERNAL AUTHENTICATE and GENERATE AC",
		oneOf("80", "77"),
	),
});

export type ApplicationProfile = Checked<typeof fields>;

/** One application of a card profile, with what its members must be to one another. */
export const applicationProfile: Check<ApplicationProfile> = withSchema(fields.schema!, (value, path) => {
	const checked = fields(value, path);
	checkIssuerAuthentication(checked, path);
	checkKeyLengths(checked, path);
	if (checked.counters && checked.counters.lastOnlineAtc > checked.counters.atc)
		refuse(`${path}.counters.lastOnlineAtc`, "must not be above atc");
	const { transactionLog } = checked;
	const logged = [...decodeDol(parseHex(checked.cdol1)), ...LOGGED_BY_CARD];
	for (const { tag, length } of transactionLog ? decodeDol(parseHex(transactionLog.format)) : [])
		if (!logged.some(known => known.tag === tag && known.length === length))
			refuse(`${path}.transactionLog.format`, `must not ask for tag ${tag} in ${length} bytes`);
	return checked;
});

function checkIssuerAuthentication(profile: ApplicationProfile, path: string): void {
	const { cryptogramVersion = "CVN 01", issuerAuthentication, cdol2 } = profile;
	// Common core cards know no EXTERNAL AUTHENTICATE (Book 3, 10.9).
	if (cryptogramVersion === "CCD" && issuerAuthentication !== "GENERATE AC")
		refuse(`${path}.issuerAuthentication`, "must be GENERATE AC with cryptograms of CCD");
	const length = CRYPTOGRAM_VERSIONS[cryptogramVersion].arpcMethod === 1 ? 10 : 8;
	if (issuerAuthentication === "GENERATE AC") dol([{ tag: "91", length }], LONGEST_RECORD_DOL)(cdol2, `${path}.cdol2`);
}

/** Bytes of a response and of its template's head: a signature must leave room for what stands beside it. */
const LONGEST_RESPONSE = 256;
const SIGNED_RESPONSE_HEADS = 19;

/** Where EMV's records and responses end (EMV 4.4 Book 2, Annex D; Book 3, 5.3.2.2). */
function checkKeyLengths(profile: ApplicationProfile, path: string): void {
	const { dataAuthentication = ["DDA"], cryptogramVersion = "CVN 01" } = profile;
	const { issuer, icc } = profile.certificates ?? {};
	const [issuerBits, iccBits] = [issuer?.keyBits ?? ISSUER_KEY_BITS, icc?.keyBits ?? ICC_KEY_BITS];
	const isDynamic = dataAuthentication.includes("DDA") || dataAuthentication.includes("CDA");
	if (isDynamic && issuerBits > MOST_ISSUER_BITS_WITH_ICC)
		refuse(
			`${path}.certificates.issuer.keyBits`,
			`must be at most ${MOST_ISSUER_BITS_WITH_ICC} with DDA or CDA: the ICC certificate is as long, and must fit a record`,
		);
	if (iccBits > issuerBits) refuse(`${path}.certificates.icc.keyBits`, "must not be above the issuer's");
	const mostBytes = LONGEST_RESPONSE - SIGNED_RESPONSE_HEADS - CRYPTOGRAM_VERSIONS[cryptogramVersion].iadLength;
	if (dataAuthentication.includes("CDA") && iccBits > 8 * mostBytes)
		refuse(
			`${path}.certificates.icc.keyBits`,
			`must be at most ${8 * mostBytes} with CDA: the signature and 9F10 share one response`,
		);
}

/** A certificate of 247 bytes and its tag fill the longest record. */
const MOST_ISSUER_BITS_WITH_ICC = 1976;
