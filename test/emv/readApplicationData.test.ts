import { describe, expect, test } from "vitest";
import { formatHex } from "../../src/bytes/hex.js";
import { decodeAfl, readApplicationData } from "../../src/emv/readApplicationData.js";
import { bytes, type Exchange, openScripted, tlv } from "./scriptedCard.js";

const PAN = "5A086221261000000018";
const EXPIRY = "5F2403351231";
const CDOLS = "8C039F3704 8D028A02";
const MANDATORY = `${PAN}${EXPIRY}${CDOLS}`;
const READ_1 = "00B2010C00";
const READ_2 = "00B2020C00";

async function read(afl: string, exchanges: readonly Exchange[], card: Record<string, string> = {}) {
	const { t, card: script } = openScripted({ exchanges, card: { "82": "7C00", "94": afl, ...card } });
	const ended = await readApplicationData(t);
	expect(script.left).toEqual([]);
	return { ended: ended?.kind, t, staticData: t.staticData?.map(formatHex).join("") };
}

// EMV 4.4 Book 3, 10.2
describe("AFL", () => {
	test("several entries", () => {
		expect(decodeAfl(bytes("08010201 F0030300"))).toEqual([
			{ sfi: 1, first: 1, last: 2, authenticated: 1 },
			{ sfi: 30, first: 3, last: 3, authenticated: 0 },
		]);
	});

	// [EMV-REC-01]
	test.each([
		["empty", ""],
		["not a multiple of 4", "0801"],
		["SFI 0", "00010100"],
		["SFI 31", "F8010100"],
		["low bits of the SFI byte", "09010100"],
		["first record 0", "08000100"],
		["last before first", "08020100"],
		["more authenticated than there are", "08010203"],
		["a bad second entry", "08010100 10010000"],
	])("refused: %s", (_name, afl) => {
		expect(decodeAfl(bytes(afl))).toBeUndefined();
	});
});

describe("records", () => {
	// [EMV-CMD-01 EMV-REC-09]
	test("every record that the AFL names, in its order", async () => {
		const { ended, t } = await read("08010200", [
			[READ_1, `${tlv("70", PAN, EXPIRY)}9000`],
			[READ_2, `${tlv("70", CDOLS)}9000`],
		]);
		expect(ended).toBeUndefined();
		expect(formatHex(t.data.card(0x8c)!)).toBe("9F3704");
	});

	// [EMV-REC-02 EMV-REC-03 EMV-REC-04 EMV-REC-06]
	test.each<[string, string, readonly Exchange[]]>([
		["AFL refused: nothing is read", "08000100", []],
		["a record not found", "08010100", [[READ_1, "6A83"]]],
		["a record with a warning", "08010100", [[READ_1, `${tlv("70", MANDATORY)}6282`]]],
		["another template", "08010100", [[READ_1, `${tlv("71", MANDATORY)}9000`]]],
		["data after the template", "08010100", [[READ_1, `${tlv("70", MANDATORY)}FFFF9000`]]],
		["two templates", "08010100", [[READ_1, `${tlv("70", MANDATORY)}70009000`]]],
		["a template longer than the record", "08010100", [[READ_1, "70105A0862219000"]]],
		["a malformed object", "08010100", [[READ_1, `${tlv("70", MANDATORY, "5F2004AA")}9000`]]],
		["an object twice in a record", "08010100", [[READ_1, `${tlv("70", MANDATORY, PAN)}9000`]]],
		[
			"an object twice in two records",
			"08010200",
			[
				[READ_1, `${tlv("70", MANDATORY)}9000`],
				[READ_2, `${tlv("70", EXPIRY)}9000`],
			],
		],
		["an AIP in a record", "08010100", [[READ_1, `${tlv("70", MANDATORY, "82027C00")}9000`]]],
		["no PAN", "08010100", [[READ_1, `${tlv("70", EXPIRY, CDOLS)}9000`]]],
		["no expiration date", "08010100", [[READ_1, `${tlv("70", PAN, CDOLS)}9000`]]],
		["no CDOL1", "08010100", [[READ_1, `${tlv("70", PAN, EXPIRY, "8D028A02")}9000`]]],
		["no CDOL2", "08010100", [[READ_1, `${tlv("70", PAN, EXPIRY, "8C039F3704")}9000`]]],
		["a PAN that is no number", "08010100", [[READ_1, `${tlv("70", "5A0862212610A0000018", EXPIRY, CDOLS)}9000`]]],
		["a PAN of 20 digits", "08010100", [[READ_1, `${tlv("70", "5A0A62212610000000180000", EXPIRY, CDOLS)}9000`]]],
	])("ended by %s", async (_name, afl, exchanges) => {
		expect((await read(afl, exchanges)).ended).toBe("cardError");
	});

	// [EMV-TLV-01 EMV-TLV-04 EMV-REC-05]
	test.each<[string, string]>([
		["filler around and in the template", `00${tlv("70", "00", MANDATORY, "00")}009000`],
		["an unknown object", `${tlv("70", MANDATORY, "DF7F01AA")}9000`],
		["a constructed object twice", `${tlv("70", MANDATORY, "BF0C00", "BF0C00")}9000`],
		["an object that the FCI had", `${tlv("70", MANDATORY, "5F2D027A68")}9000`],
	])("taken with %s", async (_name, record) => {
		expect((await read("08010100", [[READ_1, record]], { "5F2D": "656E" })).ended).toBeUndefined();
	});
});

