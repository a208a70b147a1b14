import { afterEach, beforeAll, describe, expect, test } from "vitest";
import type { BenchOptions } from "../flows/bench.js";
import { BALANCE_MINOR, makeSaleWorld } from "../flows/saleWorld.js";
import { RegisterWorld, schemaFaults, settled } from "./registerWorld.js";

let worlds: Record<string, Omit<BenchOptions, "crypto">>;

beforeAll(async () => {
	worlds = await makeSaleWorld("unionpay-debit", "unionpay-online-pin");
});

afterEach(() => {
	expect(schemaFaults.splice(0)).toEqual([]);
});

const world = (card = "unionpay-debit", more: Partial<BenchOptions> = {}) =>
	new RegisterWorld({ ...worlds[card]!, ...more });

const SALE = { operation: "sale", amountMinor: 1234 };

describe("a sale that a cash register orders", () => {
	test("is under way at once, and approved at the end, with everything a receipt needs", async () => {
		const w = world();
		expect(await w.start("order-0001", SALE)).toMatchObject({
			status: 202,
			body: { key: "order-0001", operation: "sale", amountMinor: 1234, status: "underWay", phase: "terminal" },
		});
		expect(await w.end("order-0001")).toMatchObject({
			status: "approved",
			outcome: "approved",
			online: true,
			currency: 156,
			batch: 1,
			stan: 1,
			invoice: 1,
			panMasked: expect.stringMatching(/^\d{6}\*+\d{4}$/),
			responseCode: "00",
			authorisationCode: expect.stringMatching(/^\w{6}$/),
		});
		expect(w.bench.merchantMinor).toBe(1234);
	});

	test("declined by the bank: says so with the bank's code", async () => {
		const w = world();
		await w.start("order-0001", { ...SALE, amountMinor: BALANCE_MINOR + 1 });
		expect(await w.end("order-0001")).toMatchObject({ status: "declined", outcome: "declined", responseCode: "51" });
	});

	test("the answer of a balance inquiry is the balance", async () => {
		const w = world();
		await w.start("order-0001", { operation: "balance" });
		expect(await w.end("order-0001")).toMatchObject({ status: "approved", balanceMinor: BALANCE_MINOR });
		expect(await w.start("order-0001", { operation: "balance" })).toMatchObject({ status: 200 });
	});

	test("pre-authorisation, then its completion by the invoice number after a person has agreed", async () => {
		const w = world();
		await w.start("order-0001", { operation: "preAuthorisation", amountMinor: 5_000 });
		const { invoice } = await w.end("order-0001");
		w.bench.removeCard();
		w.when("confirm", () => void Promise.resolve().then(() => w.bench.pressKey("enter")));
		await w.start("order-0002", { operation: "completion", invoice, amountMinor: 4_000 });
		expect(await w.end("order-0002")).toMatchObject({ status: "approved", amountMinor: 4_000 });
		expect(w.bench.merchantMinor).toBe(4_000);
		w.restart();
		expect(await w.start("order-0002", { operation: "completion", invoice, amountMinor: 4_000 })).toMatchObject({
			status: 200,
		});
		expect(await w.start("order-0002", { operation: "completion", invoice: 7, amountMinor: 4_000 })).toMatchObject({
			status: 409,
			body: { code: "otherOrder" },
		});
	});
});

test("a refund needs a supervisor: without one it is declined, and no money moves", async () => {
	const w = world();
	await w.start("order-0001", SALE);
	const { invoice } = await w.end("order-0001");
	w.bench.removeCard();
	const agree = () => void Promise.resolve().then(() => w.bench.pressKey("enter"));
	w.onScreen = ({ name }) => {
		if (name === "confirm") agree();
		if (name === "enterPasscode") void w.ask({ request: "cancel", key: "order-0002" });
	};
	await w.start("order-0002", { operation: "refund", invoice, amountMinor: 234 });
	expect(await w.end("order-0002")).toMatchObject({ status: "declined" });
	expect(w.bench.merchantMinor).toBe(1234);
});

