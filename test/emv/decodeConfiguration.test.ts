import { createHash } from "node:crypto";
import { expect, test } from "vitest";
import { nodeCrypto } from "../../sim/world/nodeCrypto.js";
import { ConfigurationError, decodeConfiguration } from "../../src/emv/decodeConfiguration.js";

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

test.each<[string, object | null | string, string]>([
	["nothing", null, "configuration: must be an object"],
	["text", "{}", "configuration: must be an object"],
	[
		"a capability too short",
		{ ...GOOD, terminalCapabilities: "E0F8" },
		"configuration.terminalCapabilities: must be 3 bytes in hexadecimal",
	],
	["no hexadecimal", { ...GOOD, terminalType: "2G" }, "configuration.terminalType: must be 1 byte in hexadecimal"],
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
