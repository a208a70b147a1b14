import { readdirSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { cardGroups, cardProfile, cardProfiles, resolveVariant } from "../../../sim/card/cardProfiles.js";
import { personalise } from "../../../sim/card/personalise.js";
import { checkProfile } from "../../../sim/card/profile.js";
import debit from "../../../sim/card/profiles/unionpay-debit.json" with { type: "json" };
import type { TestScheme } from "../../../sim/card/testScheme.js";

test("every card that comes with Kassa is a good profile, under its own name", () => {
	const names = cardProfiles().map(({ name }) => name);
	expect(names[0]).toBe("unionpay-debit");
	expect(names.length).toBeGreaterThanOrEqual(30);
	expect(new Set(names).size).toBe(names.length);
	const files = ["profiles", "profiles/hostile"].flatMap(folder =>
		readdirSync(new URL(`../../../sim/card/${folder}/`, import.meta.url)).filter(name => name.endsWith(".json")),
	);
	expect(names.map(name => `${name}.json`).sort()).toEqual(files.sort());
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
const icc = (changes: Record<string, unknown>) => application({ certificates: { icc: changes } });
const faults =
	(...list: unknown[]) =>
	(draft: Draft) => {
		draft.faults = list;
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
	["profile.applications[0].certificates.icc.exponent must be one of 3, 65537", icc({ exponent: 17 })],
	["profile.applications[0].certificates.icc.keyBits must be a multiple of 8", icc({ keyBits: 1025 })],
	["profile.applications[0].certificates.icc.keyBits must not be above the issuer's", icc({ keyBits: 1416 })],
	["profile.applications[0].certificates.icc.expires must be a month as MMYY", icc({ expires: "1349" })],
	[
		"profile.applications[0].certificates.issuer.identifierDigits must be an integer from 3 to 8",
		application({ certificates: { issuer: { identifierDigits: 9 } } }),
	],
	[
		"profile.applications[0].dataAuthentication[0] must be one of SDA, DDA, CDA",
		application({ dataAuthentication: ["FDDA"] }),
	],
	[
		"profile.applications[0].signedResponseOrder must name each of 9F27, 9F36, 9F4B, 9F10 once",
		application({ signedResponseOrder: ["9F27", "9F36", "9F4B", "9F4B"] }),
	],
	[
		"profile.applications[0].cvmAmounts.x must be an integer from 0 to 4294967295",
		application({ cvmAmounts: { x: -1, y: 0 } }),
	],
	[
		"profile.applications[0].transactionLog.format must not ask for tag 9F02 in 5 bytes",
		application({ transactionLog: { format: "9F0205", records: 3 } }),
	],
	[
		"profile.applications[0].transactionLog.records must be an integer from 1 to 30",
		application({ transactionLog: { format: "9A03", records: 0 } }),
	],
	["profile.account.pinTriesLeft must be an integer from 0 to 15", account({ pinTriesLeft: -1 })],
	["profile.faults[0].statusWord is needed for status-word", faults({ fault: "status-word" })],
	["profile.faults[0].tag is needed for missing-tag", faults({ fault: "missing-tag" })],
	["profile.faults[0].tag means nothing for mute", faults({ fault: "mute", tag: "5A" })],
	["profile.faults[0].apdu must be an integer from 1 to 1000", faults({ fault: "mute", apdu: 0 })],
	["profile.faults[0].often is not a known field", faults({ fault: "mute", often: 2 })],
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
	await expect(personalise(profile, scheme)).rejects.toThrow("profile.account.pan must start with 622126");
});

test("every hostile card has at least one fault", () => {
	const { cards } = cardGroups().find(({ group }) => group === "Hostile")!;
	expect(cards.length).toBeGreaterThanOrEqual(17);
	for (const { faults } of cards) expect(faults?.length).toBeGreaterThan(0);
});

describe("a variant", () => {
	const pan = "6221261000000000018";

	test("is the other card with what it says in place, without what is null, with one application where it names one", () => {
		const account = { pan, cardholderName: "ELSE/SOMEBODY" };
		const variant = resolveVariant({
			name: "x",
			title: "X",
			description: "x",
			like: "unionpay-debit",
			account,
			application: { preferredName: null, certificates: { icc: { keyBits: 1024 } } },
		});
		const like = cardProfile("unionpay-debit")!;
		expect(variant).toMatchObject({ name: "x", atr: like.atr, account: { ...like.account, ...account } });
		expect(like.applications.length).toBe(2);
		expect(variant.applications.length).toBe(1);
		const { preferredName, certificates, ...others } = variant.applications[0]!;
		expect(preferredName).toBeUndefined();
		expect(certificates?.icc?.keyBits).toBe(1024);
		expect(like.applications[0]).toMatchObject(
			Object.fromEntries(Object.entries(others).filter(([, value]) => value !== undefined)),
		);
	});

	test("does not inherit what is wrong with the other card", () => {
		const named = { name: "x", title: "X", description: "x", account: { pan } };
		const profile = resolveVariant({ ...named, like: "fuzz-cryptogram" });
		expect([profile.faults, profile.issuer, profile.expected]).toEqual([undefined, undefined, undefined]);
	});

	test.each([
		[{ like: "gold" }, "variant.like must be the name of another card"],
		[{ like: "mute", faults: [{ fault: "rude" }] }, "profile.faults[0].fault must be one of"],
		[{ name: "X", like: "mute" }, "variant.name must be 1 to 40 small letters"],
		[{ like: "mute", applications: [] }, "variant.applications is not a known field"],
	])("%j is refused: %s", (json, sentence) => {
		expect(() => resolveVariant({ name: "x", title: "X", description: "x", account: { pan }, ...json })).toThrow(
			sentence,
		);
	});
});
