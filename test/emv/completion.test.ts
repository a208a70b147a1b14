import { describe, expect, test } from "vitest";
import { formatHex } from "../../src/bytes/hex.js";
import { TVR_B5_SCRIPT_FAILED_AFTER_FINAL_AC, TVR_B5_SCRIPT_FAILED_BEFORE_FINAL_AC } from "../../src/emv/fields.js";
import { encodeIccData, readIssuerData } from "../../src/emv/iccData.js";
import { issuerAuthentication } from "../../src/emv/issuerAuthentication.js";
import { issuerScripts } from "../../src/emv/issuerScripts.js";
import { bytes, type Exchange, openScripted, tlv, tsi, tvr } from "./scriptedCard.js";

const ARPC = "00112233445566773030";

// EMV 4.4 Book 3, 10.9
// [EMV-CMD-01 EMV-ONL-02 EMV-ONL-03]
test.each<[string, Record<string, string>, Record<string, string>, readonly Exchange[], string, string]>([
	["done", { "82": "0400" }, { "91": ARPC }, [[`008200000A${ARPC}`, "9000"]], "0000000000", "1000"],
	["failed", { "82": "0400" }, { "91": ARPC }, [[`008200000A${ARPC}`, "6300"]], "0000000040", "1000"],
	["failed otherwise", { "82": "0400" }, { "91": ARPC }, [[`008200000A${ARPC}`, "6985"]], "0000000040", "1000"],
	["the issuer sent nothing", { "82": "0400" }, {}, [], "0000000000", "0000"],
	["the card does not announce it", { "82": "0000" }, { "91": ARPC }, [], "0000000000", "0000"],
	["a tag 91 of the card is not the issuer's", { "82": "0400", "91": ARPC }, {}, [], "0000000000", "0000"],
])("issuer authentication: %s", async (_name, cardData, terminal, exchanges, tvrAfter, tsiAfter) => {
	const { t, card } = openScripted({ exchanges, card: cardData, terminal });
	expect(await issuerAuthentication(t)).toBeUndefined();
	expect([tvr(t), tsi(t)]).toEqual([tvrAfter, tsiAfter]);
	expect(card.left).toEqual([]);
});

const ID = "9F180411223344";
const UNBLOCK = "8424000008AABBCCDDEEFF0011";
const PUT_DATA = "04DA9F580901AABBCCDDEEFF0011";
const C1 = tlv("86", UNBLOCK);
const C2 = tlv("86", PUT_DATA);

// 10.10 and Book 4, Annex A5
describe("issuer scripts", () => {
	// [EMV-TLV-04 EMV-SCR-01 EMV-SCR-02 EMV-SCR-03 EMV-SCR-04 EMV-SCR-05 EMV-SCR-06]
	test.each<[string, readonly string[], readonly Exchange[], string, boolean]>([
		["none", [], [], "", false],
		["one command", [`${ID}${C1}`], [[UNBLOCK, "9000"]], "2011223344", false],
		[
			"two commands, one with a warning",
			[`${ID}${C1}${C2}`],
			[
				[UNBLOCK, "6200"],
				[PUT_DATA, "6300"],
			],
			"2011223344",
			false,
		],
		["no identifier", [C1], [[UNBLOCK, "9000"]], "2000000000", false],
		["the first fails: the second is not sent", [`${ID}${C1}${C2}`], [[UNBLOCK, "6A80"]], "1111223344", true],
		[
			"the second fails",
			[`${ID}${C1}${C2}`],
			[
				[UNBLOCK, "9000"],
				[PUT_DATA, "6985"],
			],
			"1211223344",
			true,
		],
		[
			"the next script runs all the same",
			[`${ID}${C1}`, C2],
			[
				[UNBLOCK, "6A80"],
				[PUT_DATA, "9000"],
			],
			"11112233442000000000",
			true,
		],
		[
			"the eighth of eight fails",
			[C1.repeat(8)],
			Array.from({ length: 8 }, (_, i): Exchange => [UNBLOCK, i === 7 ? "6F00" : "9000"]),
			"1800000000",
			true,
		],
		["malformed: not performed", [`${ID}8605AA`], [], "0000000000", true],
		["a command shorter than its header: not performed", [`${ID}8603842400`], [], "0011223344", true],
		["Lc and data disagree: not performed", [`${ID}${tlv("86", "8424000008AABB")}`], [], "0011223344", true],
		["a script above 128 bytes: not performed", [tlv("86", UNBLOCK).repeat(9)], [], "0000000000", true],
		["filler and unknown objects", [`00${ID}DF0101AA00${C1}`], [[UNBLOCK, "9000"]], "2011223344", false],
		[
			"commands of case 1, 2 and 4",
			[`${tlv("86", "841E0000")}${tlv("86", "8024000005")}${tlv("86", "80240000 01AA 00")}`],
			[
				["841E0000", "9000"],
				["8024000005", "9000"],
				["8024000001AA00", "9000"],
			],
			"2000000000",
			false,
		],
	])("%s", async (_name, scripts, exchanges, results, failed) => {
		for (const [bit, expected] of [
			[TVR_B5_SCRIPT_FAILED_BEFORE_FINAL_AC, "0000000020"],
			[TVR_B5_SCRIPT_FAILED_AFTER_FINAL_AC, "0000000010"],
		] as const) {
			const { t, card } = openScripted({ exchanges });
			await issuerScripts(t, scripts.map(bytes), bit);
			const got = t.scriptResults;
			expect(formatHex(got)).toBe(results);
			expect(tvr(t)).toBe(failed ? expected : "0000000000");
			expect(tsi(t)).toBe(scripts.length ? "0400" : "0000");
			expect(card.left).toEqual([]);
		}
	});

	// [EMV-SCR-04]
	test("from the 15th command on the results say F", async () => {
		const short = tlv("86", "841E0000");
		const exchanges = Array.from({ length: 17 }, (_, i): Exchange => ["841E0000", i === 16 ? "6F00" : "9000"]);
		const { t } = openScripted({ exchanges });
		await issuerScripts(t, [bytes(short.repeat(17))], TVR_B5_SCRIPT_FAILED_AFTER_FINAL_AC);
		expect(formatHex(t.scriptResults)).toBe("1F00000000");
	});
});

describe("field 55", () => {
	test("has what is asked for and there, in that order", () => {
		const { t } = openScripted({ card: { "9F27": "80", "9F10": "0706" } });
		expect(formatHex(encodeIccData(t, [0x9f10, 0x9f26, 0x95, 0x9f27]))).toBe(
			formatHex(bytes("9F10020706 95050000000000 9F270180")),
		);
	});

	// [EMV-ONL-07]
	test("of the issuer is read into authentication data and scripts in their order", () => {
		const data = readIssuerData(bytes(`91020102 ${tlv("72", "AA")} 00 ${tlv("71", "BB")} ${tlv("72", "CC")} 8A023030`));
		expect(formatHex(data.authenticationData!)).toBe("0102");
		expect([data.scripts71, data.scripts72].map(list => list?.map(formatHex))).toEqual([["BB"], ["AA", "CC"]]);
	});

	// [EMV-ONL-07]
	test.each([undefined, "", "9105AA", "9F"])("%s: nothing", text => {
		const { authenticationData, scripts71 = [] } = readIssuerData(text === undefined ? undefined : bytes(text));
		expect([authenticationData, scripts71]).toEqual([undefined, []]);
	});
});
