import { parseHex } from "../../src/bytes/hex.js";
import { CARD_FAULTS, type CardFault, type CardFaultName, INSTRUCTIONS, type InstructionName } from "./cardFault.js";
import {
	boolean,
	type Check,
	type Checked,
	hex,
	integer,
	list,
	object,
	oneOf,
	optional,
	refuse,
	text,
} from "./check.js";
import { ISSUER_AUTHENTICATION_DATA_LENGTH } from "./cryptogram.js";
import { type DolEntry, decodeDol, dolLength } from "./dol.js";
import { DATA_AUTHENTICATION_METHODS, ICC_KEY_BITS, ISSUER_KEY_BITS, SIGNED_RESPONSE_TAGS } from "./personalisation.js";

/** What a card is before it has keys: a file of sim/card/profiles, written by people. */
export type CardProfile = Checked<typeof cardProfile>;
export type ApplicationProfile = CardProfile["applications"][number];

/**
 * @param json the parsed content of a profile file
 * @throws {TypeError} one sentence, such as "profile.applications[0].cvmList[1] must be 2 bytes in hexadecimal"
 */
export function checkProfile(json: unknown): CardProfile {
	return cardProfile(json, "profile");
}

const digits = (least: number, most: number) =>
	text(new RegExp(`^[0-9]{${least},${most}}$`), least === most ? `${least} digits` : `${least} to ${most} digits`);

const date = text(/^\d\d(0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01])$/, "a date as YYMMDD");

/** Characters of format ans that every code table holds (EMV 4.4 Book 4, Annex B). */
const ans = (most: number) => text(new RegExp(`^[ -~]{1,${most}}$`), `1 to ${most} printable ASCII characters`);

const pan: Check<string> = (value, path) => {
	const number = digits(13, 19)(value, path);
	return luhn(number) ? number : refuse(path, "must end in its check digit (ISO/IEC 7812-1, Annex B)");
};

function luhn(number: string): boolean {
	let sum = 0;
	for (let i = 1; i <= number.length; i++) {
		const digit = Number(number.at(-i));
		sum += i & 1 ? digit : digit < 5 ? 2 * digit : 2 * digit - 9;
	}
	return sum % 10 === 0;
}

/** A data object list that asks at least for `required`, in these lengths. */
function dol(required: readonly DolEntry[]): Check<string> {
	return (value, path) => {
		const bytes = hex(0, 252)(value, path);
		let entries: DolEntry[];
		try {
			entries = decodeDol(parseHex(bytes));
		} catch {
			return refuse(path, "must be a data object list (EMV Book 3, 5.4)");
		}
		// One short APDU carries the data, in the GET PROCESSING OPTIONS behind 83 and a length of two bytes.
		if (dolLength(entries) > 252) refuse(path, "must ask for at most 252 bytes");
		for (const { tag, length } of required)
			if (!entries.some(entry => entry.tag === tag && entry.length === length))
				refuse(path, `must ask for tag ${tag} in ${length} bytes`);
		return bytes;
	};
}

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

const issuerActionCode = hex(5, 5);

const exponent: Check<3 | 65537> = (value, path) =>
	value === 3 || value === 65537 ? value : refuse(path, "must be 3 or 65537");

/** As a certificate says it: the last month of validity. */
const month = text(/^(0[1-9]|1[0-2])\d\d$/, "a month as MMYY");

/** A multiple of 8; a certificate of the longest fits a record together with exponent and remainder. */
const keyBits: Check<number> = (value, path) => {
	const bits = integer(768, 1536)(value, path);
	return bits % 8 === 0 ? bits : refuse(path, "must be a multiple of 8");
};

/** Each tag once. */
const signedResponseOrder: Check<readonly (typeof SIGNED_RESPONSE_TAGS)[number][]> = (value, path) => {
	const tags = list(oneOf(...SIGNED_RESPONSE_TAGS))(value, path);
	const isWhole = tags.length === SIGNED_RESPONSE_TAGS.length && new Set(tags).size === tags.length;
	return isWhole ? tags : refuse(path, `must name each of ${SIGNED_RESPONSE_TAGS.join(", ")} once`);
};

/** What a log entry can hold besides the data of CDOL1. */
const LOGGED_BY_CARD: readonly DolEntry[] = Object.freeze([
	{ tag: "9F27", length: 1 },
	{ tag: "9F36", length: 2 },
]);