describe("the same key", () => {
	test("one after the other: the same transaction, charged once", async () => {
		const w = world();
		await w.start("order-0001", SALE);
		const first = await w.end("order-0001");
		w.bench.removeCard();
		expect(await w.start("order-0001", SALE)).toEqual({ status: 200, body: first });
		await settled();
		expect(w.bench.merchantMinor).toBe(1234);
		expect(w.bench.bank.received).toEqual(["0200"]);
	});

	test("twice at the same time: one is started, both get the same answer", async () => {
		const w = world();
		const [one, two] = await Promise.all([w.start("order-0001", SALE), w.start("order-0001", SALE)]);
		expect(one).toMatchObject({ status: 202, body: { status: "underWay" } });
		expect(two).toEqual(one);
		await w.end("order-0001");
		expect(w.bench.merchantMinor).toBe(1234);
		expect(w.bench.bank.received).toEqual(["0200"]);
	});

	test.each([
		["another amount", { ...SALE, amountMinor: 1235 }],
		["another operation", { operation: "cash", amountMinor: 1234 }],
		["a tip in it", { ...SALE, tipMinor: 34 }],
	])("for %s: refused while under way, after the end and after a restart", async (_what, other) => {
		const w = world();
		await w.start("order-0001", SALE);
		const refusal = { status: 409, body: { code: "otherOrder", detail: expect.stringContaining("another order") } };
		expect(await w.start("order-0001", other)).toMatchObject(refusal);
		await w.end("order-0001");
		w.bench.removeCard();
		expect(await w.start("order-0001", other)).toMatchObject(refusal);
		w.restart();
		expect(await w.start("order-0001", other)).toMatchObject(refusal);
		await settled();
		expect(w.bench.merchantMinor).toBe(1234);
	});

	test("after a restart: the journal answers", async () => {
		const w = world();
		await w.start("order-0001", SALE);
		const first = await w.end("order-0001");
		w.restart();
		expect(await w.start("order-0001", SALE)).toEqual({ status: 200, body: first });
		expect(await w.end("order-0001")).toEqual(first);
		expect(w.bench.merchantMinor).toBe(1234);
	});

	test("after an adjustment of the sale at the terminal it is still the same order", async () => {
		const w = world();
		await w.start("order-0001", SALE);
		const { invoice } = await w.end("order-0001");
		w.bench.removeCard();
		await w.bench.terminal.perform({ operation: "adjust", amountMinor: 1000, invoice: invoice! });
		w.restart();
		expect(await w.start("order-0001", SALE)).toMatchObject({ status: 200, body: { amountMinor: 1000 } });
	});

	test("of an order that was refused before it began: the same refusal, and nothing is charged", async () => {
		const w = world();
		const order = { operation: "completion", invoice: 99, amountMinor: 100 };
		await w.start("order-0001", order);
		expect(await w.end("order-0001")).toMatchObject({ status: "declined", reason: "No such transaction" });
		expect(await w.start("order-0001", order)).toMatchObject({ status: 200, body: { status: "declined" } });
		expect(w.bench.entries).toEqual([]);
	});
});

