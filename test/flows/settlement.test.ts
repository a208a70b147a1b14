import { beforeAll, describe, expect, test } from "vitest";
import { TEST_TERMINAL_IDS } from "../../sim/world/merchant.js";
import { nodeCrypto } from "../../sim/world/nodeCrypto.js";
import { generic87 } from "../../src/host/profiles/generic87.js";
import { unionPay } from "../../src/host/profiles/unionPay.js";
import { Attendant } from "./attendant.js";
import { type BenchOptions, SaleBench } from "./bench.js";
import { makeSaleWorld, oneRound } from "./saleWorld.js";

const CARD = "unionpay-credit";
let world: Omit<BenchOptions, "crypto">;

beforeAll(async () => {
	world = (await makeSaleWorld(CARD))[CARD]!;
});

const terminalId = TEST_TERMINAL_IDS.commandLine;
const settle = (b: SaleBench) => b.terminal.serve({ service: "settle" });

describe.each([
	["unionPay", unionPay],
	["generic87", oneRound(generic87)],
] as const)("%s", (_name, profile) => {
	/** A batch with a sale, a voided sale, a refund, a tip and a pre-authorisation. */
	async function busyBatch(): Promise<SaleBench> {
		const b = new SaleBench({ ...world, crypto: nodeCrypto, profile });
		new Attendant(b);
		const order = async (operation: "sale" | "saleVoid" | "refund" | "preAuthorisation" | "tip", more: object) => {
			b.removeCard();
			const result = await b.terminal.perform({ operation, amountMinor: 0, ...more });
			expect(result.status, operation).toBe("approved");
			return result.invoice!;
		};
		const sale = await order("sale", { amountMinor: 2_000 });
		await order("saleVoid", { invoice: await order("sale", { amountMinor: 700 }) });
		await order("refund", { invoice: sale, amountMinor: 500 });
		await order("tip", { invoice: await order("sale", { amountMinor: 1_000 }), tipMinor: 100 });
		await order("preAuthorisation", { amountMinor: 300 });
		return b;
	}

	test("nothing to settle: the bank is not asked", async () => {
		const b = new SaleBench({ ...world, crypto: nodeCrypto, profile });
		expect(await settle(b)).toMatchObject({ done: true, reason: "there is nothing to settle" });
		expect(b.bank.received).toEqual([]);
	});

	// [MNY-NUM-03]
	test("the totals agree: the batch is closed on both sides, the next sale is in the next one", async () => {
		const b = await busyBatch();
		expect(await settle(b)).toMatchObject({ done: true, reason: "settled, the totals agree" });
		expect(b.books.settlement(terminalId, 1)).toMatchObject({ state: "settled", verdict: "equal" });
		expect(b.terminal.journal.batches().map(({ batch, phase }) => [batch, phase])).toEqual([
			[1, "settled"],
			[2, "open"],
		]);
		b.removeCard();
		expect(await b.sale(100)).toMatchObject({ outcome: "approved", name: { batch: 2 } });
		expect(await settle(b)).toMatchObject({ done: true });
		expect(b.books.settlement(terminalId, 2)).toMatchObject({ verdict: "equal" });
	});

	// [MNY-NUM-03]
	test("they differ: every transaction once more, then the end; the bank finds no difference", async () => {
		const b = await busyBatch();
		b.desk.disputeTotals = true;
		expect(await settle(b)).toMatchObject({ done: true, reason: "settled after an upload: the totals differed" });
		expect(b.books.settlement(terminalId, 1)).toMatchObject({ state: "settled", verdict: "reconciled" });
		expect(b.books.uploads(terminalId, 1).map(({ amountMinor }) => amountMinor)).toEqual([2_000, 700, 700, 500, 1_100]);
		expect(b.terminal.journal.batches()[0]).toMatchObject({ batch: 1, phase: "settled", verdict: "uploaded" });
	});

	test("the bank refuses the end of the upload: all of it again with the next try", async () => {
		const b = await busyBatch();
		b.desk.disputeTotals = true;
		const saveUpload = b.books.saveUpload.bind(b.books);
		let lost = 0;
		b.books.saveUpload = (...upload) => {
			if (lost++ !== 1) saveUpload(...upload); // the bank forgets the second one
		};
		expect(await settle(b)).toMatchObject({ done: false });
		expect(b.terminal.journal.batches()[0]).toMatchObject({ phase: "uploading", position: 0 });
		expect(await settle(b)).toMatchObject({ done: true });
		expect(b.books.settlement(terminalId, 1)).toMatchObject({ verdict: "reconciled" });
	});

	test("no answer to the totals: the batch stays settling, sales go into the next one, both are settled later", async () => {
		const b = await busyBatch();
		b.bank.faults.arm({ fault: "noReply", count: 1 });
		expect(await settle(b)).toMatchObject({ done: false });
		b.removeCard();
		expect(await b.sale(100)).toMatchObject({ outcome: "approved", name: { batch: 2 } });
		expect(await settle(b)).toMatchObject({ done: true });
		expect([1, 2].map(batch => b.books.settlement(terminalId, batch).verdict)).toEqual(["equal", "equal"]);
	});

	// [MNY-PWR-02]
	test("the power cut at every write of a settlement with upload: taken up where it was, each batch settled once", async () => {
		const smallBatch = async () => {
			const b = new SaleBench({ ...world, crypto: nodeCrypto, profile });
			new Attendant(b);
			const { invoice } = await b.sale(2_000);
			b.removeCard();
			await b.terminal.perform({ operation: "refund", amountMinor: 500, invoice });
			b.desk.disputeTotals = true;
			return b;
		};
		const whole = await smallBatch();
		const before = whole.disk.operations;
		await settle(whole);
		const operations = whole.disk.operations - before;
		expect(operations).toBeGreaterThan(10);
		for (let at = 0; at < operations; at++) {
			const b = await smallBatch();
			b.disk.cutAfter(at);
			await settle(b).catch(error => expect(String(error)).toContain("power"));
			b.restart();
			new Attendant(b);
			expect(await settle(b), `cut ${at}`).toMatchObject({ done: true });
			expect(b.books.settlement(terminalId, 1), `cut ${at}`).toMatchObject({ state: "settled", verdict: "reconciled" });
			expect(b.terminal.journal.batches().filter(({ phase }) => phase !== "settled").length).toBe(1);
		}
	}, 300_000);
});

test("a batch that a sign-in left behind is settled with the open one", async () => {
	const b = new SaleBench({ ...world, crypto: nodeCrypto });
	await b.sale(100);
	b.books.saveTerminal({ ...b.books.terminal(terminalId), batch: 7 });
	await b.terminal.serve({ service: "signIn" });
	b.removeCard();
	expect(await b.sale(200)).toMatchObject({ name: { batch: 7 } });
	expect(await settle(b)).toMatchObject({ done: true });
	expect([1, 7].map(batch => b.books.settlement(terminalId, batch).verdict)).toEqual(["equal", "equal"]);
});
