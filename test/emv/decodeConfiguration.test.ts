import { createHash } from "node:crypto";
import { expect, test } from "vitest";
import { nodeCrypto } from "../../sim/world/nodeCrypto.js";
import { decodeConfiguration } from "../../src/emv/decodeConfiguration.js";
import { ConfigurationError } from "../../src/emv/jsonObject.js";

const APPLICATION = {
	aid: "A000000333010101",
	partialSelection: true,
	applicationVersion: "0030",
	tacDenial: "0010000000",
	tacOnline: "D84004F800",
	tacDefault: "D84000A800",
	floorLimitMinor: 0,
	randomSelection: { thresholdMinor: 0, targetPercent: 0, maximumTargetPercent: 0 },
	defaultDdol: "9F3704",
};

const MODULUS = "C5".repeat(128);
const checksum = createHash("sha1")
	.update(Buffer.from(`A000000333F1${MODULUS}03`, "hex"))
	.digest("hex");
const CA_KEY = { rid: "A000000333", index: "F1", modulus: MODULUS, exponent: 3, checksum };

const GOOD = {
	terminalType: "22",
	terminalCapabilities: "E0F8C0",
	additionalTerminalCapabilities: "6000F0A001",
	countryCode: 156,
	currencyCode: 156,
	currencyExponent: 2,
	ifdSerialNumber: "KASSA001",
	applications: [APPLICATION],
	caPublicKeys: [CA_KEY],
};

test("a good configuration", () => {
	const configuration = decodeConfiguration(GOOD, nodeCrypto);
	expect(configuration.terminalType).toBe(0x22);
	expect(configuration.applications[0]).toMatchObject({ partialSelection: true, defaultTdol: undefined });
	expect(configuration.caPublicKeys[0]).toMatchObject({ index: 0xf1, exponent: 3 });
});

test("what may be left out", () => {
	const configuration = decodeConfiguration({ ...GOOD, caPublicKeys: [] }, nodeCrypto);
	expect(configuration).toMatchObject({ caPublicKeys: [], revokedCertificates: [], exceptionList: [], cdaMode: 1 });
});