describe("power cuts", () => {
	test("at every write of a sale: the key has a definite answer afterwards, and asking again charges at most once", async () => {
		const quiet = world();
		const before = quiet.bench.disk.operations;
		await quiet.start("order-0001", SALE);
		await quiet.end("order-0001");
		const writes = quiet.bench.disk.operations - before;
		expect(writes).toBeGreaterThan(2);
		const seen = new Set<string>();
		for (let n = 0; n <= writes; n++) {
			const w = world();
			w.bench.disk.cutAfter(n);
			await w.start("order-0001", SALE);
			await w.end("order-0001");
			w.restart();
			const { status, body } = await w.ask({ request: "transaction", key: "order-0001" });
			if (status === 404) {
				expect(w.bench.merchantMinor, `cut ${n}`).toBe(0);
				seen.add("unknown");
			} else seen.add((body as { status: string }).status);
			// The cash register asks again, and once more.
			await w.start("order-0001", SALE);
			const again = await w.end("order-0001");
			expect(["approved", "declined", "pending"], `cut ${n}`).toContain(again.status);
			expect(await w.end("order-0001")).toEqual(again);
			w.bench.removeCard();
			// The next sale takes back what must be taken back.
			await w.start("order-0002", { ...SALE, amountMinor: 1 });
			expect(await w.end("order-0002")).toMatchObject({ status: "approved" });
			const final = await w.end("order-0001");
			expect(["approved", "declined", "reversed"], `cut ${n}`).toContain(final.status);
			expect(w.bench.merchantMinor, `cut ${n}: ${final.status}`).toBe(final.status === "approved" ? 1235 : 1);
		}
		expect([...seen].sort()).toEqual(["approved", "pending", "unknown"]);
	});

	test("after the bank has booked it: pending with the reason, then reversed, and never charged under the key again", async () => {
		const w = world();
		w.bench.bank.failNext("powerCut");
		w.bench.bank.onPowerCut = () => w.bench.disk.cutAfter(0);
		await w.start("order-0001", SALE);
		expect(await w.end("order-0001")).toMatchObject({
			status: "pending",
			reason: expect.stringContaining("start it again"),
		});
		expect(w.bench.merchantMinor).toBe(1234);
		w.restart();
		expect(await w.start("order-0001", SALE)).toMatchObject({
			status: 200,
			body: { status: "pending", reason: expect.stringContaining("to be taken back"), owed: ["reversal"] },
		});
		await w.start("order-0002", { ...SALE, amountMinor: 5 });
		expect(await w.end("order-0002")).toMatchObject({ status: "approved" });
		expect(await w.start("order-0001", SALE)).toMatchObject({ status: 200, body: { status: "reversed" } });
		expect(w.bench.merchantMinor).toBe(5);
		const changes = w.events.flatMap(each => (each.event === "transaction" ? [each.transaction] : []));
		expect(changes).toContainEqual(expect.objectContaining({ key: "order-0001", status: "reversed" }));
	});

	test("no answer from the bank without a power cut: pending until the reversal is acknowledged", async () => {
		const w = world();
		w.bench.bank.failNext("silent");
		await w.start("order-0001", SALE);
		expect(await w.end("order-0001")).toMatchObject({ status: "pending", owed: ["reversal"] });
		w.bench.removeCard();
		await w.bench.terminal.serve({ service: "deliver" });
		expect(await w.end("order-0001")).toMatchObject({ status: "reversed" });
		expect(w.bench.merchantMinor).toBe(0);
	});
});

describe("cancel", () => {
	test("before the card: cancelled, nothing was sent; the same key stays cancelled", async () => {
		const w = world();
		w.withoutCard();
		await w.start("order-0001", SALE);
		await settled();
		expect(await w.ask({ request: "cancel", key: "order-0001" })).toMatchObject({ status: 202 });
		expect(await w.end("order-0001")).toMatchObject({ status: "declined", outcome: "cancelled" });
		expect(w.bench.bank.received).toEqual([]);
		expect(await w.ask({ request: "cancel", key: "order-0001" })).toMatchObject({
			status: 200,
			body: { outcome: "cancelled" },
		});
		w.restart();
		expect(await w.start("order-0001", SALE)).toMatchObject({ status: 200, body: { outcome: "cancelled" } });
	});

	test("before the terminal asks for the card: kept until it does", async () => {
		const w = world();
		w.bench.bank.failNext("silent");
		await w.start("order-0001", SALE);
		expect(await w.end("order-0001")).toMatchObject({ owed: ["reversal"] });
		w.bench.removeCard();
		w.withoutCard();
		await w.start("order-0002", SALE); // the reversal goes first
		expect(w.bench.screenNames().at(-1)).not.toBe("insertCard");
		expect(await w.ask({ request: "cancel", key: "order-0002" })).toMatchObject({ status: 202 });
		expect(await w.end("order-0002")).toMatchObject({ outcome: "cancelled" });
		expect(w.bench.bank.received).toEqual(["0200", "0400"]);
	});

	test("while the PIN is entered", async () => {
		const w = world("unionpay-online-pin");
		w.bench.pressKey = () => {}; // a customer who hesitates
		w.when("enterPin", () => void w.ask({ request: "cancel", key: "order-0001" }));
		await w.start("order-0001", SALE);
		expect(await w.end("order-0001")).toMatchObject({ status: "declined" });
		expect(w.bench.merchantMinor).toBe(0);
	});

	test("too late: refused once the bank is asked, and after the end", async () => {
		const w = world();
		const answers: Promise<{ status: number }>[] = [];
		w.when("contactingBank", () => answers.push(w.ask({ request: "cancel", key: "order-0001" })));
		await w.start("order-0001", SALE);
		expect(await w.end("order-0001")).toMatchObject({ status: "approved" });
		expect(answers).toHaveLength(1);
		expect(await answers[0]).toMatchObject({
			status: 409,
			body: { code: "tooLate", detail: expect.stringContaining("the bank has been asked") },
		});
		expect(await w.ask({ request: "cancel", key: "order-0001" })).toMatchObject({
			status: 409,
			body: { detail: expect.stringContaining("has ended, approved") },
		});
	});

	test("of an unknown key: not found, and what is under way goes on", async () => {
		const w = world();
		await w.start("order-0001", SALE);
		expect(await w.ask({ request: "cancel", key: "order-0002" })).toMatchObject({ status: 404 });
		expect(await w.end("order-0001")).toMatchObject({ status: "approved" });
	});
});

