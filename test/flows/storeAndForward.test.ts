import { beforeAll, describe, expect, test } from "vitest";
import { TEST_TERMINAL_IDS } from "../../sim/world/merchant.js";
import { nodeCrypto } from "../../sim/world/nodeCrypto.js";
import { decodeMessage } from "../../src/host/iso8583/message.js";
import { encodeWithMac } from "../../src/host/messageMac.js";
import { generic87 } from "../../src/host/profiles/generic87.js";
import { unionPay } from "../../src/host/profiles/unionPay.js";
import { Attendant } from "./attendant.js";
import { type BenchOptions, SaleBench } from "./bench.js";
import { BALANCE_MINOR, makeSaleWorld, oneRound, withApplication } from "./saleWorld.js";

const CARDS = ["unionpay-credit", "unionpay-debit"] as const;
let worlds: Record<string, Omit<BenchOptions, "crypto">>;

beforeAll(async () => {
	worlds = await makeSaleWorld(...CARDS);
});

const POLICY = { mostAmountMinor: 5_000, mostCount: 2, mostTotalMinor: 6_000, offlinePinRequired: false };
/** Nothing but what the card itself wants is a reason to go online. */
const LENIENT = { floorLimitMinor: 50_000, tacOnline: "0000000000", tacDefault: "0000000000", tacDenial: "0000000000" };

/** A terminal whose card has been online, so that it approves small sales by itself. */
async function bench(policy: object | undefined, more: Partial<BenchOptions> = {}, card = "unionpay-credit") {
	const world = worlds[card]!;
	const configuration = withApplication(world.configuration, LENIENT, policy && { storeAndForward: policy });
	const b = new SaleBench({ ...world, configuration, crypto: nodeCrypto, ...more });
	new Attendant(b);
	expect(await b.sale(100)).toMatchObject({ outcome: "approved", online: true });
	b.removeCard();
	return b;
}

const sell = (b: SaleBench, amountMinor: number) => {
	b.removeCard();
	return b.sale(amountMinor);
};
const owed = (b: SaleBench) => b.terminal.journal.owed().map(({ kind, stan }) => `${kind} ${stan}`);

describe.each([
	["unionPay", unionPay],
	["generic87", oneRound(generic87)],
] as const)("%s", (_name, profile) => {
	test("approved by the card, delivered with its EMV data in the order of the sales, booked once", async () => {
		const b = await bench(POLICY, { profile });
		expect(await sell(b, 2_000)).toMatchObject({ outcome: "approved", status: "approved", online: false });
		expect(await sell(b, 3_000)).toMatchObject({ outcome: "approved", online: false });
		expect(b.merchantMinor).toBe(100);
		expect(owed(b)).toEqual(["offlineSale 2", "offlineSale 3"]);
		b.restart(); // what waits waits on the medium
		new Attendant(b);
		expect(await b.terminal.serve({ service: "deliver" })).toMatchObject({ done: true });
		expect(b.merchantMinor).toBe(5_100);
		expect(owed(b)).toEqual([]);
		const terminalId = TEST_TERMINAL_IDS.commandLine;
		const booked = b.books
			.transactionsOf(terminalId, 1)
			.map(({ operation, key, state }) => [operation, key.stan, state]);
		expect(booked.slice(1)).toEqual([
			["offlineSale", 2, "approved"],
			["offlineSale", 3, "approved"],
		]);
		expect(await b.terminal.serve({ service: "deliver" })).toMatchObject({ done: true });
		expect(await b.terminal.serve({ service: "settle" })).toMatchObject({ reason: "settled, the totals agree" });
	});

	test("a void of one that waits delivers it first; without a bank it is refused and still waits", async () => {
		const b = await bench(POLICY, { profile });
		const { invoice } = await sell(b, 2_000);
		b.bank.failNext("unreachable");
		const refused = await b.terminal.perform({ operation: "saleVoid", amountMinor: 0, invoice });
		expect(refused).toMatchObject({ status: "declined", name: undefined });
		expect(refused.reason).toContain("still waits for the bank");
		expect(owed(b)).toEqual(["offlineSale 2"]);
		const voided = await b.terminal.perform({ operation: "saleVoid", amountMinor: 0, invoice });
		expect(voided).toMatchObject({ status: "approved", amountMinor: 2_000 });
		expect(b.merchantMinor).toBe(100);
		expect(b.books.balanceMinor(worlds["unionpay-credit"]!.account.pan)).toBe(BALANCE_MINOR - 100);
	});

	test.each(["91", "96"])(
		"one that the bank puts off with %s still waits, and is booked once when the bank can",
		async code => {
			const b = await bench(POLICY, { profile });
			const { invoice } = await sell(b, 2_000);
			await sell(b, 3_000);
			let putOff = 0;
			b.bank.onAnswer = (answer, keys) => {
				const message = decodeMessage(profile.message, answer);
				if (message.fields[11] !== "000002" || putOff === 6) return answer;
				putOff++;
				return encodeWithMac(profile, { ...message, fields: { ...message.fields, 39: code } }, keys!);
			};
			for (let n = 1; n <= 4; n++) {
				expect(await b.terminal.serve({ service: "deliver" })).toMatchObject({ done: false });
				expect(owed(b)).toEqual(["offlineSale 2", "offlineSale 3"]);
			}
			// From the fifth try on it does not keep the other waiting; the batch stays open.
			expect(await b.terminal.serve({ service: "deliver" })).toMatchObject({ done: false });
			expect(owed(b)).toEqual(["offlineSale 2"]);
			expect(await b.terminal.serve({ service: "settle" })).toMatchObject({ done: false });
			expect(b.terminal.result(b.terminal.journal.byInvoice(invoice!)!)).toMatchObject({ status: "approved" });
			expect(putOff).toBe(6);
			expect(await b.terminal.serve({ service: "settle" })).toMatchObject({ reason: "settled, the totals agree" });
			expect(b.merchantMinor).toBe(5_100);
		},
	);

	// [MNY-NUM-03]
	test("one that the bank refuses is declined from then on, in result and totals, and does not hold up the others", async () => {
		const b = await bench(POLICY, { profile });
		const { invoice } = await sell(b, 2_000);
		await sell(b, 3_000);
		// The bank has had another message of that name, so that it takes this one for something else.
		const name = { terminalId: TEST_TERMINAL_IDS.commandLine, batch: 1, stan: 2 };
		b.books.recordUnseen(name, "898310000000001", "sale", "6221267000000000079", 1);
		await b.terminal.serve({ service: "deliver" });
		expect(owed(b)).toEqual([]);
		const record = b.terminal.journal.byInvoice(invoice!)!;
		const result = b.terminal.result(record);
		expect(result).toMatchObject({ outcome: "declined", status: "declined", bank: { responseCode: "12" } });
		expect(result.reason).toContain("refused");
		expect(b.merchantMinor).toBe(3_100);
		const sum = b.terminal.journal.totals().reduce((total, row) => total + row.amountMinor, 0);
		expect(sum).toBe(3_100);
		expect(await b.terminal.serve({ service: "settle" })).toMatchObject({ reason: "settled, the totals agree" });
	});
});

