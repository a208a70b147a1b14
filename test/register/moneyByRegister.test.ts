import { afterEach, beforeAll, describe, expect, test } from "vitest";
import { TEST_TERMINAL_IDS } from "../../sim/world/merchant.js";
import { generic87 } from "../../src/host/profiles/generic87.js";
import { unionPay } from "../../src/host/profiles/unionPay.js";
import type { BenchOptions } from "../flows/bench.js";
import { makeSaleWorld, oneRound } from "../flows/saleWorld.js";
import { RegisterWorld, schemaFaults } from "./registerWorld.js";

let made: Omit<BenchOptions, "crypto">;

beforeAll(async () => {
	made = (await makeSaleWorld("unionpay-credit"))["unionpay-credit"]!;
});

afterEach(() => {
	expect(schemaFaults.splice(0)).toEqual([]);
});

const PROFILES = [
	["unionPay", unionPay],
	["generic87", oneRound(generic87)],
] as const;
const terminalId = TEST_TERMINAL_IDS.commandLine;

/** A terminal with persons at it that has made a sale of 40.00 under the key "sale-0001". */
async function sold(profile: BenchOptions["profile"] = unionPay) {
	const w = new RegisterWorld({ ...made, profile });
	w.withPersons();
	await w.start("sale-0001", { operation: "sale", amountMinor: 4_000 });
	const { invoice, status } = await w.end("sale-0001");
	expect(status).toBe("approved");
	w.bench.removeCard();
	return { w, invoice };
}

describe.each(PROFILES)("%s", (_name, profile) => {
	test.each([
		["saleVoid", {}, 0],
		["refund", { amountMinor: 1_500 }, 2_500],
		["tip", { tipMinor: 400 }, 4_400],
		["adjust", { amountMinor: 3_000 }, 3_000],
	])(
		"%s ordered by a cash register, up to its approval; the same key again does nothing, also after a restart",
		async (operation, more, merchantMinor) => {
			const { w, invoice } = await sold(profile);
			const order = { operation, invoice, ...more };
			expect(await w.start("order-0002", order)).toMatchObject({
				status: 202,
				body: { operation, status: "underWay" },
			});
			const first = await w.end("order-0002");
			expect(first).toMatchObject({ operation, status: "approved", key: "order-0002" });
			expect(w.bench.merchantMinor).toBe(merchantMinor);
			expect(await w.start("order-0002", order)).toEqual({ status: 200, body: first });
			expect(await w.start("order-0002", { ...order, invoice: 9 })).toMatchObject({ body: { code: "otherOrder" } });
			w.restart();
			w.withPersons();
			expect(await w.start("order-0002", order)).toEqual({ status: 200, body: first });
			expect(await w.start("order-0002", { ...order, invoice: 9 })).toMatchObject({ body: { code: "otherOrder" } });
			expect(await w.end("order-0002")).toEqual(first);
			expect(w.bench.merchantMinor).toBe(merchantMinor);
		},
	);

	test("a tip whose answer is lost: pending, then approved, booked once", async () => {
		const { w, invoice } = await sold(profile);
		const order = { operation: "tip", invoice, tipMinor: 400 };
		w.bench.bank.faults.arm({ fault: "noReply", count: 2 }); // at once, and once more at the end
		await w.start("order-0002", order);
		expect(await w.end("order-0002")).toMatchObject({ status: "pending", owed: ["tip"], amountMinor: 4_400 });
		w.restart();
		w.withPersons();
		expect(await w.start("order-0002", order)).toMatchObject({ status: 200, body: { status: "pending" } });
		await w.serve("deliver-0001", { service: "deliver" });
		expect(await w.served("deliver-0001")).toMatchObject({ status: "done" });
		expect(await w.end("order-0002")).toMatchObject({ status: "approved", amountMinor: 4_400, tipMinor: 400 });
		expect(w.bench.merchantMinor).toBe(4_400);
	});

	test("a settlement, asked again with its key after a restart, does not close the next batch", async () => {
		const { w } = await sold(profile);
		await w.serve("settle-0001", { service: "settle" });
		const first = await w.served("settle-0001");
		expect(first).toMatchObject({ service: "settle", status: "done", reason: "settled, the totals agree" });
		// Told again out of the journal: the totals, without the statement that the bank has given beside them.
		const again = { ...first, lines: first.lines!.slice(0, 3) };
		expect(again.lines[0]).toBe("Batch 000001");
		w.restart();
		await w.start("sale-0002", { operation: "sale", amountMinor: 100 });
		await w.end("sale-0002");
		expect(await w.served("settle-0001")).toEqual(again);
		await w.serve("settle-0001", { service: "settle" });
		expect(await w.served("settle-0001")).toEqual(again);
		expect(w.bench.books.settlement(terminalId, 2)).toMatchObject({ state: "open" });
		expect(await w.start("settle-0001", { operation: "sale", amountMinor: 100 })).toMatchObject({ status: 409 });
		await w.serve("settle-0002", { service: "settle" });
		expect(await w.served("settle-0002")).toMatchObject({ status: "done" });
		expect(w.bench.books.settlement(terminalId, 2)).toMatchObject({ state: "settled", verdict: "equal" });
	});
});