describe("busy", () => {
	test("another key while one is under way is refused and not remembered", async () => {
		const w = world();
		w.withoutCard();
		await w.start("order-0001", SALE);
		expect(await w.start("order-0002", SALE)).toMatchObject({ status: 409, body: { code: "busy" } });
		expect(await w.ask({ request: "transaction", key: "order-0002" })).toMatchObject({ status: 404 });
		expect(await w.ask({ request: "status" })).toMatchObject({
			status: 200,
			body: { state: "busy", key: "order-0001", phase: "terminal", owed: 0, screen: { name: "insertCard" } },
		});
		await w.ask({ request: "cancel", key: "order-0001" });
		await w.end("order-0001");
		expect(await w.ask({ request: "status" })).toMatchObject({ body: { state: "idle", owed: 0 } });
	});

	test("a person at the menu: the register is told, and orders when the person is done", async () => {
		const w = world();
		const running = w.bench.terminal.run();
		await settled();
		w.bench.pressKey("up");
		await settled();
		expect(w.bench.screenNames().at(-1)).toBe("menu");
		expect(await w.start("order-0001", SALE)).toMatchObject({ status: 409, body: { code: "busy" } });
		w.bench.pressKey("cancel");
		await settled();
		expect(await w.start("order-0001", SALE)).toMatchObject({ status: 202 });
		expect(await w.end("order-0001")).toMatchObject({ status: "approved" });
		w.bench.terminal.stop();
		w.bench.removeCard();
		w.bench.pressKey("enter");
		await settled();
		w.bench.clock.advance(60_000);
		await running;
	});
});

describe("beside a terminal that idles and sells", () => {
	test("an order takes the terminal; the idle screen and its clock do not disturb it", async () => {
		const w = world();
		w.withoutCard();
		const running = w.bench.terminal.run();
		await settled();
		await w.start("order-0001", SALE);
		await settled();
		w.bench.clock.advance(25_000); // longer than the idle screen waits for its clock
		await settled();
		expect(w.bench.screenNames().at(-1)).toBe("insertCard");
		await w.ask({ request: "cancel", key: "order-0001" });
		expect(await w.end("order-0001")).toMatchObject({ outcome: "cancelled" });
		await settled();
		expect(await w.ask({ request: "status" })).toMatchObject({ body: { state: "busy" } });
		w.bench.clock.advance(4_000); // the outcome has been read
		await settled();
		expect(w.bench.screenNames().at(-1)).toBe("idle");
		expect(await w.ask({ request: "status" })).toMatchObject({ body: { state: "idle" } });
		w.bench.terminal.stop();
		w.bench.clock.advance(60_000);
		await running;
	});

	test("keys do nothing to the idle terminal while an order is under way", async () => {
		const w = world();
		w.withoutCard();
		const running = w.bench.terminal.run();
		await settled();
		await w.start("order-0001", SALE);
		await settled();
		w.bench.pressKey("5");
		await settled();
		expect(w.bench.screenNames()).not.toContain("enterAmount");
		w.bench.pressKey("cancel");
		expect(await w.end("order-0001")).toMatchObject({ outcome: "cancelled" });
		w.bench.terminal.stop();
		w.bench.clock.advance(4_000);
		await settled();
		w.bench.clock.advance(60_000);
		await running;
	});

	test("a fault while an order is under way ends the selling, as it does at the keypad", async () => {
		const w = world();
		const running = w.bench.terminal.run();
		const ended = expect(running).rejects.toThrow("power");
		await settled();
		w.when("contactingBank", () => w.bench.disk.cutAfter(0));
		await w.start("order-0001", SALE);
		expect(await w.end("order-0001")).toMatchObject({ status: "pending" });
		await ended;
		expect(w.bench.screenNames().at(-1)).toBe("fault");
	});
});