const application = object({
	/** 4F and 84. */
	aid: hex(5, 16),
	/** 50. */
	label: ans(16),
	/** 9F12, with 9F11. */
	preferredName: optional(ans(16)),
	/** 9F11: the part of ISO/IEC 8859 in which the preferred name is written; without it 1. */
	codeTable: optional(integer(1, 10)),
	/** Low nibble of 87; 0 means none. */
	priority: integer(0, 15),
	/** b8 of 87: the cardholder must confirm. */
	confirmation: boolean,
	/** SELECT answers 6283. */
	blocked: boolean,
	/** 5F34. */
	panSequence: integer(0, 99),
	/** 9F08. */
	versionNumber: hex(2, 2),
	/** 9F07. */
	usageControl: hex(2, 2),
	/** 8E: each rule is a CVM code and a condition code (Book 3, 10.5 and Annex C3). Empty: no verification at all. */
	cvmList: list(hex(2, 2)),
	/** X and Y of 8E, in minor units of the card's currency; without it both are zero. */
	cvmAmounts: optional(object({ x: integer(0, 0xffff_ffff), y: integer(0, 0xffff_ffff) })),
	/** Offline data authentication; without it DDA alone. Empty: none. */
	dataAuthentication: optional(list(oneOf(...DATA_AUTHENTICATION_METHODS))),
	/** How the data objects of an answer signed for CDA follow each other. */
	signedResponseOrder: optional(signedResponseOrder),
	/** Where keys and certificates differ from the scheme's. */
	certificates: optional(
		object({
			/** 90, under the same authority; an identifier is filled with F to 8 digits (Book 2, table 2). */
			issuer: optional(
				object({
					keyBits: optional(keyBits),
					exponent: optional(exponent),
					expires: optional(month),
					identifierDigits: optional(integer(3, 8)),
				}),
			),
			/** 9F46 and 9F2D. */
			icc: optional(object({ keyBits: optional(keyBits), exponent: optional(exponent), expires: optional(month) })),
		}),
	),
	/** 9F4F and the records of the cyclic file (Book 3, Annex D). */
	transactionLog: optional(object({ format: dol([]), records: integer(1, 30) })),
	/** 9F0D, 9F0E, 9F0F. */
	issuerActionCodes: object({ default: issuerActionCode, denial: issuerActionCode, online: issuerActionCode }),
	/** 9F38; empty for none. */
	pdol: dol([]),
	/** 8C. */
	cdol1: dol(CRYPTOGRAM_OBJECTS),
	/** 8D. */
	cdol2: dol([{ tag: "8A", length: 2 }]),
	/** 9F49. */
	ddol: dol([{ tag: "9F37", length: 4 }]),
	/** 9F14 and 9F23: transactions in a row without the issuer. */
	consecutiveOfflineLimits: optional(object({ lower: integer(0, 255), upper: integer(0, 255) })),
	/** By which command the ARPC arrives (Book 3, 10.9): the first sets its bit in the AIP, the second needs 91 in CDOL2. */
	issuerAuthentication: oneOf("EXTERNAL AUTHENTICATE", "GENERATE AC"),
	/** After an online answer without a right ARPC the card declines. */
	issuerAuthenticationMandatory: boolean,
	/** Template of the answers to GET PROCESSING OPTIONS, INTERNAL AUTHENTICATE and GENERATE AC. */
	responseFormat: oneOf("80", "77"),
});

const checkedApplication: Check<Checked<typeof application>> = (value, path) => {
	const checked = application(value, path);
	if (checked.issuerAuthentication === "GENERATE AC")
		dol([{ tag: "91", length: ISSUER_AUTHENTICATION_DATA_LENGTH }])(checked.cdol2, `${path}.cdol2`);
	const { certificates, transactionLog } = checked;
	if ((certificates?.icc?.keyBits ?? ICC_KEY_BITS) > (certificates?.issuer?.keyBits ?? ISSUER_KEY_BITS))
		refuse(`${path}.certificates.icc.keyBits`, "must not be above the issuer's");
	const logged = [...decodeDol(parseHex(checked.cdol1)), ...LOGGED_BY_CARD];
	for (const { tag, length } of transactionLog ? decodeDol(parseHex(transactionLog.format)) : [])
		if (!logged.some(known => known.tag === tag && known.length === length))
			refuse(`${path}.transactionLog.format`, `must not ask for tag ${tag} in ${length} bytes`);
	return checked;
};

const faultSetting = object({
	fault: oneOf(...(Object.keys(CARD_FAULTS) as CardFaultName[])),
	instruction: optional(oneOf(...(Object.keys(INSTRUCTIONS) as InstructionName[]))),
	command: optional(integer(1, 1000)),
	statusWord: optional(hex(2, 2)),
	tag: optional(hex(1, 3)),
});

/** A fault with exactly the parameter that it takes. */
const cardFault: Check<CardFault> = (value, path) => {
	const checked = faultSetting(value, path);
	const needs = { statusWord: checked.fault === "status-word", tag: /-tag$/.test(checked.fault) };
	for (const name of ["statusWord", "tag"] as const)
		if ((checked[name] !== undefined) !== needs[name])
			refuse(`${path}.${name}`, `${needs[name] ? "is needed" : "means nothing"} for ${checked.fault}`);
	return checked;
};

const cardProfile = object({
	/** The file's name without ".json". */
	name: text(/^[a-z0-9-]+$/, "small letters, digits and hyphens"),
	/** For the person who picks a card. */
	title: ans(24),
	description: ans(80),
	/** Answer to reset; empty: the card is mute. */
	atr: hex(0, 33),
	/** Procedure bytes 60 that the card sends before it answers a command that takes its time (ISO/IEC 7816-3, 10.3.3). */
	nullBytes: integer(0, 255),
	/** The card has the payment system environment 1PAY.SYS.DDF01. */
	pse: boolean,
	account: object({
		/** 5A. */
		pan,
		/** 5F20. */
		cardholderName: ans(26),
		/** 5F25, YYMMDD. */
		effective: date,
		/** 5F24, YYMMDD. */
		expires: date,
		/** 5F30. */
		serviceCode: digits(3, 3),
		/** 5F28, ISO 3166-1 numeric. */
		issuerCountryCode: digits(3, 3),
		/** 9F42, ISO 4217 numeric. */
		currencyCode: digits(3, 3),
		/** 9F44. */
		currencyExponent: integer(0, 4),
		/** 5F2D: ISO 639-1, two letters each. */
		languages: text(/^([a-z]{2}){1,4}$/, "1 to 4 languages of two small letters"),
		pin: digits(4, 12),
		pinTryLimit: integer(1, 15),
		/** 9F17 of the new card; without it the limit. */
		pinTriesLeft: optional(integer(0, 15)),
		/** GET DATA does not know 9F17. */
		pinTryCounterHidden: optional(boolean),
	}),
	applications: list(checkedApplication),
	/** What the card does wrong (cardFault.ts). */
	faults: optional(list(cardFault)),
});
