import { beforeAll, describe, expect, test } from "vitest";
import { testMerchant } from "../../sim/world/merchant.js";
import { nodeCrypto } from "../../sim/world/nodeCrypto.js";
import { message } from "../../src/display/messages.js";
import { screenText } from "../../src/display/screen.js";
import { TRANSACTIONS } from "../../src/flows/perform.js";
import { generic87 } from "../../src/host/profiles/generic87.js";
import { unionPay } from "../../src/host/profiles/unionPay.js";
import { OPERATIONS, type Operation } from "../../src/operation.js";
import { Attendant } from "./attendant.js";
import { type BenchOptions, SaleBench } from "./bench.js";
import { BindWorld } from "./bindWorld.js";
import { makeSaleWorld, oneRound, withApplication } from "./saleWorld.js";

const CARD = "unionpay-credit";
const ONLINE_PIN = "unionpay-online-pin";
const SUPPORT = "+86 21 0000 0000";
let worlds: Record<string, Omit<BenchOptions, "crypto">>;
beforeAll(async () => {
	worlds = await makeSaleWorld(CARD, ONLINE_PIN);
});

const without = (...names: readonly Operation[]) => OPERATIONS.filter(each => !names.includes(each));

/** Bound by a certificate with these functions alone. */
function benchWith(functions: readonly string[], more: Partial<BenchOptions> = {}): SaleBench {
	const b = new SaleBench({ ...worlds[CARD]!, crypto: nodeCrypto, ...more, binding: { functions } });
	new Attendant(b);
	return b;
}

describe("an operation that the certificate does not list is refused before anything is begun, with words:", () => {
	test.each(Object.keys(TRANSACTIONS) as Operation[])("%s", async operation => {
		for (const language of ["en", "zh"] as const) {
			const b = benchWith(without(operation), { merchant: testMerchant("commandLine", language) });
			const amountMinor = operation === "balance" ? 0 : 100;
			const order = { operation, amountMinor, invoice: 1, cashbackMinor: 10, tipMinor: 10 };
			expect(await b.terminal.perform(order)).toMatchObject({
				outcome: "declined",
				status: "declined",
				reason: `the binding allows no ${operation}`,
				online: false,
				name: undefined,
			});
			expect(b.screenNames()).toEqual(["notice"]);
			const shown = screenText(b.screens[0]!);
			expect(shown).toContain(message("notAllowed", language));
			expect(shown).toContain(SUPPORT);
			expect(b.entries).toEqual([]);
			expect(b.bank.received).toEqual([]);
		}
	});

	test("the others go on", async () => {
		const b = benchWith(without("cash", "refund"));
		expect(await b.sale(100)).toMatchObject({ outcome: "approved" });
		b.removeCard();
		const balance = await b.terminal.perform({ operation: "balance", amountMinor: 0 });
		expect(balance).toMatchObject({ outcome: "approved" });
	});

	test("query: also what the terminal itself knows is not told", async () => {
		const [allowed, refused] = [benchWith(OPERATIONS), benchWith(without("query"))];
		const asked = async (b: SaleBench) => {
			const { invoice } = await b.sale(100);
			return b.terminal.serve({ service: "query", invoice: invoice! });
		};
		expect(await asked(allowed)).toMatchObject({ done: true });
		expect(await asked(refused)).toEqual({
			operation: "query",
			done: false,
			reason: "the binding allows no query",
			lines: [],
		});
	});

	test.each([
		[OPERATIONS, { outcome: "approved", online: false }],
		[without("offlineSale"), { outcome: "approved", online: true }],
	] as const)("offlineSale: the issuer is asked", async (functions, result) => {
		const policy = { mostAmountMinor: 5_000, mostCount: 2, mostTotalMinor: 6_000, offlinePinRequired: false };
		const tac = { tacOnline: "0000000000", tacDefault: "0000000000", tacDenial: "0000000000" };
		const lenient = { floorLimitMinor: 50_000, ...tac };
		const configuration = withApplication(worlds[CARD]!.configuration, lenient, { storeAndForward: policy });
		const b = benchWith(functions, { configuration });
		await b.sale(100);
		b.removeCard();
		expect(await b.sale(100)).toMatchObject(result);
	});

	test.each([
		[OPERATIONS, "approved"],
		[without("voiceAuthorisedSale"), "declined"],
	] as const)(
		"voiceAuthorisedSale: a referral is a decline, and nobody is asked to telephone",
		async (functions, outcome) => {
			const b = benchWith(functions);
			new Attendant(b, { digits: () => b.books.referrals()[0]!.answer.authorisationCode! });
			b.desk.scenarios.order("refer to card issuer", undefined, 1);
			expect(await b.sale(100)).toMatchObject({ outcome });
			expect(b.screenNames().includes("enterDigits")).toBe(outcome === "approved");
		},
	);

	test.each([
		["unionPay", unionPay],
		["generic87", oneRound(generic87)],
	])("what is owed to the acquirer needs no permission: %s settles", async (_name, profile) => {
		const b = benchWith(["sale"], { profile });
		expect(await b.sale(100)).toMatchObject({ outcome: "approved" });
		expect(await b.terminal.serve({ service: "settle" })).toMatchObject({
			done: true,
			reason: "settled, the totals agree",
		});
	});
});

test("a bank that binds a merchant for sales alone gets a terminal that does nothing else, also after a start", async () => {
	const w = new BindWorld(worlds[ONLINE_PIN]!, { merchant: { functions: ["sale"] } });
	const { bench: b } = w;
	new Attendant(b);
	expect(await b.terminal.bind(w.code())).toMatchObject({ done: true });
	b.restart();
	new Attendant(b);
	expect(await b.sale(100)).toMatchObject({ outcome: "approved" });
	b.removeCard();
	const cash = await b.terminal.perform({ operation: "cash", amountMinor: 100 });
	expect(cash).toMatchObject({ outcome: "declined", reason: "the binding allows no cash" });
});

test("chosen from the menu it is refused on the display, and the terminal idles again", async () => {
	const b = benchWith(without("balance"));
	void b.terminal.run();
	const drawn = (name: string) =>
		expect.poll(() => b.screenNames().at(-1), { timeout: 10_000, interval: 5 }).toBe(name);
	try {
		await drawn("idle");
		b.pressKey("down");
		await drawn("menu");
		const label = message("balance", "en");
		for (let n = 0; n < 40 && !isChosen(b, label); n++) {
			b.pressKey("down");
			await new Promise(done => setTimeout(done, 2));
		}
		b.pressKey("enter");
		await drawn("notice");
		const shown = screenText(b.screens.at(-1)!);
		expect(shown).toContain("Not allowed");
		expect(shown).toContain(SUPPORT);
		expect(b.log).toContain("terminal balance declined: the binding allows no balance");
		b.pressKey("enter");
		await drawn("idle");
	} finally {
		b.terminal.stop();
		b.clock.advance(3_600_000);
	}
});

/** The chosen item of a menu stands on a bar. */
function isChosen(b: SaleBench, label: string): boolean {
	const { items } = b.screens.at(-1)!;
	const chosen = items[items.findIndex(({ kind }, at) => kind === "rectangle" && items[at + 1]?.kind === "text") + 1];
	return chosen?.kind === "text" && chosen.text === label;
}