describe("policy", () => {
	// [MNY-OFF-01]
	test.each([
		["no policy", undefined, 100],
		["above the amount of one sale", POLICY, 5_001],
		["only after a PIN that the card has verified", { ...POLICY, offlinePinRequired: true }, 100],
		["not this kind of card", { ...POLICY, aids: ["A000000333010101"] }, 100],
	])("%s: the issuer is asked", async (_name, policy, amountMinor) => {
		const b = await bench(policy);
		expect(await sell(b, amountMinor)).toMatchObject({ outcome: "approved", online: true });
		expect(owed(b)).toEqual([]);
	});

	test("this kind of card: approved offline", async () => {
		const b = await bench({ ...POLICY, aids: ["A000000333010102"] });
		expect(await sell(b, 100)).toMatchObject({ outcome: "approved", online: false });
	});

	// [MNY-OFF-01]
	test("too many, or too much, wait: the issuer is asked, and after the upload there is room again", async () => {
		const b = await bench(POLICY);
		expect(await sell(b, 3_500)).toMatchObject({ online: false });
		expect(await sell(b, 2_501)).toMatchObject({ online: true }); // 6,001 together
		expect(owed(b)).toEqual([]); // the bank answered, and heard of the first
		expect(await sell(b, 1_000)).toMatchObject({ online: false });
		expect(await sell(b, 1_000)).toMatchObject({ online: false });
		b.bank.failNext("unreachable");
		expect(await sell(b, 1_000)).toMatchObject({ outcome: "declined", online: false });
		expect(owed(b).length).toBe(2);
	});

	test("only sales", async () => {
		const b = await bench(POLICY);
		const result = await b.terminal.perform({ operation: "cash", amountMinor: 100 });
		expect(result).toMatchObject({ outcome: "approved", online: true });
	});
});

test("nothing expires, and a round ends at the first that gets no answer", async () => {
	const b = await bench(POLICY);
	await sell(b, 2_000);
	await sell(b, 3_000);
	b.clock.advance(400 * 86_400_000);
	b.restart();
	b.bank.faults.arm({ fault: "noReply", count: 1 });
	expect(await b.terminal.serve({ service: "deliver" })).toMatchObject({
		done: false,
		reason: "2 messages still wait for the bank",
	});
	expect(owed(b)).toEqual(["offlineSale 2", "offlineSale 3"]);
	expect(b.entries.filter(({ type }) => type === "attempt").length).toBe(1);
	expect(await b.terminal.serve({ service: "deliver" })).toMatchObject({ done: true });
	expect(b.merchantMinor).toBe(5_100); // the one without an answer was booked once
});

test("a settlement waits for what waits", async () => {
	const b = await bench(POLICY);
	await sell(b, 2_000);
	b.bank.failNext("unreachable");
	expect(await b.terminal.serve({ service: "settle" })).toMatchObject({ done: false });
	expect(b.terminal.journal.batch).toBe(1);
	expect(await b.terminal.serve({ service: "settle" })).toMatchObject({ done: true });
	expect(b.terminal.journal.batch).toBe(2);
});
