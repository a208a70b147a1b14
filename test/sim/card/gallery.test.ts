import { beforeAll, expect, test } from "vitest";
import type { Personalisation } from "../../../sim/card/personalisation.js";
import type { TestScheme } from "../../../sim/card/testScheme.js";
import { asciiBytes } from "../../../src/bytes/bytes.js";
import { formatHex } from "../../../src/bytes/hex.js";
import {
	activeSlot,
	Bench,
	CDOL1_DATA,
	cdol2Data,
	DEBIT,
	exchange,
	findObject,
	makeCards,
	makeVariant,
	SECOND,
} from "./testCards.js";

const NAMES = [
	"unionpay-debit",
	"unionpay-credit",
	"cda",
	"no-pse",
	"plaintext-pin",
	"pin-blocked",
	"two-applications-confirm",
] as const;

let scheme: TestScheme;
let cards: Record<(typeof NAMES)[number], Personalisation>;
beforeAll(async () => {
	({ scheme, cards } = await makeCards(...NAMES));
});

const PSE_NAME = formatHex(asciiBytes("1PAY.SYS.DDF01"));
const RIGHT = "241234FFFFFFFFFF";

function riskRecord(personalisation: Personalisation): string {
	const bench = new Bench(personalisation);
	bench.begin(personalisation.applications[0]!.name);
	return bench.send("00B20214").slice(0, -4);
}

test("credit: no verification below 1,000 yuan, signature above", () => {
	const card = cards["unionpay-credit"];
	expect(findObject(riskRecord(card), "8E")).toBe("000186A0" + "00000000" + "1F06" + "5E03" + "1F03");
	expect(card.applications[0]!.aip).toBe("3D00");
});

test("amounts X and Y are binary, the highest too", async () => {
	const card = await makeVariant(scheme, "unionpay-debit", { cvmAmounts: { x: 1, y: 0xffff_ffff } });
	expect(findObject(riskRecord(card), "8E")?.slice(0, 16)).toBe("00000001FFFFFFFF");
});

test("a card without any verification method says so in its AIP and has no list", async () => {
	const card = await makeVariant(scheme, "unionpay-debit", { cvmList: [] });
	expect(card.applications[0]!.aip).toBe("2C00");
	expect(findObject(riskRecord(card), "8E")).toBeUndefined();
});

test("a card without offline data authentication announces none and refuses it", async () => {
	const card = await makeVariant(scheme, "unionpay-debit", { dataAuthentication: [] });
	expect(card.applications[0]!.aip).toBe("1C00");
	const bench = new Bench(card);
	bench.begin();
	expect(bench.send("00880000", "A1B2C3D4")).toBe("6985");
});

test("no directory: one partial name finds both applications", () => {
	const bench = new Bench(cards["no-pse"]);
	expect(bench.select(PSE_NAME)).toBe("6A82");
	expect(findObject(bench.select(), "84")).toBe(`${DEBIT}01`);
	expect(findObject(bench.send("00A40402", DEBIT), "84")).toBe(`${DEBIT}02`);
	expect(bench.send("00A40402", DEBIT)).toBe("6A82");
});

test("two applications that want confirmation, in directory and FCI", () => {
	const bench = new Bench(cards["two-applications-confirm"]);
	bench.select(PSE_NAME);
	expect(bench.send("00B2010C").match(/8701../g)).toEqual(["870181", "870182"]);
	expect(findObject(bench.select(), "87")).toBe("81");
	expect(findObject(bench.select(SECOND), "87")).toBe("82");
});

test("preferred name in another code table, languages in the card's order", async () => {
	const card = await makeVariant(scheme, "unionpay-debit", { codeTable: 5, preferredName: "KACCA" });
	const fci = new Bench(card).select();
	expect([findObject(fci, "9F11"), findObject(fci, "9F12"), findObject(fci, "5F2D")]).toEqual([
		"05",
		formatHex(asciiBytes("KACCA")),
		formatHex(asciiBytes("zhen")),
	]);
});

test("plaintext PIN: first in the list, and the card takes it", () => {
	expect(findObject(riskRecord(cards["plaintext-pin"]), "8E")?.slice(16, 20)).toBe("4103");
	const bench = new Bench(cards["plaintext-pin"]);
	bench.begin();
	expect(bench.send("00200080", "249999FFFFFFFFFF")).toBe("63C2");
	expect(bench.send("00200080", RIGHT)).toBe("9000");
});

test("blocked PIN: no try is left on the new card", () => {
	const bench = new Bench(cards["pin-blocked"]);
	bench.begin();
	expect(bench.send("80CA9F17")).toBe("9F170100" + "9000");
	expect(bench.send("00200080", RIGHT)).toBe("6984");
});

test("a card may keep its try counter to itself", () => {
	const [first, ...others] = cards["plaintext-pin"].applications;
	const bench = new Bench({
		...cards["plaintext-pin"],
		applications: [{ ...first!, pinTryCounterHidden: true }, ...others],
	});
	bench.begin();
	expect(bench.send("80CA9F17")).toBe("6A88");
	expect(bench.send("80CA9F36").slice(0, 6)).toBe("9F3602");
	expect(bench.send("00200080", "249999FFFFFFFFFF")).toBe("63C2");
});

const ENTRY = "261122" + "120000" + "000000000100" + "0156" + "0156" + "00";
const approve = (bench: Bench) => {
	bench.begin();
	bench.send("80AE8000", CDOL1_DATA);
	return bench.send("80AE4000", cdol2Data("Y3")).slice(0, 6);
};

test("the log holds approved transactions, the newest first, and can be read before a transaction", () => {
	const bench = new Bench(cards.cda);
	expect(findObject(bench.select(), "9F4D")).toBe("0B0A");
	expect(bench.send("80CA9F4F")).toBe("9F4F13" + "9A039F21039F02065F2A029F1A029C019F3602" + "9000");
	expect(bench.send("00B2015C")).toBe("6A83");
	expect(approve(bench)).toBe("801340");
	bench.begin();
	bench.send("80AE0000", CDOL1_DATA);
	expect(approve(bench)).toBe("801340");
	const again = new Bench(cards.cda, JSON.parse(JSON.stringify(bench.state)));
	again.select();
	expect(again.send("00B2015C")).toBe(`${ENTRY}00039000`);
	expect(again.send("00B2025C")).toBe(`${ENTRY}00019000`);
	expect(again.send("00B2035C")).toBe("6A83");
	expect(again.send("00B20114")).toBe("6985");
});

test("a full log forgets its oldest record", () => {
	const [first] = cards.cda.applications;
	const small = { ...first!, transactionLog: { ...first!.transactionLog!, records: 2 } };
	const bench = new Bench({ ...cards.cda, applications: [small] });
	for (let i = 0; i < 3; i++) expect(approve(bench)).toBe("801340");
	expect(bench.state?.[DEBIT]?.log?.map(entry => entry.slice(-4))).toEqual(["0003", "0002"]);
});

test("the log over T=0, and a card that keeps none", async () => {
	const bench = new Bench(cards.cda);
	approve(bench);
	const slot = await activeSlot(cards.cda);
	await exchange(slot, "00A4040008");
	await exchange(slot, DEBIT);
	expect(await exchange(slot, "80CA9F4F00")).toBe("6C16");
	expect(await exchange(slot, "00B2015C00")).toBe("6A83");
	const without = new Bench(cards["unionpay-debit"]);
	expect(findObject(without.begin(), "BF0C")).toBeUndefined();
	expect(without.send("80CA9F4F")).toBe("6A88");
	expect(without.send("00B2015C")).toBe("6A82");
});