// 10.3
describe("records for offline data authentication", () => {
	const first: Exchange = [READ_1, `${tlv("70", MANDATORY)}9000`];

	// [EMV-ODA-02]
	test("of files 1 to 10 the value with its filler, of 11 to 30 the whole record, unmarked ones not", async () => {
		const { staticData, ended } = await read("08010201 58010101", [
			[READ_1, `${tlv("70", MANDATORY, "00")}9000`],
			[READ_2, "70039F0D009000"],
			["00B2015C00", "70035001419000"],
		]);
		expect(ended).toBeUndefined();
		expect(staticData).toBe(formatHex(bytes(`${MANDATORY}00 7003500141`)));
	});

	// [EMV-ODA-03]
	test.each<[string, string, readonly Exchange[]]>([
		["file 1: another template", "08010100 08020201", [first, [READ_2, "71009000"]]],
		["file 12: no TLV", "08010100 60010101", [first, ["00B2016400", "FF9000"]]],
	])("%s: authentication has failed, the transaction goes on", async (_name, afl, exchanges) => {
		const { ended, staticData } = await read(afl, exchanges);
		expect([ended, staticData]).toEqual([undefined, undefined]);
	});

	test("what files 11 to 30 hold is the issuer's own and not read", async () => {
		const { t } = await read("08010100 58010100", [first, ["00B2015C00", `${tlv("70", "9F0702FF00")}9000`]]);
		expect(t.data.card(0x9f07)).toBeUndefined();
	});
});

// EMV 4.4 Book 3, 7.5 and Annex A1: what would go on to the host must have its format
// [EMV-REC-07]
test.each([
	["5F24", "AB1231"],
	["5F24", "35"],
	["5F24", "351331"],
	["5F34", "9999"],
	["5F34", "0A"],
	["57", "6221261000000018"],
	["57", `6221261000000018D${"1".repeat(30)}`.slice(0, 46)],
])("a malformed %s ends the transaction: %s", async (tag, value) => {
	const objects: Record<string, string> = {
		"5F24": "351231",
		"5A": "6221261000000018",
		"8C": "9F3704",
		"8D": "9F3704",
		[tag]: value,
	};
	const record = tlv("70", ...Object.entries(objects).map(([each, content]) => tlv(each, content)));
	const { t } = openScripted({ exchanges: [["00B2010C00", `${record}9000`]], card: { "94": "08010100" } });
	expect(await readApplicationData(t)).toMatchObject({ kind: "cardError", reason: `${tag} is malformed` });
});
