import { beforeAll, describe, expect, test } from "vitest";
import { testBindingClaims } from "../../sim/world/testBinding.js";
import type { FeeSchedule } from "../../src/binding/feeSchedule.js";
import { Attendant } from "./attendant.js";
import type { BenchOptions, SaleBench } from "./bench.js";
import { BindWorld, type BindWorldOptions, SERIAL } from "./bindWorld.js";
import { makeSaleWorld } from "./saleWorld.js";

const NOW_SECONDS = Date.UTC(2026, 10, 22, 4) / 1000;
const unused = { serial: SERIAL, signingKey: new Uint8Array(32), agreementKey: new Uint8Array(32) };
const { fees: FEES } = testBindingClaims(unused, NOW_SECONDS);
const DEARER: FeeSchedule = { ...FEES, version: 2, rules: [{ ...FEES.rules[0]!, ratePpm: 10_000 }] };
const LIMITS = { perTransactionMinor: 50_000, refundMinor: 1_000 };

let world: Omit<BenchOptions, "crypto">;
beforeAll(async () => {
	world = (await makeSaleWorld("unionpay-online-pin"))["unionpay-online-pin"]!;
});

async function bound(options: BindWorldOptions = {}): Promise<{ w: BindWorld; b: SaleBench }> {
	const w = new BindWorld(world, options);
	const { bench: b } = w;
	new Attendant(b);
	expect(await b.terminal.bind(w.code())).toMatchObject({ done: true });
	b.removeCard();
	return { w, b };
}

/** The person takes the merchant's card out when the terminal is done with it. */
function takesCardOut(b: SaleBench, isDone = () => true): void {
	const { onScreen } = b;
	b.onScreen = screen => {
		onScreen?.(screen);
		if (screen.name === "contactingBank" && isDone()) void Promise.resolve().then(() => b.removeCard());
	};
}

/** Who has agreed to a release, in order. */
function factors(b: SaleBench): string[] {
	const events = [...b.terminal.monitor.incidents.lines()].map(line => JSON.parse(line).event);
	return events.flatMap(({ type, factor, by }) => (type === "factor" ? [`${factor}: ${by}`] : []));
}

/** The customer's card stays for its sale. */
const whileLocked = (b: SaleBench) => () => b.terminal.monitor.locked !== undefined;

describe("a refund above the limit", () => {
	test("wants the merchant's card and PIN; the one of the sale then gets its money", async () => {
		const { b } = await bound({ merchant: { limits: LIMITS } });
		const { invoice } = await b.sale(5_000);
		b.removeCard();
		const pinsAsked = () => b.screenNames().filter(name => name === "enterPin").length;
		const before = pinsAsked();
		const small = await b.terminal.perform({ operation: "refund", amountMinor: 1_000, invoice });
		expect(small).toMatchObject({ outcome: "approved" });
		expect(pinsAsked()).toBe(before);
		takesCardOut(b);
		const money = b.merchantMinor;
		const large = await b.terminal.perform({ operation: "refund", amountMinor: 2_000, invoice });
		expect(large).toMatchObject({ outcome: "approved" });
		expect(pinsAsked()).toBeGreaterThan(before);
		expect(b.merchantMinor).toBe(money - 2_000);
	});

	test("with a wrong PIN, or the card of somebody else, moves no money", async () => {
		const { w, b } = await bound({ merchant: { limits: LIMITS } });
		const { invoice } = await b.sale(5_000);
		b.removeCard();
		const money = b.merchantMinor;
		b.desk.issuer.decide = () => ({ responseCode: "55", iccData: undefined });
		const wrong = await b.terminal.perform({ operation: "refund", amountMinor: 2_000, invoice });
		expect(wrong).toMatchObject({ outcome: "declined", reason: "the card's PIN is wrong: begin again" });
		b.removeCard();
		b.desk.issuer.decide = () => ({ responseCode: "00", iccData: undefined });
		const card = b.books.card.bind(b.books);
		b.books.card = pan => ({ ...card(pan)!, holder: "Somebody else" });
		const other = await b.terminal.perform({ operation: "refund", amountMinor: 2_000, invoice });
		expect(other.reason).toContain("the card is not the merchant's");
		expect(b.merchantMinor).toBe(money);
		expect(w.registry.bindings().length).toBe(1);
	});
});

