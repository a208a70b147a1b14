import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { Acquirer } from "../../../sim/bank/acquirer.js";
import { MemoryBooks } from "../../../sim/bank/memoryBooks.js";
import { commonSessionKey, iccMasterKeyOptionA, verifyIssuerAuthenticationData } from "../../../sim/card/cryptogram.js";
import { TEST_BINDING_NUMBER } from "../../../sim/world/merchant.js";
import { nodeCrypto } from "../../../sim/world/nodeCrypto.js";
import { asciiBytes } from "../../../src/bytes/bytes.js";
import { formatHex, parseHex } from "../../../src/bytes/hex.js";
import { softwareCrypto } from "../../../src/crypto/software.js";
import { decodeIccData } from "../../../src/host/iccData.js";
import { decodeMessage, encodeMessage, type IsoMessage } from "../../../src/host/iso8583/message.js";
import { encodeWithMac, macIsRight } from "../../../src/host/messageMac.js";
import { unionPay } from "../../../src/host/profiles/unionPay.js";
import {
	acquirerOver,
	IMK_HEX,
	iccData,
	keys,
	MERCHANT,
	OPENINGS,
	PAN,
	pinBlock,
	reversalMessage,
	sale,
	saleMessage,
	terminal,
} from "./bankWorld.js";
import { BOOKS, type TestBooks } from "./booksWorld.js";

