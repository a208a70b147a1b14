import { beforeAll, describe, expect, test } from "vitest";
import { checkScriptOrder } from "../../sim/bank/issuerScript.js";
import { TEST_TERMINAL_IDS } from "../../sim/world/merchant.js";
import { nodeCrypto } from "../../sim/world/nodeCrypto.js";
import { decodeMessage, encodeMessage } from "../../src/host/iso8583/message.js";
import { generic87 } from "../../src/host/profiles/generic87.js";
import { unionPay } from "../../src/host/profiles/unionPay.js";
import type { Printer } from "../../src/ports.js";
import { Attendant } from "./attendant.js";
import { type BenchOptions, SaleBench } from "./bench.js";
import { makeSaleWorld, oneRound, withApplication } from "./saleWorld.js";

const CARD = "unionpay-credit";
let world: Omit<BenchOptions, "crypto">;

beforeAll(async () => {
	world = (await makeSaleWorld(CARD))[CARD]!;
});

const terminalId = TEST_TERMINAL_IDS.commandLine;
const bench = (more: Partial<BenchOptions> = {}) => {
	const b = new SaleBench({ ...world, crypto: nodeCrypto, ...more });
	new Attendant(b);
	return b;
};

describe("sign-in", () => {
	// [KEY-STO-07]
	test("brings the work keys, without which nothing is sold", async () => {
		const b = bench({ signsIn: true });
		b.bank.failNext("unreachable");
		expect(await b.sale(100)).toMatchObject({ status: "declined", online: false });
		expect(b.bank.received).toEqual([]);
		expect(b.merchantMinor).toBe(0);
		b.removeCard();
		expect(await b.terminal.serve({ service: "signIn", operator: "001" })).toMatchObject({ done: true });
		expect(await b.sale(100)).toMatchObject({ outcome: "approved" });
		expect(b.bank.received).toEqual(["0800", "0200"]);
	});

	test("is what a terminal with a master key and no work keys does first by itself", async () => {
		const b = bench({ signsIn: true });
		expect(await b.sale(100)).toMatchObject({ outcome: "approved" });
		expect(b.bank.received).toEqual(["0800", "0200"]);
	});

	test.each([
		["goes on", (_b: SaleBench) => {}],
		[
			"starts again",
			(b: SaleBench) => {
				b.restart();
				new Attendant(b);
			},
		],
	])("its answer is lost and the terminal %s: the next sale signs in first, nothing is owed", async (_how, then) => {
		const b = bench();
		b.bank.failNext("silent");
		expect(await b.terminal.serve({ service: "signIn" })).toMatchObject({ done: false });
		then(b);
		expect(await b.sale(100)).toMatchObject({ outcome: "approved" });
		expect(b.bank.received).toEqual(["0800", "0800", "0200"]);
		expect(b.terminal.journal.owed()).toEqual([]);
	});

	test("never left the terminal: the keys before go on", async () => {
		const b = bench();
		b.bank.failNext("unreachable");
		expect(await b.terminal.serve({ service: "signIn" })).toMatchObject({ done: false });
		expect(await b.sale(100)).toMatchObject({ outcome: "approved" });
		expect(b.bank.received).toEqual(["0200"]);
	});

	test("is refused: the keys before go on", async () => {
		const b = bench();
		const before = b.books.terminal(terminalId);
		b.bank.onAnswer = answer => {
			const message = decodeMessage(unionPay.message, answer);
			return encodeMessage(unionPay.message, { ...message, fields: { ...message.fields, 39: "58" } });
		};
		const result = await b.terminal.serve({ service: "signIn" });
		expect(result).toMatchObject({ done: false, reason: "the bank refused the sign-in: 58" });
		b.bank.onAnswer = undefined;
		b.books.saveTerminal(before); // as of a bank that has refused it
		expect(await b.sale(100)).toMatchObject({ outcome: "approved" });
		expect(b.bank.received).toEqual(["0800", "0200"]);
	});

	// [KEY-BLK-06 KEY-STO-02]
	test("a key whose check value is wrong: no key is changed, the old ones go on", async () => {
		const b = bench();
		b.bank.onAnswer = answer => {
			const message = decodeMessage(unionPay.message, answer);
			const keys = (message.fields[62] as Uint8Array).slice();
			keys[17]! ^= 1; // of the PIN key's check value
			return encodeMessage(unionPay.message, { ...message, fields: { ...message.fields, 62: keys } });
		};
		const books = b.books.terminal(terminalId);
		const result = await b.terminal.serve({ service: "signIn" });
		expect(result).toMatchObject({ done: false });
		expect(result.reason).toMatch(/check value/);
		b.bank.onAnswer = undefined;
		b.books.saveTerminal(books);
		expect(await b.sale(100)).toMatchObject({ outcome: "approved" });
	});

	test("takes the bank's batch", async () => {
		const b = bench();
		b.books.saveTerminal({ ...b.books.terminal(terminalId), batch: 42 });
		await b.terminal.serve({ service: "signIn" });
		expect(await b.sale(100)).toMatchObject({ name: { batch: 42 } });
	});

	test.each([
		["hours away", 5 * 3_600_000],
		["across the new year", 45 * 86_400_000],
		["behind", -3 * 86_400_000],
	])("takes the bank's time: %s", async (_name, offsetMs) => {
		const b = bench();
		b.bankClock.offsetMs = offsetMs;
		const before = b.clock.now();
		await b.terminal.serve({ service: "signIn" });
		expect(b.clock.now()).toBe(before + offsetMs);
		b.bankClock.offsetMs = 0; // the bank goes by the same clock here
		expect(b.clock.monotonicMs()).toBe(before);
	});

	// [HST-KEY-01]
	test("keys that the bank has lost: a wrong MAC, a sign-in, the reversal, then the sale", async () => {
		const b = bench();
		await b.sale(100);
		const workKeys = { pik: "11".repeat(16), mak: "22".repeat(8), tdk: "33".repeat(16) };
		b.books.saveTerminal({ ...b.books.terminal(terminalId), workKeys });
		b.removeCard();
		expect(await b.sale(200)).toMatchObject({ status: "pending", reversal: "owed" });
		b.removeCard();
		expect(await b.sale(300)).toMatchObject({ outcome: "approved", reversal: "none" });
		expect(b.bank.received.slice(1)).toEqual(["0200", "0800", "0400", "0200"]);
		expect(b.merchantMinor).toBe(400);
	});
});