describe("a release from lock", () => {
	test("wants the merchant's card and PIN where the desk can judge them; then the customer's card pays", async () => {
		const { b } = await bound();
		b.terminal.monitor.lock("fraud desk", "test", "400 123");
		expect(await b.sale(100)).toMatchObject({
			status: "declined",
			reason: expect.stringContaining("fraud desk: test"),
		});
		b.terminal.monitor.give("bank", "fraud desk");
		takesCardOut(b, whileLocked(b));
		expect(await b.sale(100)).toMatchObject({ outcome: "approved" });
		expect(factors(b)).toEqual(["bank: fraud desk", "merchant: merchant card"]);
	});

	test("counts for the one incident that was asked about: the bank's next word is waited for", async () => {
		const { w, b } = await bound();
		const { monitor } = b.terminal;
		monitor.stateLost("test");
		monitor.give("bank", "fraud desk");
		monitor.lock("fraud desk", "another thing", "400 123");
		takesCardOut(b, whileLocked(b));
		const waits = { status: "declined", reason: expect.stringContaining("fraud desk: another thing") };
		expect(await b.sale(100)).toMatchObject(waits);
		expect(monitor.incidents.state.open).toMatchObject([{ cause: "remoteLock", missing: ["bank", "merchant"] }]);
		monitor.give("bank", "fraud desk");
		w.line.toDesk = () => undefined;
		expect(await b.sale(100)).toMatchObject({ reason: expect.stringContaining("line is back") });
		delete w.line.toDesk;
		takesCardOut(b, whileLocked(b));
		expect(await b.sale(100)).toMatchObject({ outcome: "approved" });
		expect(factors(b)).toEqual([
			...["bank: fraud desk", "merchant: merchant card", "bank: fraud desk", "merchant: merchant card"],
		]);
	});

	test("is not given by somebody else's card, nor by a passcode while the desk answers", async () => {
		const { b } = await bound();
		b.terminal.monitor.lock("fraud desk", "test", "400 123");
		b.terminal.monitor.give("bank", "fraud desk");
		const card = b.books.card.bind(b.books);
		b.books.card = pan => ({ ...card(pan)!, holder: "Somebody else" });
		takesCardOut(b, whileLocked(b));
		expect(await b.sale(100)).toMatchObject({
			status: "declined",
			reason: expect.stringContaining("not the merchant's"),
		});
		expect(factors(b)).toEqual(["bank: fraud desk"]);
		expect(b.terminal.monitor.locked).toBeDefined();
	});
});

describe("a lock by a supervisor", () => {
	async function locked(passcodes?: readonly string[]): Promise<{ w: BindWorld; b: SaleBench }> {
		const { w, b } = await bound();
		expect(await b.terminal.lock()).toEqual({
			done: true,
			reason: "locked: a supervisor and the merchant's card let it sell again",
		});
		new Attendant(b, passcodes && { passcodes });
		takesCardOut(b, whileLocked(b));
		return { w, b };
	}

	test("is over with a supervisor's passcode and the merchant's card and PIN", async () => {
		const { b } = await locked();
		expect(await b.sale(100)).toMatchObject({ outcome: "approved" });
		expect(factors(b)).toEqual(["supervisor: supervisor", "merchant: merchant card"]);
	});

	test("is not over with the passcode alone, also after a start", async () => {
		const { w, b } = await locked();
		w.line.toDesk = () => undefined;
		expect(await b.sale(100)).toMatchObject({ status: "declined", reason: expect.stringContaining("line is back") });
		expect(factors(b)).toEqual(["supervisor: supervisor"]);
		b.restart();
		const attendant = new Attendant(b);
		expect(await b.sale(100)).toMatchObject({ status: "declined" });
		expect(attendant.asked).toBe(0); // it was given
		expect(b.terminal.monitor.locked).toMatchObject({ missing: ["merchant"] });
		delete w.line.toDesk;
		takesCardOut(b, whileLocked(b));
		expect(await b.sale(100)).toMatchObject({ outcome: "approved" });
	});

	test("is not over with the merchant's card alone", async () => {
		const { b } = await locked(["cancel"]);
		expect(await b.sale(100)).toMatchObject({ outcome: "cancelled" });
		expect(factors(b)).toEqual([]);
		b.terminal.monitor.give("merchant", "merchant card");
		expect(await b.sale(100)).toMatchObject({ outcome: "cancelled" });
		expect(b.terminal.monitor.locked).toMatchObject({ missing: ["supervisor"] });
	});
});

test("an amount above the binding's limit, and an operation that it does not allow, are not begun", async () => {
	const { b } = await bound({ merchant: { limits: LIMITS } });
	expect(await b.sale(50_001)).toMatchObject({ outcome: "declined", reason: expect.stringMatching("above the limit") });
}, 60_000);

