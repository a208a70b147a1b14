import { describe, expect, test } from "vitest";
import { nodeCrypto } from "../../sim/world/nodeCrypto.js";
import { formatHex } from "../../src/bytes/hex.js";
import { generateFirstAc, generateSecondAc } from "../../src/emv/generateAc.js";
import type { CryptogramType } from "../../src/emv/transaction.js";
import { bytes, type Exchange, openScripted, tlv, tsi, tvr } from "./scriptedCard.js";

const CARD = { "8C": "9F0206", "8D": "8A02" };
const AMOUNT = "000000000100";
const P1 = { AAC: "00", TC: "40", ARQC: "80" } as const;
const CID = { AAC: "00", TC: "40", ARQC: "80" } as const;
const AC = "1122334455667788";

function first(asked: CryptogramType, response: string): readonly Exchange[] {
	return [[`80AE${P1[asked]}00 06 ${AMOUNT} 00`, response]];
}

function format80(cid: string, issuerData = ""): string {
	return `${tlv("80", cid, "0007", AC, issuerData)}9000`;
}

async function run(asked: CryptogramType, response: string) {
	const { t } = openScripted({ exchanges: first(asked, response), card: CARD });
	t.requestedCryptogram = asked;
	const ended = await generateFirstAc(t);
	return { t, ended: ended?.kind };
}

// EMV 4.4 Book 3, 6.5.5 and 9.3: the card may lower what was asked for, never raise it
// [EMV-GAC-01]
test.each<[CryptogramType, CryptogramType, boolean]>([
	["TC", "TC", true],
	["TC", "ARQC", true],
	["TC", "AAC", true],
	["ARQC", "TC", false],
	["ARQC", "ARQC", true],
	["ARQC", "AAC", true],
	["AAC", "TC", false],
	["AAC", "ARQC", false],
	["AAC", "AAC", true],
])("asked for %s, given %s: %s", async (asked, given, taken) => {
	const { t, ended } = await run(asked, format80(CID[given]));
	expect(ended).toBe(taken ? undefined : "cardError");
	expect(t.cryptogram).toBe(taken ? given : undefined);
	expect(tsi(t)).toBe(taken ? "2000" : "0000");
});

describe("the answer", () => {
	// [EMV-GAC-02]
	test("format 1", async () => {
		const { t } = await run("ARQC", format80("80", "0706A1"));
		expect([0x9f27, 0x9f36, 0x9f26, 0x9f10].map(tag => formatHex(t.data.card(tag)!))).toEqual([
			"80",
			"0007",
			AC,
			"0706A1",
		]);
	});

	// [EMV-GAC-02]
	test("format 2, with filler, in any order", async () => {
		const { t } = await run("ARQC", `${tlv("77", "00", `9F2608${AC}`, "9F360200079F270180", "9F1001AA")}9000`);
		expect([0x9f27, 0x9f36, 0x9f26, 0x9f10].map(tag => formatHex(t.data.card(tag)!))).toEqual(["80", "0007", AC, "AA"]);
	});

	// [EMV-GAC-03 EMV-GAC-04]
	test.each([
		["an error", "6985"],
		["a warning", `${tlv("80", "80", "0007", AC)}6282`],
		["nothing", "9000"],
		["format 1 one byte short", "800A 80 0007 11223344556677 9000"],
		["format 1 too long", format80("80", "00".repeat(33))],
		["format 2 without CID", `${tlv("77", "9F36020007", `9F2608${AC}`)}9000`],
		["format 2 without ATC", `${tlv("77", "9F270180", `9F2608${AC}`)}9000`],
		["format 2 without cryptogram", `${tlv("77", "9F270180", "9F36020007")}9000`],
		["a CID of two bytes", `${tlv("77", "9F27028000", "9F36020007", `9F2608${AC}`)}9000`],
		["a cryptogram of 7 bytes", `${tlv("77", "9F270180", "9F36020007", "9F260711223344556677")}9000`],
		["a CID that Book 3 does not know", format80("C0")],
		["another template", `${tlv("70", "9F270180")}9000`],
		["no TLV", "77059F279000"],
	])("refused: %s", async (_name, response) => {
		const { t, ended } = await run("TC", response);
		expect([ended, t.cryptogram]).toEqual(["cardError", undefined]);
	});
});

// [EMV-DOL-08]
test("the exact bytes sent stay, though the data change afterwards", async () => {
	const { t } = await run("ARQC", format80("80"));
	t.data.set(0x9f02, bytes("999999999999"));
	expect(formatHex(t.sent.cdol1!)).toBe(AMOUNT);
});

describe("the second", () => {
	async function second(asked: "TC" | "AAC", response: string) {
		const exchanges: readonly Exchange[] = [[`80AE${P1[asked]}00 02 3030 00`, response]];
		const { t } = openScripted({ exchanges, card: CARD, terminal: { "8A": "3030" } });
		return { ended: (await generateSecondAc(t, asked))?.kind, t };
	}

	// [EMV-DOL-08 EMV-GAC-01 EMV-GAC-06]
	test.each<["TC" | "AAC", CryptogramType, string | undefined]>([
		["TC", "TC", undefined],
		["TC", "AAC", undefined],
		["TC", "ARQC", "cardError"],
		["AAC", "AAC", undefined],
		["AAC", "TC", "cardError"],
	])("asked for %s, given %s: %s", async (asked, given, expected) => {
		const { ended, t } = await second(asked, format80(CID[given]));
		expect(ended).toBe(expected);
		expect(formatHex(t.sent.cdol2!)).toBe("3030");
	});
});

// [EMV-DOL-07]
test.each([
	["malformed", "9F02"],
	["for more than a command holds", "9F02FF"],
])("a CDOL1 %s ends the transaction before the command", async (_name, cdol1) => {
	const { t } = openScripted({ card: { ...CARD, "8C": cdol1 } });
	t.requestedCryptogram = "ARQC";
	expect(await generateFirstAc(t)).toMatchObject({ kind: "cardError" });
});

// 10.8 and Book 4, 6.8: the TC Hash Value where the card asks for it
// [EMV-DOL-09]
test.each([
	["the card's TDOL", { "97": "9F0206" }, undefined, AMOUNT, "0000000000"],
	["the terminal's TDOL", {}, bytes("9F3602"), "0000", "0000000080"],
	["no TDOL", {}, undefined, "", "0000000080"],
])("TC Hash Value with %s", async (_name, tdol, defaultTdol, hashed, expected) => {
	const hash = formatHex(nodeCrypto.sha1(bytes(hashed)));
	const { t } = openScripted({
		exchanges: [[`80AE8000 14 ${hash} 00`, format80("80")]],
		card: { ...CARD, ...tdol, "8C": "9814" },
		application: { defaultTdol },
	});
	t.requestedCryptogram = "ARQC";
	expect(await generateFirstAc(t)).toBeUndefined();
	expect(tvr(t)).toBe(expected);
});

// [EMV-GAC-05]
test("what the card gave before stands: GENERATE AC replaces its own objects only", async () => {
	const response = tlv(
		"77",
		tlv("9F27", "80"),
		tlv("9F36", "0007"),
		tlv("9F26", "0102030405060708"),
		tlv("5A", "4111111111111111"),
	);
	const { t } = openScripted({
		exchanges: [["80AE8000 00", `${response}9000`]],
		card: { "8C": "", "8D": "9F3704", "5A": "6221261000000018" },
	});
	t.requestedCryptogram = "ARQC";
	expect(await generateFirstAc(t)).toBeUndefined();
	expect(formatHex(t.data.get(0x5a)!)).toBe("6221261000000018");
});
