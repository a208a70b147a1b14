import type { OutcomeKind } from "../../src/emv/outcome.js";
import { ISSUER_BEHAVIOUR } from "../bank/issuerBehaviour.js";
import { applicationProfile } from "./applicationProfile.js";
import {
	boolean,
	type Checked,
	described,
	hex,
	integer,
	type JsonSchema,
	list,
	object,
	oneOf,
	optional,
	text,
} from "./check.js";
import { cardFault } from "./faultCheck.js";
import { ans, date, digits, pan } from "./profileChecks.js";

export type { ApplicationProfile } from "./applicationProfile.js";

/** What a card is before it has keys: a JSON file, written by people (docs/cards.md). */
export type CardProfile = Checked<typeof cardProfile>;

/**
 * @param json the parsed content of a profile file
 * @throws {TypeError} one sentence, such as "profile.applications[0].cvmList[1] must be 2 bytes in hexadecimal"
 */
export function checkProfile(json: unknown): CardProfile {
	return cardProfile(json, "profile");
}

/** The rules as a JSON Schema document: what docs/card-profile.schema.json holds. */
export function cardProfileSchema(): JsonSchema {
	return {
		$schema: "https://json-schema.org/draft/2020-12/schema",
		title: "Kassa card profile",
		description: "What `kassa card make` makes a virtual card from; all values are explained in docs/cards.md.",
		...cardProfile.schema,
	};
}

const OUTCOMES = [
	"approved",
	"declined",
	"notAccepted",
	"cardError",
	"cardBlocked",
	"cardRemoved",
	"cancelled",
	"timedOut",
] as const satisfies readonly OutcomeKind[];

/** What becomes of a sale of 1.00 yuan at Kassa's test terminal; a value that is left out is not foretold. */
const expectedSale = object({
	outcome: described("How it ends", oneOf(...OUTCOMES)),
	online: described("A request goes to the bank", boolean),
	responseCode: described("What the bank answers", optional(text(/^[0-9A-Z]{2}$/, "2 characters"))),
	tvr: described("95", optional(hex(5, 5))),
	cvmResults: described("9F34", optional(hex(3, 3))),
	cid: described("9F27 of the card's last word", optional(hex(1, 1))),
	scriptResults: described("5 bytes for each script", optional(hex(5, 60))),
	reversal: described("What was approved must be taken back", optional(oneOf("none", "owed"))),
	fallbackAllowed: described("The stripe may be read instead", optional(boolean)),
	reason: described("Why, in the terminal's words", optional(ans(120))),
});

/** How the test bank treats the card's account. */
const issuerOfCard = object({
	balanceMinor: described("On the new account, in minor units", optional(integer(0, 999_999_999_999))),
	...ISSUER_BEHAVIOUR,
});

const cardProfile = object({
	name: described(
		"The card's name at the command line, and of its file",
		text(/^[a-z0-9-]{1,40}$/, "1 to 40 small letters, digits and hyphens"),
	),
	title: described("For the person who picks a card", ans(24)),
	description: described("How the card behaves, in one line", ans(80)),
	atr: described(
		"Answer to reset, which also says whether the card speaks T=0 or T=1; empty: the card is mute",
		hex(0, 33),
	),
	nullBytes: described(
		"How often the card asks for time before it answers a command that takes its time (ISO/IEC 7816-3, 10.3.3)",
		integer(0, 255),
	),
	blocked: described("The issuer has blocked the card: every SELECT answers 6A81", optional(boolean)),
	pse: described("The card has the payment system environment 1PAY.SYS.DDF01", boolean),
	account: described(
		"What all applications of the card have in common",
		object({
			pan: described("5A, with its check digit; the test issuer's begin with 622126", pan),
			cardholderName: described("5F20", ans(26)),
			effective: described("5F25, YYMMDD", date),
			expires: described("5F24, YYMMDD", date),
			serviceCode: described("5F30", digits(3, 3)),
			issuerCountryCode: described("5F28, ISO 3166-1 numeric", digits(3, 3)),
			currencyCode: described("9F42, ISO 4217 numeric", digits(3, 3)),
			currencyExponent: described("9F44", integer(0, 4)),
			languages: described(
				"5F2D: ISO 639-1, two letters each",
				text(/^([a-z]{2}){1,4}$/, "1 to 4 languages of two small letters"),
			),
			pin: described("Reference PIN, in the card and at the issuer", digits(4, 12)),
			pinTryLimit: described("Tries that a right PIN gives back", integer(1, 15)),
			pinTriesLeft: described("9F17 of the new card; without it the limit", optional(integer(0, 15))),
			pinTryCounterHidden: described("GET DATA does not know 9F17", optional(boolean)),
		}),
	),
	applications: described("In the order in which SELECT NEXT finds them", list(applicationProfile, 0, 10)),
	faults: described("What the card does wrong", optional(list(cardFault, 0, 20))),
	issuer: described("How the test bank treats the card", optional(issuerOfCard)),
	expected: described("What becomes of a sale of 1.00 yuan at the test terminal", optional(expectedSale)),
});
