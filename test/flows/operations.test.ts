import { beforeAll, describe, expect, test } from "vitest";
import { holdAccount } from "../../sim/bank/books.js";
import { TEST_MERCHANT, TEST_TERMINAL_IDS } from "../../sim/world/merchant.js";
import { nodeCrypto } from "../../sim/world/nodeCrypto.js";
import type { Order } from "../../src/flows/order.js";
import type { TransactionResult } from "../../src/flows/transactionResult.js";
import { generic87 } from "../../src/host/profiles/generic87.js";
import { unionPay } from "../../src/host/profiles/unionPay.js";
import type { Operation } from "../../src/operation.js";
import { Attendant } from "./attendant.js";
import { type BenchOptions, SaleBench } from "./bench.js";
import { BALANCE_MINOR, makeSaleWorld } from "./saleWorld.js";

const CARD = "unionpay-credit";
let world: Omit<BenchOptions, "crypto">;

beforeAll(async () => {
	world = (await makeSaleWorld(CARD))[CARD]!;
});

/** A counter with somebody behind it, and what bank and journal say. */
class Counter {
	readonly b: SaleBench;
	readonly attendant: Attendant;

	constructor(options: Partial<BenchOptions>) {
		this.b = new SaleBench({ ...world, crypto: nodeCrypto, ...options });
		this.attendant = new Attendant(this.b);
	}

	async perform(operation: Operation, amountMinor: number, more: Partial<Order> = {}): Promise<TransactionResult> {
		this.b.removeCard();
		return this.b.terminal.perform({ operation, amountMinor, ...more });
	}

	/** Approved, or the test fails. @returns the invoice number */
	async done(operation: Operation, amountMinor: number, more: Partial<Order> = {}): Promise<number> {
		const result = await this.perform(operation, amountMinor, more);
		expect(result, `${operation}: ${result.reason}`).toMatchObject({
			operation,
			outcome: "approved",
			status: "approved",
		});
		return result.invoice!;
	}

	get merchantMinor(): number {
		return this.b.merchantMinor;
	}

	get accountMinor(): number {
		return this.b.books.balanceMinor(world.account.pan);
	}

	/** What is held for the pre-authorisation of this invoice. */
	heldMinor(invoice: number): number {
		const { batch, stan } = this.record(invoice);
		return this.b.books.balanceMinor(holdAccount({ terminalId: TEST_TERMINAL_IDS.commandLine, batch, stan }));
	}

	record(invoice: number) {
		return this.b.terminal.journal.byInvoice(invoice)!;
	}
}

