import { describe, expect, test } from "vitest";
import { formatTree } from "../../../sim/decode/treeText.js";
import { formatHex } from "../../../src/bytes/hex.js";
import { flat, open } from "./open.js";
import { FRAMED, ICC_DATA, MESSAGE, PAN, TRACE } from "./samples.js";

const tree = (kind: string, ...words: string[]) => formatTree(open(kind, ...words)!.nodes);
/** Bits that are named, as `B1 b8 Name`. */
const bits = (kind: string, hex: string) =>
	flat(open(kind, hex)!.nodes)
		.filter(({ label }) => /^B\d b/.test(label))
		.map(({ label, name }) => `${label} ${name}`);

describe("bits, by the Books' tables", () => {
	test.each([
		["tvr", "0000000000", []],
		["tvr", "8000000000", ["B1 b8 Offline data authentication was not performed"]],
		[
			"tvr",
			"0448080440",
			[
				"B1 b3 CDA failed",
				"B2 b7 Expired application",
				"B2 b4 New card",
				"B3 b4 PIN entry required, PIN pad present, but PIN was not entered",
				"B4 b3 Biometric Try Limit exceeded",
				"B5 b7 Issuer authentication failed",
			],
		],
		["tsi", "0401", ["B1 b3 Script processing was performed", "B2 b1 RFU"]],
		[
			"aip",
			"1C00",
			[
				"B1 b5 Cardholder verification is supported",
				"B1 b4 Terminal risk management is to be performed",
				"B1 b3 Issuer authentication is supported",
			],
		],
		["auc", "0240", ["B1 b2 Valid at ATMs", "B2 b7 International cashback allowed"]],
		[
			"terminalCapabilities",
			"201008",
			["B1 b6 IC with contacts", "B2 b5 Enciphered PIN for offline verification", "B3 b4 CDA"],
		],
		[
			"additionalTerminalCapabilities",
			"8080800102",
			["B1 b8 Cash", "B2 b8 Cash Deposit", "B3 b8 Numeric keys", "B4 b1 Code table 9", "B5 b2 Code table 2"],
		],
	])("%s %s", (kind, hex, expected) => {
		expect(bits(kind, hex)).toEqual(expected);
	});

	test("every bit of the TVR has the name that the kernel's constants mean", async () => {
		const fields = await import("../../../src/emv/fields.js");
		const names: Record<string, string> = {
			TVR_B1_SDA_SELECTED: "SDA selected",
			TVR_B2_SERVICE_NOT_ALLOWED: "Requested service not allowed for card product",
			TVR_B3_UNRECOGNISED_CVM: "Unrecognised CVM",
			TVR_B4_UPPER_LIMIT_EXCEEDED: "Upper consecutive offline limit exceeded",
			TVR_B5_SCRIPT_FAILED_AFTER_FINAL_AC: "Script processing failed after final GENERATE AC",
		};
		for (const [constant, name] of Object.entries(names)) {
			const tvr = new Uint8Array(5);
			fields.setBit(tvr, fields[constant as "TVR_B1_SDA_SELECTED"]);
			expect(bits("tvr", formatHex(tvr))[0]).toContain(name);
		}
	});
});

describe("values", () => {
	test("CVM list: amounts, rules in their order", () => {
		const [list] = open("cvmList", "000003E8000007D041031E0600 00")!.nodes;
		expect(list!.children!.map(({ name, meaning }) => [name, meaning])).toEqual([
			["Amount X", "1000 minor units of the application currency"],
			["Amount Y", "2000 minor units of the application currency"],
			[
				"Plaintext PIN verification performed by ICC",
				"if terminal supports the CVM; apply succeeding CV Rule if this CVM is unsuccessful",
			],
			[
				"Signature (paper)",
				"if transaction is in the application currency and is under X value; fail cardholder verification if this CVM is unsuccessful",
			],
			["Fail CVM processing", "always; fail cardholder verification if this CVM is unsuccessful"],
		]);
	});

	test.each([
		["cvmResults", "440302", "Enciphered PIN verification performed by ICC"],
		["cvmResults", "3F0001", "No CVM performed"],
		["cid", "8A", "PIN Try Limit exceeded"],
		["cid", "89", "Service not allowed"],
		["cid", "40", "TC"],
		["terminalType", "22", "merchant, attended, offline with online capability"],
		["terminalType", "99", "unknown"],
		["afl", "080102011001 0200", "records 1 to 2"],
		["iad", "06010A03A4A002", "Visa, cryptogram version 10"],
		["iad", "06011203A4A002", "Visa, cryptogram version 18"],
		["iad", "07010103A4100201", "UnionPay"],
		["iad", "07010103A4100204", "SM4"],
		["iad", "0FA501000000000000000000000000000F000000000000000000000000000000", "Common Core Definitions"],
		["iad", "0110A00003220000000000000000000000FF", "layout of the issuer's own"],
		["tlv", "8A025933", '"Y3" unable to go online, offline approved'],
		["tlv", "8A023531", '"51" Not sufficient funds'],
		["tlv", "9A03261345", "2026-13-45, no such day"],
		["tlv", "9F0206000000001A34", "not decimal digits"],
		["tlv", "9B01E8", "1 byte, the Book says 2"],
		["tlv", "5F2403491231", "2049-12-31"],
		["tlv", "5F2403501231", "1950-12-31"],
		["tlv", "71109F180401020304860704DA9F7902FFFF", "PUT DATA"],
		["tlv", "DF310A20000000011300000002", "script processing failed, command 3"],
		["tlv", "910AA4601288FE19F8E13030", '"00" Approved'],
		["tlv", "5003411B41", '"A?A"'],
		["sw", "6A83", "Record not found"],
		["sw", "63C2", "2 tries left"],
		["sw", "6110", "16 response bytes"],
		["sw", "6C00", "256 bytes"],
		["sw", "1234", "unknown"],
		["tag", "9F33", "terminal"],
		["dol", "9F02069F3704", "Unpredictable Number"],
		["atr", "3B6500004B41535341", '"KASSA"'],
		["atr", "3BE00000810061", "refused: "],
	])("%s %s: %s", (kind, hex, expected) => {
		expect(tree(kind, hex)).toContain(expected);
	});

	test("the CVR of a UnionPay card", () => {
		expect(bits("iad", "07010103953A3104")).toEqual([
			"B2 b8-7 Second GENERATE AC: not requested",
			"B2 b6-5 First GENERATE AC: TC",
			"B2 b3 Offline PIN verification performed",
			"B2 b1 Unable to go online",
			"B3 b6 Exceeded velocity checking counters",
			"B3 b5 New card",
			"B3 b4 Issuer authentication failed on last online transaction",
			"B3 b2 Application blocked by card because PIN Try Limit exceeded",
			"B4 b1 PIN verification command not received for a PIN-expecting card",
			"B4 b8-5 Issuer script commands processed on last transaction: 3",
		]);
	});
});