describe.each([
	["unionPay", unionPay],
	["generic87", oneRound(generic87)],
] as const)("%s", (_name, profile) => {
	test("signed off: the next sale signs in first", async () => {
		const b = bench({ profile });
		expect(await b.terminal.serve({ service: "signOff" })).toMatchObject({ done: true });
		expect(b.books.terminal(terminalId).signedOff).toBe(true);
		expect(await b.sale(100)).toMatchObject({ outcome: "approved" });
		b.bank.failNext("unreachable");
		await b.terminal.serve({ service: "signOff" });
	});

	test("echo and status upload; a bank that does not answer", async () => {
		const b = bench({ profile });
		expect(await b.terminal.serve({ service: "echo" })).toMatchObject({ done: true, reason: "the bank answers" });
		const status = await b.terminal.serve({ service: "statusUpload", text: "PAPER LOW" });
		expect(status).toMatchObject({ done: true });
		expect(b.books.terminal(terminalId).status).toBe("PAPER LOW");
		b.bank.faults.arm({ fault: "noReply", count: 1 });
		expect(await b.terminal.serve({ service: "echo" })).toMatchObject({ done: false });
	});

	test("query: as the terminal and as the bank have it", async () => {
		const b = bench({ profile });
		const sale = await b.sale(100);
		b.removeCard();
		b.desk.scenarios.order("do not honour", undefined, 1);
		const declined = await b.sale(100);
		const ask = (invoice: number) => b.terminal.serve({ service: "query", invoice });
		expect(await ask(sale.invoice!)).toMatchObject({ done: true, reason: "the bank says approved" });
		expect(await ask(declined.invoice!)).toMatchObject({ done: true, reason: "the bank says declined" });
		await b.terminal.perform({ operation: "saleVoid", amountMinor: 0, invoice: sale.invoice });
		expect(await ask(sale.invoice!)).toMatchObject({ reason: "the bank says voided" });
		expect(await ask(99)).toMatchObject({ done: false, reason: "No such transaction" });
	});

	// [EMV-SCR-08]
	test("script results and advices of a decline are told to the bank", async () => {
		const b = bench({ profile });
		b.acquirer.orderScript(
			checkScriptOrder({ template: "72", identifier: "00000007", commands: [{ command: "PIN UNBLOCK" }] }),
		);
		expect(await b.sale(100)).toMatchObject({ outcome: "approved" });
		expect(b.entries.map(({ type }) => type).slice(-2)).toEqual(["adviceOwed", "adviceDelivered"]);
		expect(b.bank.received.at(-1)).toBe("0620");
	});

	// [EMV-ONL-08]
	test("a referral: the attendant's code makes the sale, which can be voided and settled", async () => {
		const b = bench({ profile });
		const wanted = () => b.books.referrals()[0]!.answer.authorisationCode!;
		new Attendant(b, { digits: wanted });
		b.desk.scenarios.order("refer to card issuer", undefined, 1);
		const result = await b.sale(100);
		expect(result).toMatchObject({ outcome: "approved", status: "approved", reason: "approved by telephone" });
		expect(result.bank).toMatchObject({ responseCode: "01", authorisationCode: wanted() });
		expect(b.merchantMinor).toBe(100);
		expect(b.terminal.journal.owed()).toEqual([]);
		new Attendant(b);
		const { invoice } = result;
		expect(await b.terminal.perform({ operation: "refund", amountMinor: 40, invoice })).toMatchObject({
			status: "approved",
		});
		expect(b.merchantMinor).toBe(60);
		expect(await b.terminal.serve({ service: "settle" })).toMatchObject({ reason: "settled, the totals agree" });
	});

	test("a wrong code of the telephone: the bank refuses the advice, and the sale is declined after all", async () => {
		const b = bench({ profile });
		new Attendant(b, { digits: "999999" });
		b.desk.scenarios.order("refer to card issuer", undefined, 1);
		await b.sale(100);
		expect(b.terminal.result(b.terminal.journal.last()!)).toMatchObject({ status: "declined", outcome: "declined" });
		expect(b.merchantMinor).toBe(0);
	});
});

