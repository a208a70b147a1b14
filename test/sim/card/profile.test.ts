import { expect, test } from "vitest";
import { cardProfiles } from "../../../sim/card/cardProfiles.js";
import { personalise } from "../../../sim/card/personalise.js";
import { checkProfile } from "../../../sim/card/profile.js";
import debit from "../../../sim/card/profiles/unionpay-debit.json" with { type: "json" };
import type { TestScheme } from "../../../sim/card/testScheme.js";

test("every card that comes with Kassa is a good profile, under its own name", () => {
	const names = cardProfiles().map(({ name }) => name);
	expect(names).toEqual([
		"unionpay-debit",
		"unionpay-online-pin",
		"declined",
		"expired",
		"blocked-application",
		"mute",
	]);
	expect(new Set(cardProfiles().map(({ account }) => account.pan)).size).toBe(names.length);
});

test("spaces in hexadecimal are for the reader only", () => {
	expect(checkProfile(debit).applications[0]?.pdol).toBe("9F1A029F3303");
});

type Draft = {
	[key: string]: unknown;
	account: Record<string, unknown>;
	applications: Record<string, unknown>[];
};

const application = (changes: Record<string, unknown>) => (draft: Draft) => {
	Object.assign(draft.applications[0]!, changes);
};
const account = (changes: Record<string, unknown>) => (draft: Draft) => {
	Object.assign(draft.account, changes);
};

test.each<[string, (draft: Draft) => void]>([
	[
		"profile.account.pan must end in its check digit (ISO/IEC 7812-1, Annex B)",
		account({ pan: "6221261000000000019" }),
	],
	["profile.account.pan must be 13 to 19 digits", account({ pan: 6221261 })],
	["profile.account.expires must be a date as YYMMDD", account({ expires: "351301" })],
	["profile.account.pinTryLimit must be an integer from 1 to 15", account({ pinTryLimit: 0 })],
	["profile.account.pni is not a known field", account({ pni: "1234" })],
	["profile.applications[0].aid must be 5 to 16 bytes in hexadecimal", application({ aid: "A0000003" })],
	["profile.applications[0].cvmList[1] must be 2 bytes in hexadecimal", application({ cvmList: ["4403", "42"] })],
	["profile.applications[0].cvmList must be a list", application({ cvmList: "4403" })],
	["profile.applications[0].cdol1 must ask for tag 9F02 in 6 bytes", application({ cdol1: "9505" })],
	["profile.applications[0].cdol2 must ask for tag 8A in 2 bytes", application({ cdol2: "" })],
	[
		"profile.applications[0].cdol2 must ask for tag 91 in 10 bytes",
		application({ issuerAuthentication: "GENERATE AC" }),
	],
	["profile.applications[0].ddol must be a data object list (EMV Book 3, 5.4)", application({ ddol: "9F37" })],
	["profile.applications[0].responseFormat must be one of 80, 77", application({ responseFormat: 80 })],
	["profile.applications[0].blocked must be true or false", application({ blocked: "no" })],
	["profile.applications[0].issuerActionCodes must be an object", application({ issuerActionCodes: null })],
	["profile.applications[0].label must be 1 to 16 printable ASCII characters", application({ label: "" })],
	[
		"profile.atr must be 0 to 33 bytes in hexadecimal",
		draft => {
			draft.atr = "3B6";
		},
	],
])("%s", (sentence, change) => {
	const draft = structuredClone(debit) as unknown as Draft;
	change(draft);
	expect(() => checkProfile(draft)).toThrow(new TypeError(sentence));
});

test.each([null, [], "card"])("%j is no profile", json => {
	expect(() => checkProfile(json)).toThrow(new TypeError("profile must be an object"));
});

test("an issuer personalises only PANs of its own", async () => {
	const profile = checkProfile({ ...debit, account: { ...debit.account, pan: "4761739001010010" } });
	const scheme = { issuer: { identifier: "622126" } } as TestScheme;
	await expect(personalise(profile, scheme)).rejects.toThrow("the test issuer's PANs start with 622126");
});
