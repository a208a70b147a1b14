import { beforeAll, describe, expect, test } from "vitest";
import { resolveVariant } from "../../sim/card/cardProfiles.js";
import { testMerchant } from "../../sim/world/merchant.js";
import { nodeCrypto } from "../../sim/world/nodeCrypto.js";
import { asciiBytes } from "../../src/bytes/bytes.js";
import { formatHex } from "../../src/bytes/hex.js";
import { screenText } from "../../src/display/screen.js";
import type { Order } from "../../src/flows/order.js";
import { type BenchOptions, SaleBench } from "./bench.js";
import { makeSaleWorld, makeSaleWorldOf, withApplication } from "./saleWorld.js";

let worlds: Record<string, Omit<BenchOptions, "crypto">>;
beforeAll(async () => {
	const speaking = (languages: string) =>
		resolveVariant({
			...{ name: languages, title: "x", description: "x", like: "unionpay-debit" },
			account: { pan: "6221261000000000018", languages },
		});
	worlds = {
		...(await makeSaleWorld("unionpay-debit", "unionpay-credit", "advice")),
		...(await makeSaleWorldOf(["zhen", "enzh", "frde"].map(speaking))),
	};
});

/** GENERATE AC commands that the card gets, in hexadecimal. */
function watched(name: string, more: Partial<BenchOptions> = {}): { b: SaleBench; asked: string[] } {
	const b = new SaleBench({ ...worlds[name]!, crypto: nodeCrypto, ...more });
	const asked: string[] = [];
	b.wrapReader = reader => {
		const transmit = reader.transmit.bind(reader);
		reader.transmit = command => {
			const text = formatHex(command);
			if (text.startsWith("80AE")) asked.push(text);
			return transmit(command);
		};
		return reader;
	};
	return { b, asked };
}

const codeOf = (text: string) => formatHex(asciiBytes(text));

// EMV 4.4 Book 3, 10.9; Book 4, Annex A6: tag 8A is the first object of this card's CDOL2
describe("what the card is told of the issuer's answer", () => {
	// [EMV-ONL-01 EMV-GAC-10]
	test("an approval: 00, and a TC is asked for", async () => {
		const { b, asked } = watched("unionpay-debit");
		expect(await b.sale(100)).toMatchObject({ outcome: "approved" });
		expect(asked.map(text => text.slice(4, 6))).toEqual(["80", "40"]);
		expect(asked[1]!.slice(10, 14)).toBe(codeOf("00"));
	});

	// [EMV-ONL-01 EMV-ONL-06 EMV-GAC-10]
	test("a decline: the issuer's code, and an AAC is asked for", async () => {
		const { b, asked } = watched("unionpay-debit");
		expect((await b.sale(100_001)).bank?.responseCode).toBe("51");
		expect(asked.map(text => text.slice(4, 6))).toEqual(["80", "00"]);
		expect(asked[1]!.slice(10, 14)).toBe(codeOf("51"));
	});

	// [EMV-ONL-01 EMV-TAA-05]
	test.each(["unreachable", "silent"] as const)("none, the line %s: Z3, and an AAC is asked for", async fault => {
		const { b, asked } = watched("unionpay-debit");
		b.bank.failNext(fault);
		expect(await b.sale(100)).toMatchObject({ outcome: "declined" });
		expect(asked.map(text => text.slice(4, 6))).toEqual(["80", "00"]);
		expect(asked[1]!.slice(10, 14)).toBe(codeOf("Z3"));
	});

	// [EMV-ONL-01 EMV-TAA-05 MNY-OFF-01]
	test.each([
		["nothing of the default codes", "0000000000", true],
		["a bit of the default codes", "0080000000", false],
	])("none, and the TVR has %s: Y3 and a TC, or Z3 and an AAC", async (_name, tacDefault, approved) => {
		const storeAndForward = { mostAmountMinor: 5_000, mostCount: 2, mostTotalMinor: 6_000, offlinePinRequired: false };
		// Another version than the card's: a bit that the acquirer alone has in its codes
		const versions = { applicationVersion: "7777", tacDenial: "0000000000", tacOnline: "0080000000", tacDefault };
		const application = { ...versions, floorLimitMinor: 50_000 };
		const configuration = withApplication(worlds["unionpay-credit"]!.configuration, application, { storeAndForward });
		const { b, asked } = watched("unionpay-credit", { configuration });
		await b.sale(100); // a card that was never online would ask for its issuer
		b.removeCard();
		b.bank.failNext("unreachable");
		asked.length = 0;
		expect(await b.sale(100)).toMatchObject({ outcome: approved ? "approved" : "declined", online: false });
		expect(asked.map(text => Number.parseInt(text.slice(4, 6), 16) & 0xc0)).toEqual([0x80, approved ? 0x40 : 0x00]);
		expect(asked[1]!.slice(10, 14)).toBe(codeOf(approved ? "Y3" : "Z3"));
		expect(b.terminal.journal.owed().map(({ kind }) => kind)).toEqual(approved ? ["offlineSale"] : []);
	});
});

// [EMV-ONL-09]
test("an AAC of a card that wants an advice: it is owed, and delivered at the next chance", async () => {
	const { b } = watched("advice");
	expect(await b.sale(100)).toMatchObject({ outcome: "declined", online: false });
	const owed = () => b.terminal.journal.owed().map(({ kind }) => kind);
	expect(owed()).toEqual(["declineAdvice"]);
	await b.terminal.serve({ service: "settle" });
	expect(owed()).toEqual([]);
	expect(b.entries).toContainEqual(expect.objectContaining({ type: "adviceDelivered", kind: "declineAdvice" }));
	expect(b.merchantMinor).toBe(0);
});

// [EMV-SEL-21]
test.each([
	["zhen", "en", "zh"],
	["enzh", "zh", "en"],
	["frde", "en", "en"],
	["frde", "zh", "zh"],
] as const)("a card of %s at a merchant who speaks %s is spoken to in %s", async (languages, merchant, spoken) => {
	const { b } = watched(languages, { merchant: testMerchant("commandLine", merchant) });
	expect(await b.sale(100)).toMatchObject({ outcome: "approved", language: spoken });
	const pin = b.screens.find(({ name }) => name === "enterPin")!;
	expect(/\p{Script=Han}/u.test(screenText(pin))).toBe(spoken === "zh");
});

// [EMV-GAC-09]
test.each<[Order, string, number]>([
	[{ operation: "saleWithCashback", amountMinor: 300, cashbackMinor: 200 }, "09", 300],
	[{ operation: "cash", amountMinor: 300 }, "01", 300],
	[{ operation: "balance", amountMinor: 0 }, "31", 0],
])("%j goes through card and issuer", async (order, type, paid) => {
	const { b, asked } = watched("unionpay-debit");
	expect(await b.terminal.perform(order)).toMatchObject({ outcome: "approved", online: true });
	const amounts = String(order.amountMinor).padStart(12, "0") + String(order.cashbackMinor ?? 0).padStart(12, "0");
	expect(asked[0]!.slice(10)).toContain(amounts);
	expect(asked[0]!.slice(10)).toContain(`261122${type}`);
	expect(b.merchantMinor).toBe(paid);
});