// [EMV-ODA-07 EMV-ODA-13 CFG-01]
test.each<[string, object | null | string, string]>([
	["nothing", null, "configuration: must be an object"],
	["text", "{}", "configuration: must be an object"],
	[
		"a capability too short",
		{ ...GOOD, terminalCapabilities: "E0F8" },
		"configuration.terminalCapabilities: must be 3 bytes in hexadecimal",
	],
	["no hexadecimal", { ...GOOD, ifdSerialNumber: "KASSA00\u00e9" }, "configuration.ifdSerialNumber: must be 8 letters"],
	[
		"a type that Book 4 does not know",
		{ ...GOOD, terminalType: "27" },
		"configuration.terminalType: must be one of 11 to 16, 21 to 26 and 34 to 36",
	],
	[
		"a cardholder's terminal with an attendant",
		{ ...GOOD, terminalType: "31" },
		"configuration.terminalType: must be one of",
	],
	[
		"a reserved capability",
		{ ...GOOD, terminalCapabilities: "E0F8D0" },
		"configuration.terminalCapabilities: must set no reserved bits: byte 3 may have those of E8",
	],
	[
		"XDA",
		{ ...GOOD, terminalCapabilities: "E0F8CC" },
		"configuration.terminalCapabilities: must set no reserved bits: byte 3",
	],
	[
		"a reserved additional capability",
		{ ...GOOD, additionalTerminalCapabilities: "6000F0A401" },
		"configuration.additionalTerminalCapabilities: must set no reserved bits: byte 4 may have those of F3",
	],
	["a misspelt member", { ...GOOD, cdamode: 4 }, "configuration.cdamode: is not a member of a configuration"],
	[
		"a misspelt member of an application",
		{ ...GOOD, applications: [APPLICATION, { ...APPLICATION, aid: "F000000001", defaultTDOL: "9F3704" }] },
		"configuration.applications[1].defaultTDOL: is not a member of a configuration",
	],
	[
		"a default DDOL without the unpredictable number",
		{ ...GOOD, applications: [{ ...APPLICATION, defaultDdol: "9F0206" }] },
		"configuration.applications[0].defaultDdol: must ask for 9F37, the unpredictable number",
	],
	[
		"a default TDOL that ends inside an entry",
		{ ...GOOD, applications: [{ ...APPLICATION, defaultTdol: "9F02069F37" }] },
		"configuration.applications[0].defaultTdol: must be a list of tags and lengths, but an entry ends before its length",
	],
	[
		"a threshold at the floor limit",
		{
			...GOOD,
			applications: [
				{
					...APPLICATION,
					floorLimitMinor: 100,
					randomSelection: { thresholdMinor: 100, targetPercent: 0, maximumTargetPercent: 0 },
				},
			],
		},
		"configuration.applications[0].randomSelection.thresholdMinor: must be 0 or less than floorLimitMinor",
	],
	[
		"a maximum below the target",
		{
			...GOOD,
			applications: [
				{ ...APPLICATION, randomSelection: { thresholdMinor: 0, targetPercent: 50, maximumTargetPercent: 49 } },
			],
		},
		"configuration.applications[0].randomSelection.maximumTargetPercent: must be at least as high as targetPercent",
	],
	[
		"an AID twice",
		{ ...GOOD, applications: [APPLICATION, APPLICATION] },
		"configuration.applications[1]: has the AID of applications[0]",
	],
	[
		"a CA key twice",
		{ ...GOOD, caPublicKeys: [CA_KEY, CA_KEY] },
		"configuration.caPublicKeys[1]: has the RID and index of caPublicKeys[0]",
	],
	[
		"a CA key with another's checksum",
		{ ...GOOD, caPublicKeys: [{ ...CA_KEY, index: "F2" }] },
		"configuration.caPublicKeys[0].checksum: is not that of this key",
	],
	[
		"a CA key that expires on no day",
		{ ...GOOD, caPublicKeys: [{ ...CA_KEY, expiry: "301300" }] },
		"configuration.caPublicKeys[0].expiry: must be a date YYMMDD",
	],
	["a CDA mode 5", { ...GOOD, cdaMode: 5 }, "configuration.cdaMode: must be a whole number from 1 to 4"],
	[
		"a country as text",
		{ ...GOOD, countryCode: "156" },
		"configuration.countryCode: must be a whole number from 1 to 999",
	],
	[
		"a fraction",
		{ ...GOOD, currencyExponent: 1.5 },
		"configuration.currencyExponent: must be a whole number from 0 to 3",
	],
	[
		"a serial number too long",
		{ ...GOOD, ifdSerialNumber: "KASSA0001" },
		"configuration.ifdSerialNumber: must be 8 letters or digits",
	],
	[
		"no application",
		{ ...GOOD, applications: [] },
		"configuration.applications: must be a list with at least one entry",
	],
	[
		"an AID of 4 bytes",
		{ ...GOOD, applications: [{ ...APPLICATION, aid: "A0000003" }] },
		"configuration.applications[0].aid: must be 5 to 16 bytes in hexadecimal",
	],
	[
		"an indicator that is no flag",
		{ ...GOOD, applications: [{ ...APPLICATION, partialSelection: "yes" }] },
		"configuration.applications[0].partialSelection: must be true or false",
	],
	[
		"a percentage of 100",
		{
			...GOOD,
			applications: [{ ...APPLICATION, randomSelection: { ...APPLICATION.randomSelection, targetPercent: 100 } }],
		},
		"configuration.applications[0].randomSelection.targetPercent: must be a whole number from 0 to 99",
	],
	[
		"no random selection",
		{ ...GOOD, applications: [{ ...APPLICATION, randomSelection: undefined }] },
		"configuration.applications[0].randomSelection: must be an object",
	],
	[
		"exponent 17",
		{ ...GOOD, caPublicKeys: [CA_KEY, { ...CA_KEY, exponent: 17 }] },
		"configuration.caPublicKeys[1].exponent: must be 3 or 65537",
	],
])("refused by name: %s", (_name, json, message) => {
	expect(() => decodeConfiguration(json, nodeCrypto)).toThrow(ConfigurationError);
	expect(() => decodeConfiguration(json, nodeCrypto)).toThrow(message);
});