describe("what is not well-formed", () => {
	test.each([
		["tlv", "9F3704A1B2C3D4 9F2608010203", 7, "a value is longer than what holds it"],
		["tlv", "9B02E800 9F", 4, "an object ends before its length"],
		["tlv", "9B02E800 95", 4, "an object ends before its length"],
		["tlv", "700A9B02E800950500", 0, "a value is longer than what holds it"],
		["tlv", "70079B02E800950500", 6, "a value is longer than what holds it"],
		["dol", "9F02069F37", 3, "an entry ends before its length"],
		["tvr", "00000000", 4, "Terminal Verification Results has 5 bytes, not 4"],
		["sw", "90", 1, "a status word has 2 bytes, not 1"],
		["atr", "3B6500004B415353", 8, "the ATR ends early"],
		["atr", "3BE00000810062", 6, "the check character TCK is wrong"],
		["atr", "9000", 0, "an ATR begins with 3B or 3F"],
		["tag", "DFAA01", 0, "no such tag in the data elements dictionary"],
	])("%s %s: offset %i, %s", (kind, hex, offset, sentence) => {
		expect(open(kind, hex.replaceAll(" ", ""))!.problem).toEqual({ offset, sentence });
	});

	test("what comes before the break is shown, what comes after is not", () => {
		const { nodes } = open("tlv", `9F3704A1B2C3D45A0B${PAN}F`)!;
		expect(nodes.map(({ name, value }) => [name, value])).toEqual([
			["Unpredictable Number", "A1B2C3D4"],
			["not decoded", "[12 bytes]"],
		]);
	});
});

describe("guessing", () => {
	test.each([
		["0008048000", "tvr"],
		["9000", "sw"],
		["440302", "cvmResults"],
		["E0F8C8", "terminalCapabilities"],
		["80", "cid"],
		["22", "terminalType"],
		["3B6500004B41535341", "atr"],
		["0000000000000000440342031F03", "cvmList"],
		["9F02069F03069F1A0295055F2A029A039C019F3704", "dol"],
		["07010103A4100201", "iad"],
		["00A4040008A00000033301010100", "apdu"],
		["00B2010C00", "apdu"],
		["6F0A8408A0000003330101019000", "apdu"],
		[ICC_DATA, "tlv"],
		[formatHex(MESSAGE), "iso8583"],
		[formatHex(FRAMED), "iso8583"],
		["9F3704A1B2C3D49F26080102", "tlv"],
	])("%s", (hex, kind) => {
		expect(open(undefined, hex)).toMatchObject({ kind: { name: kind }, guessed: true });
	});

	test("a dialogue", () => {
		expect(open(undefined, ...TRACE)!.kind.name).toBe("apdu");
		expect(open(undefined, "00A40400", "9000")!.kind.name).toBe("apdu");
	});

	test.each(["3C00", "FFFFFFFFFFFF", "01020304"])("%s is anything", hex => {
		expect(open(undefined, hex)).toBeUndefined();
	});
});

test("the tree is aligned and quiet", () => {
	expect(tree("tlv", `5A0A${PAN}F9505000804800050064B4153534131`)).toBe(
		[
			"5A  Application Primary Account Number (PAN)  622126*********0018",
			"95  Terminal Verification Results             0008048000    (Book 3, C5)",
			"      B2 b4  New card",
			"      B3 b3  Online CVM captured (online PIN entered)",
			"      B4 b8  Transaction exceeds floor limit",
			'50  Application Label                         4B4153534131  "KASSA1"',
		].join("\n"),
	);
});