test("a passcode that is wrong: the void is declined, and no money moves", async () => {
	const { w, invoice } = await sold();
	w.restart();
	w.withPersons("11111111");
	await w.start("order-0002", { operation: "saleVoid", invoice });
	expect(await w.end("order-0002")).toMatchObject({ status: "declined" });
	expect(w.bench.merchantMinor).toBe(4_000);
});

test("a tip that the bank refuses is declined, and the sale is as it was", async () => {
	const { w, invoice } = await sold();
	// The bank has taken the sale back on its side.
	const [booked] = w.bench.books.transactionsOf(terminalId, 1);
	w.bench.books.reverse(booked!.key);
	const order = { operation: "tip", invoice, tipMinor: 400 };
	await w.start("order-0002", order);
	const refused = await w.end("order-0002");
	expect(refused).toMatchObject({ status: "declined", outcome: "declined", amountMinor: 4_000 });
	w.restart();
	expect(await w.start("order-0002", order)).toEqual({ status: 200, body: refused });
});

test("a settlement that fails is tried again with the same key; a power cut in it goes on where it was", async () => {
	const { w } = await sold();
	w.bench.bank.failNext("unreachable");
	await w.serve("settle-0001", { service: "settle" });
	expect(await w.served("settle-0001")).toMatchObject({ status: "failed" });
	w.bench.bank.failNext("powerCut");
	w.bench.bank.onPowerCut = () => w.bench.disk.cutAfter(0);
	await w.serve("settle-0001", { service: "settle" });
	expect(await w.served("settle-0001")).toMatchObject({ status: "failed" });
	w.restart();
	expect(await w.served("settle-0001")).toMatchObject({ status: "failed", reason: expect.stringContaining("goes on") });
	await w.serve("settle-0001", { service: "settle" });
	expect(await w.served("settle-0001")).toMatchObject({ status: "done" });
	expect(w.bench.terminal.journal.batches().map(({ phase }) => phase)).toEqual(["settled", "open"]);
	expect(w.bench.books.settlement(terminalId, 1)).toMatchObject({ verdict: "equal" });
});

test.each([
	[{ service: "signIn", operator: "001" }, "done"],
	[{ service: "signOff" }, "done"],
	[{ service: "echo" }, "done"],
	[{ service: "query", invoice: 1 }, "done"],
	[{ service: "query", invoice: 77 }, "failed"],
	[{ service: "totals" }, "done"],
])("%o ends %s, and is told as an event", async (service, status) => {
	const { w } = await sold();
	expect(await w.serve("service-01", service)).toMatchObject({ status: 202, body: { status: "underWay" } });
	expect(await w.served("service-01")).toMatchObject({ status });
	const told = w.events.flatMap(each => (each.event === "service" ? [each.service.status] : []));
	expect(told).toEqual(["underWay", status]);
});

test("a service waits until the terminal is idle, and a key serves one thing only", async () => {
	const { w } = await sold();
	w.withoutCard();
	await w.start("order-0002", { operation: "sale", amountMinor: 100 });
	expect(await w.serve("service-01", { service: "echo" })).toMatchObject({ status: 409, body: { code: "busy" } });
	expect(await w.ask({ request: "service", key: "service-01" })).toMatchObject({ status: 404 });
	await w.ask({ request: "cancel", key: "order-0002" });
	await w.end("order-0002");
	expect(await w.serve("order-0002", { service: "settle" })).toMatchObject({ body: { code: "otherOrder" } });
	await w.serve("service-01", { service: "echo" });
	await w.served("service-01");
	expect(await w.serve("service-01", { service: "signOff" })).toMatchObject({ body: { code: "otherOrder" } });
	expect(await w.serve("service-02", { service: "echo", invoice: 1 })).toMatchObject({ status: 400 });
	expect(await w.serve("service-02", { service: "launder" })).toMatchObject({ status: 400 });
	expect(await w.serve("service-02", { service: "signIn", operator: "1".repeat(4) })).toMatchObject({ status: 400 });
});