describe.each([
	["unionPay", unionPay],
	["generic87", oneRound(generic87)],
] as const)("a decline that the bank did not decide, %s", (_name, profile) => {
	const wantsAdvice = (advice: boolean) => ({
		...world.personalisation,
		applications: world.personalisation.applications.map(each => ({
			...each,
			cardAction: { ...each.cardAction, advice },
		})),
	});

	// [EMV-ONL-09]
	test("no answer: the bank takes the sale back, and books the advice as a message of its own", async () => {
		const b = bench({ profile, personalisation: wantsAdvice(true) });
		b.bank.faults.arm({ fault: "noReply", count: 1 });
		expect(await b.sale(100)).toMatchObject({ outcome: "declined", status: "pending" });
		expect(await b.terminal.serve({ service: "deliver" })).toMatchObject({ done: true });
		expect(b.terminal.journal.owed()).toEqual([]);
		expect(b.terminal.journal.last()!.refused).toEqual([]);
		const { batch } = b.terminal.journal;
		const booked = b.books.transactionsOf(terminalId, batch).map(({ operation, state }) => [operation, state]);
		expect(booked).toEqual([
			["sale", "reversed"],
			["declineAdvice", "declined"], // a note of what the card decided
		]);
		expect(b.merchantMinor).toBe(0);
		expect(await b.terminal.serve({ service: "settle" })).toMatchObject({ done: true });
	});

	// [EMV-ONL-09]
	test.each([
		["a card that wants its issuer to hear of it: it is told once, and no money moves", true],
		["a card that does not: nobody is told", false],
	])("%s", async (_card, advice) => {
		const b = bench({
			profile,
			personalisation: wantsAdvice(advice),
			configuration: withApplication(world.configuration, { tacDenial: "FFFFFFFFFF" }),
		});
		const result = await b.sale(100);
		expect(result).toMatchObject({ outcome: "declined", status: "declined", online: false });
		expect(result.card!.cid![0]! & 0xc8).toBe(advice ? 0x08 : 0x00);
		expect(b.terminal.journal.owed().map(({ kind }) => kind)).toEqual(advice ? ["declineAdvice"] : []);
		b.restart();
		expect(await b.terminal.serve({ service: "deliver" })).toMatchObject({ done: true });
		expect(b.terminal.journal.owed()).toEqual([]);
		expect(b.bank.received).toEqual(advice ? ["0120"] : []);
		const { batch, stan } = result.name!;
		const booked = b.books.transaction({ terminalId, batch, stan });
		expect(booked?.operation).toBe(advice ? "declineAdvice" : undefined);
		expect(b.merchantMinor).toBe(0);
		expect(await b.terminal.serve({ service: "settle" })).toMatchObject({ reason: "settled, the totals agree" });
	});
});

describe("reprint and totals", () => {
	// [EMV-RCP-01]
	test("the last one, any one, none; printed and as lines", async () => {
		const printed: Uint8Array[] = [];
		const printer: Printer = {
			print: async bytes => {
				printed.push(bytes);
				return "printed";
			},
		};
		const b = bench({ printer });
		await b.sale(100);
		expect(printed.length).toBe(2); // merchant and cardholder
		b.removeCard();
		await b.sale(23_456);
		const last = await b.terminal.serve({ service: "reprint" });
		expect(last.lines.join("\n")).toMatch(/REPRINT[\s\S]*234\.56/);
		const any = await b.terminal.serve({ service: "reprint", invoice: 1 });
		expect(any.lines.join("\n")).toContain("1.00");
		expect(printed.length).toBe(6);
		expect(await b.terminal.serve({ service: "reprint", invoice: 9 })).toMatchObject({ done: false });
		const totals = await b.terminal.serve({ service: "totals" });
		expect(totals.lines).toEqual(["Batch 000001", "Sale: 2, ¥235.56"]);
	});
});