test("what was sold at the terminal itself is the last transaction, without a key", async () => {
	const w = world();
	expect(await w.ask({ request: "last" })).toMatchObject({ status: 404 });
	await w.bench.sale(700);
	const { body } = await w.ask({ request: "last" });
	expect(body).toMatchObject({ status: "approved", amountMinor: 700 });
	expect(body).not.toHaveProperty("key");
	expect(w.events.filter(({ event }) => event === "transaction")).toHaveLength(1);
});

test("a terminal without keys is out of service, and takes no order", async () => {
	const w = world();
	w.bench.tamper.open();
	expect(await w.ask({ request: "status" })).toMatchObject({ body: { state: "outOfService" } });
	expect(await w.start("order-0001", SALE)).toMatchObject({ status: 503, body: { code: "outOfService" } });
	expect(await w.ask({ request: "last" })).toMatchObject({ status: 503 });
});

test("keys erased while an order is under way: the register hears of its end", async () => {
	const w = world();
	w.when("contactingBank", () => w.bench.tamper.open());
	await w.start("order-0001", SALE);
	expect(await w.end("order-0001")).toMatchObject({ key: "order-0001", status: "pending" });
});

describe("events", () => {
	test("of a sale: numbered without a gap, in the order in which things happened", async () => {
		const w = world();
		await w.start("order-0001", SALE);
		await w.end("order-0001");
		expect(w.events.map(({ sequence }) => sequence)).toEqual(w.events.map((_, i) => i));
		const told = w.events.map(each => {
			if (each.event === "screen") return `screen ${each.screen.name}`;
			if (each.event === "journal") return `journal ${each.fact.type}`;
			if (each.event === "transaction") return `${each.transaction.status} ${each.transaction.phase ?? ""}`.trim();
			return each.event;
		});
		const inOrder = [
			"status",
			"underWay terminal",
			"screen insertCard",
			"screen enterPin",
			"journal opened",
			"journal sent",
			"underWay bank",
			"screen contactingBank",
			"journal closed",
			"screen approved",
			"approved",
		];
		expect(told.filter(each => inOrder.includes(each))).toEqual(inOrder);
	});

	test("no PIN, no number of its digits, no whole card number in any event or answer", async () => {
		const pin = "739150628413";
		const made = worlds["unionpay-online-pin"]!;
		const applications = made.personalisation.applications.map(each => ({ ...each, pin }));
		const w = world("unionpay-online-pin", {
			personalisation: { ...made.personalisation, applications },
			account: { ...made.account, pin },
			pins: ["739150620000", pin],
		});
		const answers: unknown[] = [];
		w.onScreen = () => void w.ask({ request: "status" }).then(answer => answers.push(answer));
		await w.start("order-0001", SALE);
		await w.end("order-0001");
		w.bench.removeCard();
		await w.start("order-0002", SALE);
		expect(await w.end("order-0002")).toMatchObject({ status: "approved" });
		answers.push(await w.ask({ request: "last" }));
		const pinScreens = w.events.filter(each => each.event === "screen" && each.screen.name === "enterPin");
		expect(pinScreens.length).toBeGreaterThan(0);
		expect(pinScreens.length).toBeLessThan(4); // one each time it is asked for, not one for each digit
		const text = JSON.stringify([w.events, answers]);
		expect(text).toContain(made.account.pan.slice(0, 6));
		for (const secret of [pin, "739150620000", made.account.pan, "●"]) expect(text).not.toContain(secret);
	});

	test("after its end a listener hears nothing", async () => {
		const w = world();
		let count = 0;
		const stop = w.register.listen(() => count++);
		stop();
		await w.start("order-0001", SALE);
		await w.end("order-0001");
		expect(count).toBe(1);
	});
});

test("a wait for the result ends after its seconds, the transaction goes on", async () => {
	const w = world();
	w.withoutCard();
	await w.start("order-0001", SALE);
	const begin = performance.now();
	const { body } = await w.ask({ request: "transaction", key: "order-0001", waitSeconds: 1 });
	expect(performance.now() - begin).toBeGreaterThan(900);
	expect(body).toMatchObject({ status: "underWay" });
});