describe.each([
	["unionPay", unionPay],
	["generic87", generic87],
] as const)("%s", (_name, profile) => {
	const counter = (more: Partial<BenchOptions> = {}) => new Counter({ profile, ...more });

	describe("with the card", () => {
		// [EMV-GAC-09 MNY-NUM-03]
		test.each([
			["sale", {}],
			["saleWithCashback", { cashbackMinor: 500 }],
			["cash", {}],
		] as const)("%s: approved and booked; declined and not", async (operation, more) => {
			const c = counter();
			await c.done(operation, 1_500, more);
			expect([c.merchantMinor, c.accountMinor]).toEqual([1_500, BALANCE_MINOR - 1_500]);
			const declined = await c.perform(operation, 99_000, more);
			expect(declined).toMatchObject({ outcome: "declined", status: "declined", bank: { responseCode: "51" } });
			expect(c.merchantMinor).toBe(1_500);
			expect(c.b.terminal.journal.totals()).toEqual([{ operation, foreign: false, count: 1, amountMinor: 1_500 }]);
		});

		// [EMV-GAC-09 MNY-NUM-02]
		test("cashback is told to the card and to the bank, and is part of the amount", async () => {
			const c = counter();
			await c.done("saleWithCashback", 1_500, { cashbackMinor: 500 });
			expect(c.record(1)).toMatchObject({ amountMinor: 1_500, cashbackMinor: 500 });
			for (const cashbackMinor of [0, 1_500, 1.5])
				await expect(c.perform("saleWithCashback", 1_500, { cashbackMinor })).rejects.toThrow("cashback is at least 1");
		});

		// [EMV-GAC-09]
		test("balance: told and shown, nothing moves", async () => {
			const c = counter();
			const result = await c.perform("balance", 0);
			expect(result).toMatchObject({ outcome: "approved", bank: { balanceMinor: BALANCE_MINOR } });
			expect(JSON.stringify(c.b.screens.at(-1))).toContain("1,000.00");
			expect(c.accountMinor).toBe(BALANCE_MINOR);
			c.b.desk.scenarios.order("do not honour", undefined, 1);
			expect(await c.perform("balance", 0)).toMatchObject({ outcome: "declined", bank: { responseCode: "05" } });
		});

		// [EMV-GAC-09]
		test("a refund without a receipt: the card gives an AAC, a supervisor agrees, the card's account gets the money", async () => {
			const c = counter();
			await c.done("sale", 5_000);
			const result = await c.perform("refund", 1_200);
			expect(result).toMatchObject({ operation: "refund", status: "approved", amountMinor: 1_200 });
			expect(result.card!.cid![0]! & 0xc0).toBe(0x00); // AAC
			expect(c.attendant.asked).toBe(1);
			expect([c.merchantMinor, c.accountMinor]).toEqual([3_800, BALANCE_MINOR - 3_800]);
			expect(c.record(result.invoice!)).toMatchObject({ operation: "refund", original: undefined, state: "approved" });
		});
	});

	describe("void", () => {
		test("a sale of the open batch, whole, once", async () => {
			const c = counter();
			const invoice = await c.done("sale", 1_500);
			const voided = await c.perform("saleVoid", 0, { invoice });
			expect(voided).toMatchObject({ status: "approved", amountMinor: 1_500 });
			expect([c.merchantMinor, c.accountMinor]).toEqual([0, BALANCE_MINOR]);
			expect(c.record(invoice).state).toBe("voided");
			expect(c.b.terminal.result(c.record(invoice))).toMatchObject({
				status: "approved",
				reason: "approved, and voided since",
			});
			expect(await c.perform("saleVoid", 0, { invoice })).toMatchObject({
				status: "declined",
				reason: "Already voided",
			});
			expect(await c.perform("refund", 100, { invoice })).toMatchObject({ status: "declined" });
			expect(c.merchantMinor).toBe(0);
		});

		test("what was refunded, is no sale, or is not there cannot be voided; the bank is not asked", async () => {
			const c = counter();
			const refunded = await c.done("sale", 1_500);
			await c.done("refund", 100, { invoice: refunded });
			const preAuthorisation = await c.done("preAuthorisation", 1_000);
			const before = c.b.bank.received.length;
			for (const invoice of [refunded, preAuthorisation])
				expect(await c.perform("saleVoid", 0, { invoice })).toMatchObject({ reason: "Not allowed", name: undefined });
			for (const invoice of [undefined, 99])
				expect(await c.perform("saleVoid", 0, { invoice })).toMatchObject({ reason: "No such transaction" });
			expect(c.b.bank.received.length).toBe(before);
		});

		test("a settled batch is closed to voids, not to refunds", async () => {
			const c = counter();
			const invoice = await c.done("sale", 1_500);
			expect(await c.b.terminal.serve({ service: "settle" })).toMatchObject({ done: true });
			expect(await c.perform("saleVoid", 0, { invoice })).toMatchObject({ reason: "Not allowed" });
			await c.done("refund", 1_500, { invoice });
			expect(c.merchantMinor).toBe(0);
		});
	});

	test("refund: full, in parts up to the sale, never above it", async () => {
		const c = counter();
		const invoice = await c.done("sale", 1_500);
		await c.done("refund", 1_000, { invoice });
		await c.done("refund", 400, { invoice });
		const above = await c.perform("refund", 101, { invoice });
		expect(above).toMatchObject({ status: "declined", reason: "Above the original", name: undefined });
		await c.done("refund", 100, { invoice });
		expect(await c.perform("refund", 1, { invoice })).toMatchObject({ reason: "Above the original" });
		expect([c.merchantMinor, c.accountMinor]).toEqual([0, BALANCE_MINOR]);
		expect(c.record(invoice).refundedMinor).toBe(1_500);
	});

	test("a refund that the bank does not want counts for nothing", async () => {
		const c = counter();
		const invoice = await c.done("sale", 1_500);
		const { batch, stan } = c.record(invoice);
		c.b.books.reverse({ terminalId: TEST_TERMINAL_IDS.commandLine, batch, stan }); // the bank knows of no sale any more
		const refused = await c.perform("refund", 500, { invoice });
		expect(refused).toMatchObject({ outcome: "declined", status: "declined", bank: { responseCode: "25" } });
		expect(c.record(invoice).refundedMinor).toBe(0);
		expect(c.b.terminal.result(c.record(refused.invoice!)).status).toBe("declined");
		expect(c.b.terminal.journal.totals().filter(({ operation, count }) => operation === "refund" && count > 0)).toEqual(
			[],
		);
	});

	describe("pre-authorisation", () => {
		test("held, incremented, completed up to 115 %", async () => {
			const c = counter();
			const invoice = await c.done("preAuthorisation", 10_000);
			expect([c.merchantMinor, c.heldMinor(invoice)]).toEqual([0, 10_000]);
			await c.done("increment", 2_000, { invoice });
			expect(c.heldMinor(invoice)).toBe(12_000);
			const above = await c.perform("completion", 13_801, { invoice });
			expect(above).toMatchObject({ status: "declined", reason: "Above the original" });
			await c.done("completion", 13_800, { invoice });
			expect([c.merchantMinor, c.heldMinor(invoice)]).toEqual([13_800, 0]);
			for (const operation of ["completion", "completionAdvice", "increment", "preAuthorisationVoid"] as const)
				expect(await c.perform(operation, 100, { invoice })).toMatchObject({ status: "declined", name: undefined });
			expect(c.merchantMinor).toBe(13_800);
		});

		test("declined: for want of money, and an increment that the account does not have", async () => {
			const c = counter();
			expect(await c.perform("preAuthorisation", BALANCE_MINOR + 1)).toMatchObject({ bank: { responseCode: "51" } });
			const invoice = await c.done("preAuthorisation", 90_000);
			expect(await c.perform("increment", 20_000, { invoice })).toMatchObject({ bank: { responseCode: "51" } });
			expect(c.heldMinor(invoice)).toBe(90_000);
			expect(c.record(invoice).incrementedMinor).toBe(0);
		});

		test("voided with its increments, also when its batch is settled", async () => {
			const c = counter();
			const invoice = await c.done("preAuthorisation", 10_000);
			await c.done("increment", 2_000, { invoice });
			await c.done("sale", 100);
			await c.b.terminal.serve({ service: "settle" });
			expect(await c.perform("preAuthorisationVoid", 0, { invoice })).toMatchObject({
				status: "approved",
				amountMinor: 12_000,
			});
			expect([c.heldMinor(invoice), c.accountMinor]).toEqual([0, BALANCE_MINOR - 100]);
			expect(await c.perform("completion", 100, { invoice })).toMatchObject({ reason: "Already voided" });
		});

		test("completed by an advice", async () => {
			const c = counter();
			const invoice = await c.done("preAuthorisation", 10_000);
			expect(await c.perform("completionAdvice", 11_501, { invoice })).toMatchObject({ reason: "Above the original" });
			await c.done("completionAdvice", 9_000, { invoice });
			expect([c.merchantMinor, c.heldMinor(invoice), c.accountMinor]).toEqual([9_000, 0, BALANCE_MINOR - 9_000]);
		});

		test("a completion is voided: the amount is held again and can be completed again, or voided", async () => {
			const c = counter();
			const invoice = await c.done("preAuthorisation", 10_000);
			const completion = await c.done("completion", 8_000, { invoice });
			await c.done("completionVoid", 0, { invoice: completion });
			expect([c.merchantMinor, c.heldMinor(invoice)]).toEqual([0, 10_000]);
			expect(await c.perform("completionVoid", 0, { invoice: completion })).toMatchObject({ reason: "Already voided" });
			await c.done("completion", 9_000, { invoice });
			expect([c.merchantMinor, c.heldMinor(invoice)]).toEqual([9_000, 0]);
		});

		test("a completion is refunded like a sale", async () => {
			const c = counter();
			const invoice = await c.done("preAuthorisation", 10_000);
			const completion = await c.done("completion", 8_000, { invoice });
			await c.done("refund", 3_000, { invoice: completion });
			expect(c.merchantMinor).toBe(5_000);
			expect(await c.perform("completionVoid", 0, { invoice: completion })).toMatchObject({ reason: "Not allowed" });
		});
	});

	describe("tip and adjustment", () => {
		test("a tip once, up to 30 %; a lower amount; the void takes all of it back", async () => {
			const c = counter();
			const invoice = await c.done("sale", 10_000);
			expect(await c.perform("tip", 0, { invoice, tipMinor: 3_001 })).toMatchObject({ reason: "Above the original" });
			const tipped = await c.perform("tip", 0, { invoice, tipMinor: 3_000 });
			expect(tipped).toMatchObject({ operation: "tip", status: "approved", amountMinor: 13_000 });
			expect(c.merchantMinor).toBe(13_000);
			expect(await c.perform("tip", 0, { invoice, tipMinor: 100 })).toMatchObject({ status: "declined" });
			expect(await c.perform("adjust", 13_000, { invoice })).toMatchObject({ reason: "Above the original" });
			expect(await c.perform("adjust", 12_000, { invoice })).toMatchObject({ status: "approved", amountMinor: 12_000 });
			expect(c.merchantMinor).toBe(12_000);
			expect(await c.perform("saleVoid", 0, { invoice })).toMatchObject({ status: "approved", amountMinor: 12_000 });
			expect(c.accountMinor).toBe(BALANCE_MINOR);
			for (const tipMinor of [0, -1, 0.5]) await expect(c.perform("tip", 0, { invoice, tipMinor })).rejects.toThrow();
		});

		test("one that the bank refuses leaves the sale as it was, in the journal and in the totals", async () => {
			const c = counter();
			const invoice = await c.done("sale", 10_000);
			const { batch, stan } = c.record(invoice);
			c.b.books.reverse({ terminalId: TEST_TERMINAL_IDS.commandLine, batch, stan });
			expect(await c.perform("tip", 0, { invoice, tipMinor: 500 })).toMatchObject({
				operation: "tip",
				outcome: "declined",
				status: "declined",
			});
			expect(c.record(invoice)).toMatchObject({ amountMinor: 10_000, tipMinor: 0, state: "approved" });
			const sum = c.b.terminal.journal.totals().reduce((total, row) => total + row.amountMinor, 0);
			expect(sum).toBe(10_000);
		});
	});

	// [MNY-REV-02 MNY-REV-07]
	test("a void that gets no answer is taken back before anything else, and can be asked again", async () => {
		const c = counter();
		const invoice = await c.done("sale", 1_500);
		c.b.bank.faults.arm({ fault: "noReply", count: 1 });
		const lost = await c.perform("saleVoid", 0, { invoice });
		expect(lost).toMatchObject({ outcome: "declined", status: "pending", reversal: "owed" });
		expect(c.merchantMinor).toBe(0);
		await c.done("saleVoid", 0, { invoice });
		expect(c.merchantMinor).toBe(0);
		expect(c.b.terminal.result(c.record(lost.invoice!)).status).toBe("reversed");
		expect(c.b.books.audit()).toEqual([]);
	});

	test("every operation that the bank is asked for is declined when it says so", async () => {
		const c = counter();
		const sale = await c.done("sale", 1_000);
		const preAuthorisation = await c.done("preAuthorisation", 1_000);
		const other = await c.done("preAuthorisation", 1_000);
		const completion = await c.done("completion", 900, { invoice: other });
		const before = c.merchantMinor;
		for (const [operation, invoice, amountMinor] of [
			["saleVoid", sale, 0],
			["increment", preAuthorisation, 100],
			["completion", preAuthorisation, 900],
			["preAuthorisationVoid", preAuthorisation, 0],
			["completionVoid", completion, 0],
		] as const) {
			c.b.desk.scenarios.order("do not honour", undefined, 1);
			const result = await c.perform(operation, amountMinor, { invoice });
			expect(result, operation).toMatchObject({
				outcome: "declined",
				status: "declined",
				bank: { responseCode: "05" },
			});
		}
		expect(c.merchantMinor).toBe(before);
		expect(c.b.books.balanceMinor(TEST_MERCHANT.merchantId)).toBe(before);
	});
});