describe.each(BOOKS)("the bank with books %s", (_name, open) => {
	let books: TestBooks;
	let bank: Acquirer;
	beforeEach(() => {
		books = open(OPENINGS);
		bank = acquirerOver(books);
	});
	// However a test ended, no money was made or lost.
	afterEach(() => expect(books.audit()).toEqual([]));

	const balance = () => books.card(PAN)!.balanceMinor;
	const answer = (bytes: Uint8Array): IsoMessage => {
		const reply = bank.handle(bytes).bytes;
		const message = decodeMessage(unionPay.message, reply);
		expect(macIsRight(unionPay, message, reply, keys)).toBe(true);
		return message;
	};
	const codeOf = (bytes: Uint8Array) => answer(bytes).fields[39];

	test("a message under another binding than the terminal's active one gives nothing", () => {
		let active: string | undefined = TEST_BINDING_NUMBER;
		bank = acquirerOver(books, nodeCrypto, { bindingNumberOf: () => active });
		expect(codeOf(saleMessage(sale(1)))).toBe("00");
		expect(codeOf(saleMessage(sale(2), { ...terminal, bindingNumber: "202600000002" }))).toBe("03");
		active = undefined; // it was ended, or never was
		expect(codeOf(saleMessage(sale(3)))).toBe("03");
		expect(balance()).toBe(10_000 - 1050);
	});

	test("approves, books, and proves itself to the card", () => {
		const request = sale(1);
		const { messageType, fields } = answer(saleMessage(request));
		expect(messageType).toBe("0210");
		expect(fields).toMatchObject({
			3: "000000",
			4: "000000001050",
			11: "000001",
			12: "101112",
			13: "1122",
			39: "00",
			41: "TERM0001",
			42: "MERCHANT0000001",
			49: "156",
		});
		expect(fields[2] ?? fields[35] ?? fields[52]).toBeUndefined();
		expect(fields[38]).toMatch(/^[0-9]{6}$/);
		expect(balance()).toBe(10_000 - 1050);
		expect(books.balanceMinor(MERCHANT.merchantId)).toBe(1050);

		const objects = decodeIccData(fields[55] as Uint8Array);
		expect([...objects.keys()]).toEqual(["91"]);
		const session = commonSessionKey(
			nodeCrypto,
			iccMasterKeyOptionA(nodeCrypto, parseHex(IMK_HEX), PAN, 1),
			parseHex("0001"),
		);
		const arqc = decodeIccData(request.iccData).get("9F26")!;
		expect(verifyIssuerAuthenticationData(nodeCrypto, session, arqc, objects.get("91")!)).toBe(true);
		expect(objects.get("91")!.slice(8)).toEqual(asciiBytes("00"));
	});

	test.each<[string, Partial<ReturnType<typeof sale>>, string, boolean]>([
		["card not of this bank", { pan: "6222029999999999" }, "14", false],
		["cryptogram altered", { iccData: altered(iccData(1050, 1), 3) }, "05", false],
		["terminal's results altered", { iccData: iccData(1050, 1, { tvr: parseHex("0000000000") }) }, "05", false],
		["other card of the sequence", { panSequence: 2 }, "05", false],
		["cryptogram of another amount", { iccData: iccData(1, 1) }, "13", false],
		[
			"cryptogram of another currency",
			{ iccData: iccData(1050, 1, { transactionCurrencyCode: parseHex("0840") }) },
			"12",
			false,
		],
		["currency of another country", { currency: 840 }, "12", false],
		["no chip data", { iccData: new Uint8Array(0) }, "30", false],
		["chip data cut short", { iccData: iccData(1050, 1).slice(0, -1) }, "30", false],
		["chip data without counter", { iccData: iccData(1050, 1, { atc: new Uint8Array(0) }) }, "30", false],
		["track of another card", { track2: "6222021234560015D3012201" }, "30", false],
		["wrong PIN", { pinBlock: pinBlock("1235") }, "55", true],
		["PIN cut short", { pinBlock: pinBlock("123") }, "55", true],
		["PIN block of another card", { pinBlock: pinBlock("1234", "6222021234560015") }, "55", true],
		["PIN block that is none", { pinBlock: new Uint8Array(8) }, "55", true],
		["more than there is", { amountMinor: 10_001 }, "51", true],
		["nothing", { amountMinor: 0 }, "13", true],
	])("refuses: %s", (_why, change, code, proven) => {
		const { fields } = answer(saleMessage(sale(1, change)));
		expect(fields[39]).toBe(code);
		expect(fields[38]).toBeUndefined();
		// A decline is proven to a card that proved itself, and to no other.
		expect(fields[55] !== undefined).toBe(proven);
		expect(balance()).toBe(10_000);
		expect(books.balanceMinor(MERCHANT.merchantId)).toBe(0);
	});

	test("all of the balance may be spent, without a PIN too", () => {
		expect(codeOf(saleMessage(sale(1, { amountMinor: 10_000, pinBlock: undefined })))).toBe("00");
		expect(balance()).toBe(0);
		expect(codeOf(saleMessage(sale(2, { amountMinor: 1 })))).toBe("51");
	});

	test("a request with any one byte altered is not believed", () => {
		const message = saleMessage(sale(1));
		for (let at = 0; at < message.length; at++) {
			let code: unknown;
			try {
				code = decodeMessage(unionPay.message, bank.handle(altered(message, at)).bytes).fields[39];
			} catch (error) {
				expect((error as Error).name).toBe("Iso8583Error");
				continue;
			}
			expect(code, `byte ${at}`).toBe("A0");
		}
		expect(balance()).toBe(10_000);
	});

	test("a MAC under another key, or none, is refused", () => {
		expect(codeOf(saleMessage(sale(1), terminal, { ...keys, mac: data => data.slice(0, 8) }))).toBe("A0");
		const { messageType, fields } = decodeMessage(unionPay.message, saleMessage(sale(1)));
		expect(codeOf(encodeMessage(unionPay.message, { messageType, fields: { ...fields, 64: undefined } }))).toBe("A0");
	});

	test("only its own terminal and merchant", () => {
		expect(codeOf(saleMessage(sale(1), { ...terminal, terminalId: "TERM0002" }))).toBe("97");
		expect(codeOf(saleMessage(sale(1), { ...terminal, merchantId: "MERCHANT0000002" }))).toBe("03");
		expect(codeOf(reversalMessage(sale(1), { ...terminal, merchantId: "MERCHANT0000002" }))).toBe("03");
		expect(balance()).toBe(10_000);
	});

	test.each([
		["another message type", "0100", {}, "12"],
		["another processing code", "0200", { 3: "200000" }, "12"],
		["no amount", "0200", { 4: undefined }, "30"],
		["no batch", "0200", { 60: "22" }, "30"],
		["field 60 cut short", "0200", { 60: "2200" }, "30"],
		["reversal of nothing", "0400", {}, "30"],
	])("refuses: %s", (_why, messageType, change, code) => {
		const { fields } = decodeMessage(unionPay.message, saleMessage(sale(1)));
		expect(codeOf(encodeWithMac(unionPay, { messageType, fields: { ...fields, ...change } }, keys))).toBe(code);
		expect(balance()).toBe(10_000);
	});

	test("a counter counts once, also after a decline", () => {
		expect(codeOf(saleMessage(sale(5)))).toBe("00");
		expect(codeOf(saleMessage(sale(6, { iccData: iccData(1050, 5) })))).toBe("05");
		expect(codeOf(saleMessage(sale(7, { iccData: iccData(1050, 4) })))).toBe("05");
		expect(codeOf(saleMessage(sale(8, { pinBlock: pinBlock("0000") })))).toBe("55");
		expect(codeOf(saleMessage(sale(9, { iccData: iccData(1050, 8) })))).toBe("05");
		expect(codeOf(saleMessage(sale(10)))).toBe("00");
	});

	test("a repeated request gets the same answer and is booked once", () => {
		const message = saleMessage(sale(1));
		const first = bank.handle(message).bytes;
		expect(formatHex(bank.handle(message).bytes)).toBe(formatHex(first));
		expect(balance()).toBe(10_000 - 1050);
		// The same STAN in another batch is another request; with another amount it is a mistake.
		expect(codeOf(saleMessage(sale(1, { iccData: iccData(1050, 2), batch: 2 })))).toBe("00");
		expect(codeOf(saleMessage(sale(1, { amountMinor: 2 })))).toBe("94");
		expect(balance()).toBe(10_000 - 2100);
	});

	test("a reversal gives the money back exactly once", () => {
		codeOf(saleMessage(sale(1)));
		for (let i = 0; i < 3; i++) {
			expect(answer(reversalMessage(sale(1)))).toMatchObject({
				messageType: "0410",
				fields: { 11: "000001", 39: "00" },
			});
			expect(balance()).toBe(10_000);
			expect(books.balanceMinor(MERCHANT.merchantId)).toBe(0);
		}
		expect(codeOf(saleMessage(sale(1)))).toBe("12");
		expect(codeOf(saleMessage(sale(2)))).toBe("00");
	});

	test("a reversal of what never arrived is acknowledged, and the late original refused", () => {
		expect(codeOf(reversalMessage(sale(1)))).toBe("00");
		expect(codeOf(saleMessage(sale(1)))).toBe("12");
		expect(codeOf(reversalMessage(sale(1)))).toBe("00");
		expect(balance()).toBe(10_000);
	});

	test("a reversal of a decline gives nothing", () => {
		codeOf(saleMessage(sale(1, { pinBlock: pinBlock("0000") })));
		expect(codeOf(reversalMessage(sale(1)))).toBe("00");
		expect(balance()).toBe(10_000);
		expect(books.balanceMinor(MERCHANT.merchantId)).toBe(0);
	});

	test("a reversal of another amount, or under a wrong MAC, gives nothing", () => {
		codeOf(saleMessage(sale(1)));
		expect(codeOf(reversalMessage(sale(1, { amountMinor: 9_999 })))).toBe("12");
		expect(codeOf(altered(reversalMessage(sale(1)), 30))).toBe("A0");
		expect(balance()).toBe(10_000 - 1050);
	});

	test("an echo test is answered, with or without a MAC", () => {
		const echo = {
			messageType: "0820",
			fields: { 11: "000003", 41: "TERM0001", 42: "MERCHANT0000001", 59: TEST_BINDING_NUMBER, 60: "00000001301" },
		};
		const open = decodeMessage(unionPay.message, bank.handle(encodeMessage(unionPay.message, echo)).bytes);
		expect(open).toMatchObject({ messageType: "0830", fields: { 39: "00" } });
		expect(open.fields[64]).toBeUndefined(); // what came without a MAC is answered without one
		expect(codeOf(encodeWithMac(unionPay, echo, keys))).toBe("00");
		expect(codeOf(altered(encodeWithMac(unionPay, echo, keys), 12))).toBe("A0");
	});

	test("what is no message has nobody to answer", () => {
		expect(() => bank.handle(parseHex("0200"))).toThrow("field 1");
		expect(() => bank.handle(new Uint8Array(0))).toThrow("field 0");
	});
});

test("the bank answers the same on an engine without native ciphers", () => {
	const message = saleMessage(sale(1));
	const [native, software] = [nodeCrypto, softwareCrypto].map(crypto =>
		acquirerOver(new MemoryBooks([MERCHANT.merchantId], OPENINGS), crypto).handle(message),
	);
	expect(formatHex(software!.bytes)).toBe(formatHex(native!.bytes));
	expect(decodeMessage(unionPay.message, software!.bytes).fields[39]).toBe("00");
});

function altered(bytes: Uint8Array, at: number): Uint8Array {
	const copy = bytes.slice();
	copy[at]! ^= 0x01;
	return copy;
}