describe("new fees", () => {
	test("wait for the merchant; until then the old ones count, afterwards the new ones", async () => {
		const terms = { fees: [FEES] };
		const { b } = await bound({ terms });
		const fee = () => b.terminal.feeLines();
		expect(await b.terminal.refreshBinding()).toEqual({ done: true, reason: "nothing is new" });
		expect(await b.terminal.acceptFees()).toMatchObject({ done: false });
		const before = fee();
		terms.fees.push(DEARER);
		expect(await b.terminal.refreshBinding()).toEqual({ done: true, reason: "new fees wait to be accepted" });
		expect(fee()).toEqual(before);
		const sold = await b.sale(10_000);
		b.removeCard();
		expect(await b.terminal.acceptFees()).toMatchObject({ done: false, reason: expect.stringMatching("settle first") });
		await b.terminal.serve({ service: "settle" });
		b.clock.set(b.clock.now() + 60_000);
		expect(await b.terminal.acceptFees()).toMatchObject({ done: true });
		expect(fee()).not.toEqual(before);
		b.restart();
		new Attendant(b);
		expect(fee()[0]).toContain("1 %");
		const dearer = await b.sale(10_000);
		const lines = (name: typeof sold.name) =>
			JSON.stringify(b.terminal.receipt(b.terminal.journal.transaction(name!)!, "merchant", false));
		expect(lines(sold.name)).toContain("0.60"); // by the terms of its day
		expect(lines(dearer.name)).toContain("1.00");
		expect(await b.terminal.refreshBinding()).toEqual({ done: true, reason: "nothing is new" });
	});

	test("that the merchant does not want stay out", async () => {
		const terms = { fees: [FEES] };
		const { b } = await bound({ terms });
		terms.fees.push(DEARER);
		await b.terminal.refreshBinding();
		const before = b.terminal.feeLines();
		new Attendant(b, { agrees: false });
		expect(await b.terminal.acceptFees()).toMatchObject({ done: false });
		expect(b.terminal.feeLines()).toEqual(before);
	});
});

test("a settlement tells gross, fees, net, credit day and card, and where the bank's statement differs", async () => {
	const terms = { fees: [FEES] };
	const { b } = await bound({ terms });
	await b.sale(10_000);
	b.removeCard();
	const { lines } = await b.terminal.serve({ service: "settle" });
	const text = lines.join("\n");
	for (const line of ["Gross: ¥100.00", "Fees: ¥0.60", "Net: ¥99.40", "Credit date: 2026-11-23", "Totals agree"])
		expect(text).toContain(line);
	expect(text).toContain("Settled to: 622126");
	terms.fees[0] = { ...FEES, rules: [{ ...FEES.rules[0]!, ratePpm: 7_000 }] }; // the bank counts otherwise
	await b.sale(10_000);
	const differing = (await b.terminal.serve({ service: "settle" })).lines.join("\n");
	expect(differing).toContain("Totals differ: Fees ¥0.60, ¥0.70");
	expect(differing).toContain("Totals differ: Net ¥99.40, ¥99.30");
	expect(differing).not.toContain("Totals agree");
});

test.each([
	[
		"gross",
		({ b }: { b: SaleBench }) => {
			const { transactionsOf } = b.books;
			b.books.transactionsOf = (terminalId, batch) =>
				transactionsOf.call(b.books, terminalId, batch).map(t => ({ ...t, finalMinor: t.finalMinor + 100 }));
		},
		["Totals differ: Gross ¥100.00, ¥101.00", "Totals differ: Net ¥99.40, ¥100.39", "Totals differ: Fees ¥0.60, ¥0.61"],
	],
	[
		"credit date",
		({ terms }: { terms: { fees: FeeSchedule[] } }) => {
			terms.fees[0] = { ...FEES, creditDays: FEES.creditDays + 2 };
		},
		["Totals differ: Credit date 2026-11-23, 2026-11-25"],
	],
] as const)(
	"a %s of the bank's that is another is told, and nothing else",
	async (_, bankCountsOtherwise, expected) => {
		const terms = { fees: [FEES] };
		const { b } = await bound({ terms });
		await b.sale(10_000);
		b.onJournalEntry = ({ type }) => {
			if (type === "settled") bankCountsOtherwise({ b, terms }); // the totals of the batch itself agree
		};
		const { lines } = await b.terminal.serve({ service: "settle" });
		const told = lines.filter(line => line.startsWith("Totals"));
		expect([...told].sort()).toEqual([...expected].sort());
	},
);

test("a revoked binding sells nothing more once the terminal has the list", async () => {
	const { w, b } = await bound();
	w.desk.revoke(b.terminal.binding.certificate!.subject);
	await b.terminal.refreshBinding();
	expect(b.terminal.bindingProblem).toBe("revoked");
	expect(await b.sale(100)).toMatchObject({ outcome: "notAccepted", reason: "revoked" });
});

describe("a backup that the merchant orders", () => {
	const connected = { bench: { managementLink: { connect: () => Promise.reject(new Error("no broker")) } } };

	test("wants their card and PIN", async () => {
		const { b } = await bound(connected);
		takesCardOut(b);
		expect(await b.terminal.backUp()).toEqual({
			done: true,
			reason: "merchant card agreed: the backup is on its way to the bank",
		});
	});

	test("is refused with somebody else's card", async () => {
		const { b } = await bound(connected);
		const card = b.books.card.bind(b.books);
		b.books.card = pan => ({ ...card(pan)!, holder: "Somebody else" });
		expect(await b.terminal.backUp()).toMatchObject({
			done: false,
			reason: expect.stringContaining("not the merchant's"),
		});
	});

	test("is none where nothing takes it", async () => {
		const { b } = await bound();
		expect(await b.terminal.backUp()).toMatchObject({
			done: false,
			reason: expect.stringContaining("no management link"),
		});
	});
});
