import { beforeAll, describe, expect, test } from "vitest";
import { nodeCrypto } from "../../sim/world/nodeCrypto.js";
import { latin1Text } from "../../src/bytes/bytes.js";
import { BUILT_IN_RULES } from "../../src/monitor/builtInRules.js";
import { decodeRules } from "../../src/monitor/decodeRules.js";
import { type IncidentEvent, terminalState } from "../../src/monitor/incident.js";
import type { Notice } from "../../src/monitor/notices.js";
import type { Rule } from "../../src/monitor/rule.js";
import { Attendant } from "./attendant.js";
import { type BenchOptions, SaleBench } from "./bench.js";
import { BindWorld } from "./bindWorld.js";
import { makeSaleWorld } from "./saleWorld.js";

const CARD = "unionpay-credit";
let world: Omit<BenchOptions, "crypto">;

beforeAll(async () => {
	world = (await makeSaleWorld(CARD))[CARD]!;
});

/** One rule: at the second sale within a minute the terminal does this. */
const TRIED = (actions: Rule["actions"], more: Partial<Rule> = {}) =>
	decodeRules({
		limitsMinor: [],
		rules: [
			{
				name: "tried",
				says: { en: "Two sales", zh: "两笔" },
				on: ["sale"],
				where: [],
				measure: "count",
				threshold: 2,
				windowSeconds: 60,
				quietSeconds: 600,
				actions,
				...more,
			},
		],
	});

function watching(actions: Rule["actions"], more: Partial<Rule> = {}): SaleBench {
	return watchingFor(TRIED(actions, more));
}

function watchingFor(monitoring: BenchOptions["monitoring"], more: Partial<BenchOptions> = {}): SaleBench {
	return new SaleBench({ ...world, ...more, crypto: nodeCrypto, monitoring: monitoring! });
}

/** Sells `amounts` one after the other, taking the card out in between. @returns each status */
async function sell(b: SaleBench, ...amounts: readonly number[]): Promise<string[]> {
	const statuses: string[] = [];
	for (const amountMinor of amounts) {
		b.removeCard();
		statuses.push((await b.sale(amountMinor)).status);
	}
	return statuses;
}

const logged = (b: SaleBench): IncidentEvent[] =>
	[...b.terminal.monitor.incidents.lines()].map(line => JSON.parse(line).event);

describe("hold", () => {
	test("has a supervisor look before the next sale, and the log says who released it", async () => {
		const b = watching(["hold"]);
		const attendant = new Attendant(b);
		expect(await sell(b, 100, 100)).toEqual(["approved", "approved"]);
		expect(attendant.asked).toBe(0);
		expect(terminalState(b.terminal.monitor.incidents.state)).toBe("restricted");
		expect(await sell(b, 100, 100)).toEqual(["approved", "approved"]);
		expect(attendant.asked).toBe(1);
		expect(b.screenNames()).toContain("warning");
		expect(logged(b)).toEqual([
			{ type: "opened", cause: "hold", detail: "rule tried" },
			{ type: "factor", incident: 1, factor: "supervisor", by: "supervisor" },
		]);
	});

	test("without one nothing is asked of the bank, also after the power was gone", async () => {
		const b = watching(["hold"]);
		await sell(b, 100, 100);
		b.restart();
		new Attendant(b, { passcodes: ["cancel"] });
		const asked = b.bank.received.length;
		expect(await b.sale(100)).toMatchObject({ outcome: "cancelled", name: undefined });
		expect(b.bank.received.length).toBe(asked);
		new Attendant(b, { passcodes: ["1111"] });
		expect(await b.sale(100)).toMatchObject({ status: "declined", name: undefined });
		expect(logged(b).at(-1)).toEqual({ type: "refused", factor: "supervisor", detail: "passcodeLocked" });
		expect(b.bank.received.length).toBe(asked);
	});

	test("a settlement goes on meanwhile: what was sold belongs to the merchant", async () => {
		const b = watching(["hold"]);
		await sell(b, 100, 100);
		expect((await b.terminal.serve({ service: "settle" })).done).toBe(true);
	});
});

test("of two incidents a supervisor is asked about each", async () => {
	const b = watching(["hold", "lockFunction"], { locks: ["sale"] });
	await sell(b, 100, 100);
	const attendant = new Attendant(b);
	expect(await sell(b, 100)).toEqual(["approved"]);
	expect(attendant.asked).toBe(2);
	expect(logged(b).flatMap(event => (event.type === "factor" ? [event.incident] : []))).toEqual([1, 2]);
});

test("a locked function is refused until a supervisor releases it, the others are not", async () => {
	const b = watching(["lockFunction"], { locks: ["preAuthorisation"] });
	const attendant = new Attendant(b, { passcodes: ["cancel"] });
	expect(await sell(b, 100, 100, 100)).toEqual(["approved", "approved", "approved"]);
	b.removeCard();
	const order = { operation: "preAuthorisation", amountMinor: 100 } as const;
	expect(await b.terminal.perform(order)).toMatchObject({ status: "declined", name: undefined });
	expect(attendant.asked).toBe(1);
	new Attendant(b);
	expect((await b.terminal.perform(order)).status).toBe("approved");
});

test("a locked terminal needs the bank, then the merchant; the bank hears why", async () => {
	const b = watching(["lockTerminal", "alertBank"]);
	const attendant = new Attendant(b);
	await sell(b, 100, 100);
	expect(await b.sale(100)).toMatchObject({ status: "declined", name: undefined });
	expect((await b.sale(100)).reason).toBe("the terminal is locked by the terminal: rule tried; call +86 21 0000 0000");
	expect(attendant.asked).toBe(0);
	b.terminal.monitor.give("bank", "acquirer");
	expect(await sell(b, 100)).toEqual(["approved"]);
	expect(attendant.asked).toBe(1);
	const { next } = b.terminal.monitor.notices;
	expect(next).toMatchObject({ kind: "alert", body: { alert: "rule", text: "Two sales (tried)", entry: 1 } });
	b.terminal.monitor.notices.delivered(next!.body.number);
	b.restart();
	expect(b.terminal.monitor.notices.waiting).toEqual([]);
});

test("a second factor is wanted once, also when the power was gone in between", async () => {
	const b = watching(["secondFactor"]);
	await sell(b, 100, 100);
	b.restart();
	const attendant = new Attendant(b);
	expect(await sell(b, 100, 100)).toEqual(["approved", "approved"]);
	expect(attendant.asked).toBe(1);
});

describe("a second factor, where a desk can judge the merchant's card,", () => {
	/** Bound at a desk; with the second sale the rule wants the merchant. */
	async function wanting(): Promise<{ b: SaleBench; attendant: Attendant }> {
		const merchant = (await makeSaleWorld("unionpay-online-pin"))["unionpay-online-pin"]!;
		const w = new BindWorld(merchant, { bench: { monitoring: TRIED(["secondFactor"]) } });
		const { bench: b } = w;
		new Attendant(b);
		expect(await b.terminal.bind(w.code())).toMatchObject({ done: true });
		const attendant = new Attendant(b);
		const { onScreen } = b;
		b.onScreen = screen => {
			onScreen?.(screen);
			// The merchant takes the card out; the customer's stays for its sale.
			if (screen.name === "contactingBank" && b.terminal.monitor.wantsFactor)
				void Promise.resolve().then(() => b.removeCard());
		};
		expect(await sell(b, 100, 100)).toEqual(["approved", "approved"]);
		expect(b.terminal.monitor.wantsFactor).toBe(true);
		return { b, attendant };
	}
	const pinsAsked = (b: SaleBench) =>
		b.screenNames().filter(name => name === "enterPin" || name === "pinIncorrect").length;

	test("is the card with its PIN, once, and no passcode", async () => {
		const { b, attendant } = await wanting();
		b.removeCard();
		const before = pinsAsked(b);
		expect(await b.sale(100)).toMatchObject({ outcome: "approved" });
		const [first, second] = [pinsAsked(b) - before, () => pinsAsked(b) - before];
		expect(b.terminal.monitor.wantsFactor).toBe(false);
		b.clock.advance(61_000);
		expect(await sell(b, 100)).toEqual(["approved"]);
		expect(first).toBe(2 * (second() - first)); // the merchant's and the customer's, then the customer's alone
		expect(attendant.asked).toBe(0);
	});

	test("is given neither by somebody else's card nor by a passcode, and is wanted on", async () => {
		const { b, attendant } = await wanting();
		const card = b.books.card.bind(b.books);
		b.books.card = pan => ({ ...card(pan)!, holder: "Somebody else" });
		b.removeCard();
		const sold = b.merchantMinor;
		expect(await b.sale(100)).toMatchObject({
			...{ status: "declined", name: undefined },
			reason: expect.stringContaining("not the merchant's"),
		});
		expect(attendant.asked).toBe(0);
		expect(b.merchantMinor).toBe(sold);
		expect(b.terminal.monitor.wantsFactor).toBe(true);
		expect(logged(b).at(-1)).toMatchObject({ type: "refused", factor: "merchant" });
		b.books.card = card;
		b.removeCard();
		expect(await b.sale(100)).toMatchObject({ outcome: "approved" });
	});
});

describe("PINs that the card finds wrong are told one by one,", () => {
	const PIN_CARD = "unionpay-debit"; // its chip checks the PIN, three tries
	let pinWorld: Omit<BenchOptions, "crypto">;
	beforeAll(async () => {
		pinWorld = (await makeSaleWorld(PIN_CARD))[PIN_CARD]!;
	});
	const failures = (b: SaleBench) => b.terminal.monitor.assessment.today().counts.of.pinFailure;

	test.each<[string, readonly string[], string, number]>([
		["none where the first is right", ["1234"], "approved", 0],
		["also when the right one follows", ["1111", "1234"], "approved", 1],
		["also when nobody tries on", ["1111"], "cancelled", 1],
		// then the list of the card goes on with a PIN for the bank, which finds it wrong, too
		["also when none is left", ["1111", "1112", "1113"], "declined", 4],
	])("%s", async (_when, pins, outcome, count) => {
		const b = watchingFor(BUILT_IN_RULES, { ...pinWorld, pins });
		const { onScreen } = b;
		b.onScreen = screen => {
			onScreen?.(screen);
			if (screen.name === "pinIncorrect" && pins.length === 1) b.pressKey("cancel");
		};
		expect(await b.sale(1_000)).toMatchObject({ outcome });
		expect(failures(b)).toBe(count);
	});

	test("also when the plug is pulled before the next try", async () => {
		const b = watchingFor(BUILT_IN_RULES, { ...pinWorld, pins: ["1111", "1234"] });
		const { onScreen } = b;
		const counted = new Promise<number>(resolve => {
			b.onScreen = screen => {
				if (screen.name !== "pinIncorrect") return onScreen?.(screen);
				b.restart();
				resolve(failures(b));
			};
		});
		void b.sale(1_000);
		expect(await counted).toBe(1);
	});

	test("and five of them hold the terminal", async () => {
		const b = watchingFor(BUILT_IN_RULES, { ...pinWorld, pins: ["1111", "1112", "1113"] });
		await sell(b, 1_000);
		expect(logged(b)).toEqual([]);
		b.removeCard();
		await b.sale(1_000); // a card without a try left is no better
		expect(logged(b)).toMatchObject([{ type: "opened", cause: "hold", detail: "rule pinFailures" }]);
	});
});

test("a warning is told once, and nothing waits", async () => {
	const b = watching(["warn"]);
	expect(await sell(b, 100, 100, 100)).toEqual(["approved", "approved", "approved"]);
	expect(b.terminal.monitor.nextWarning()?.rule.name).toBe("tried");
	expect(b.terminal.monitor.nextWarning()).toBeUndefined();
});

test("a start that watches nothing forgets nothing", async () => {
	const b = watching(["hold"]);
	await sell(b, 1_000);
	const { monitoring } = b;
	b.monitoring = undefined;
	b.restart();
	await b.terminal.selfCheck("start");
	b.monitoring = monitoring;
	b.restart();
	await sell(b, 1_000);
	expect(logged(b)).toMatchObject([{ type: "opened", cause: "hold" }]);
});

describe("the built-in rules", () => {
	test("find one purchase in two payments", async () => {
		const b = watchingFor(BUILT_IN_RULES);
		expect(await sell(b, 52_000, 48_000)).toEqual(["approved", "approved"]);
		expect(b.terminal.monitor.wantsFactor).toBe(true);
	});

	test("take a line that is down, or a bank that is silent, for no declines", async () => {
		const b = watchingFor(BUILT_IN_RULES);
		const counts = () => b.terminal.monitor.assessment.today().counts.of;
		b.wrapSocket = () => ({ connect: () => Promise.reject(new Error("cannot reach the bank: the line is down")) });
		b.restart();
		expect(await sell(b, 1_000, 2_000, 3_000, 4_000, 5_000, 6_000, 7_000)).toEqual(Array(7).fill("declined"));
		expect(counts()).toMatchObject({ linkFault: 7, decline: 0, reversal: 0 });
		b.wrapSocket = socket => socket;
		b.restart();
		b.bank.failNext("silent");
		expect(await sell(b, 8_000)).toEqual(["pending"]);
		expect(counts()).toMatchObject({ linkFault: 8, decline: 0, reversal: 1 });
		expect(logged(b)).toEqual([]);
	});

	test("find the merchant's own card, with which the terminal was bound, and no other", async () => {
		const merchant = (await makeSaleWorld("unionpay-online-pin"))["unionpay-online-pin"]!;
		const w = new BindWorld(merchant, { bench: { monitoring: BUILT_IN_RULES } });
		const { bench: b } = w;
		new Attendant(b);
		expect(await b.terminal.bind(w.code())).toMatchObject({ done: true });
		b.restart();
		await sell(b, 1_000);
		expect(logged(b)).toEqual([{ type: "opened", cause: "hold", detail: "rule ownCard" }]);
		const told = b.terminal.monitor.notices.waiting;
		expect(told).toMatchObject([{ kind: "alert", body: { alert: "rule" } }]);
		const lines = [...b.terminal.monitor.incidents.lines(), JSON.stringify(told)].join("\n");
		expect(lines).toContain("ownCard");
		expect(lines).not.toContain(merchant.account.pan.slice(0, 6)); // its token is all that is told
		const other = watchingFor(BUILT_IN_RULES);
		await sell(other, 1_000);
		expect(logged(other)).toEqual([]);
	});

	test("find a refund above its sale, which is refused at once", async () => {
		const b = watchingFor(BUILT_IN_RULES);
		new Attendant(b);
		b.removeCard();
		const { invoice } = await b.sale(1_000);
		const refund = { operation: "refund", amountMinor: 1_001, invoice: invoice! } as const;
		expect((await b.terminal.perform(refund)).name).toBeUndefined();
		expect(logged(b)).toEqual([{ type: "opened", cause: "hold", detail: "rule refundAboveSale" }]);
	});

	test("see what the bank's time does to the clock", async () => {
		const b = watchingFor(BUILT_IN_RULES);
		b.bankClock.offsetMs = 600_000;
		await b.terminal.serve({ service: "signIn" });
		expect(b.terminal.monitor.assessment.today().counts.of).toMatchObject({ clockJump: 1 });
		expect(b.terminal.monitor.bankClockDifference).toBe(600);
	});
});

test("a day that has ended is assessed, kept, and told", async () => {
	const b = watchingFor(BUILT_IN_RULES);
	await sell(b, 1_000, 2_000);
	b.clock.advance(24 * 3_600_000);
	b.restart();
	await sell(b, 1_000);
	expect(b.terminal.monitor.lastReport).toMatchObject({
		day: "2026-11-22",
		counts: { of: { sale: 2 }, soldMinor: 3_000 },
	});
	expect(b.log.some(line => line.includes("2026-11-22: risk score"))).toBe(true);
	expect(b.terminal.monitor.days()).toEqual([b.terminal.monitor.lastReport]);
	b.restart();
	const reports = b.terminal.monitor.notices.waiting.filter(({ kind }) => kind === "dayReport");
	expect(reports.map(({ body }) => body)).toMatchObject([{ day: "2026-11-22", score: 3, level: "low" }]);
	const [{ body }] = reports as [Extract<Notice, { kind: "dayReport" }>];
	expect(JSON.parse(body.report)).toEqual(JSON.parse(JSON.stringify(b.terminal.monitor.lastReport)));
});

describe("a tamper event", () => {
	test("is in the log although the keys are gone, and once", async () => {
		const b = watchingFor(BUILT_IN_RULES);
		await sell(b, 1_000);
		b.tamper.open();
		const log = () => latin1Text(b.disk.read("incidents.000000", 0, b.disk.size("incidents.000000")!));
		expect(JSON.parse(log()).event).toEqual({ type: "opened", cause: "tamper", detail: "case" });
		b.restart();
		expect(log().trim().split("\n")).toHaveLength(1);
	});
});

describe("the self-check", () => {
	test("of a terminal at work passes all that can be checked", async () => {
		const b = watchingFor(BUILT_IN_RULES);
		await sell(b, 1_000);
		b.removeCard();
		const { results, blocking } = await b.terminal.selfCheck("full");
		expect(blocking).toEqual([]);
		expect(results.filter(({ verdict }) => verdict !== "passed").map(({ check, verdict }) => [check, verdict])).toEqual(
			[["firmware", "notChecked"]],
		);
		expect(results.find(({ check }) => check === "certificates")?.says.en).toMatch(/^3, the first ends on/); // binding, acquirer, licence
		expect(b.terminal.monitor.lastCheck?.results).toEqual(results);
	});

	test("that fails blocks sales until one passes", async () => {
		const b = watchingFor(BUILT_IN_RULES);
		let isBroken = false;
		b.wrapStorage = disk =>
			new Proxy(disk, {
				get(target, name) {
					if (name === "read" && isBroken)
						return (file: string, at: number, length: number) =>
							file === "self-check.probe" ? new Uint8Array(length) : target.read(file, at, length);
					const member = Reflect.get(target, name);
					return typeof member === "function" ? member.bind(target) : member;
				},
			});
		expect(await sell(b, 1_000)).toEqual(["approved"]);
		isBroken = true;
		expect((await b.terminal.selfCheck("start")).blocking).toEqual(["storage"]);
		const asked = b.bank.received.length;
		expect(await b.sale(1_000)).toMatchObject({ status: "declined", reason: "the self-check failed: storage" });
		expect(b.bank.received.length).toBe(asked);
		isBroken = false;
		expect(await sell(b, 1_000)).toEqual(["approved"]);
		expect(logged(b).map(event => event.type)).toEqual(["opened", "factor"]);
	});

	test("that has not looked at what failed does not clear it, also after a start; the one that a sale asks for looks", async () => {
		const b = watchingFor(BUILT_IN_RULES);
		const flipRecord = () => {
			for (const copy of ["journal", "mirror"]) b.disk.flip(`${copy}.000001`, 60);
		};
		await sell(b, 1_000);
		flipRecord();
		expect((await b.terminal.selfCheck("full")).blocking).toEqual(["journal"]);
		const refused = { status: "declined", reason: "the self-check failed: journal" };
		expect((await b.terminal.selfCheck("start")).blocking).toEqual([]);
		expect(await b.sale(1_000)).toMatchObject(refused);
		flipRecord(); // a journal without a checkpoint reads this record at a start
		b.restart();
		flipRecord();
		expect((await b.terminal.selfCheck("start")).blocking).toEqual([]);
		expect(await b.sale(1_000)).toMatchObject(refused);
		b.tamper.cause = "case";
		await b.terminal.selfCheck("start");
		expect(b.terminal.monitor.incidents.state.open).toMatchObject([{ detail: "journal tamper" }]);
		b.tamper.cause = undefined;
		await b.terminal.selfCheck("start");
		expect(await b.sale(1_000)).toMatchObject(refused);
		flipRecord();
		expect(await sell(b, 1_000)).toEqual(["approved"]);
		expect(logged(b).map(event => event.type)).toEqual(["opened", "opened", "factor"]);
		expect(b.terminal.monitor.incidents.state.open).toEqual([]);
	});

	test("is made at power-on", async () => {
		const b = watchingFor(BUILT_IN_RULES);
		const running = b.terminal.run();
		await expect.poll(() => b.screenNames().includes("idle")).toBe(true);
		expect(b.terminal.monitor.lastCheck?.blocking).toEqual([]);
		b.terminal.stop();
		b.pressKey("cancel");
		await running;
	});
});

describe("a supervisor locks a terminal", () => {
	test("that has no desk, until a supervisor lets it sell again", async () => {
		const b = watchingFor(BUILT_IN_RULES);
		new Attendant(b);
		expect(await b.terminal.lock()).toEqual({ done: true, reason: "locked: a supervisor lets it sell again" });
		expect(logged(b)).toEqual([{ type: "opened", cause: "localLock", by: "supervisor", detail: "from the menu" }]);
		b.restart();
		expect(b.terminal.monitor.incidents.state.open).toMatchObject([
			{ cause: "localLock", missing: ["supervisor", "merchant"] },
		]);
		const attendant = new Attendant(b);
		expect(await sell(b, 1_000)).toEqual(["approved"]);
		expect(attendant.asked).toBe(1); // without a desk the passcode stands in for the merchant's card, once for both
		expect(b.terminal.monitor.incidents.state.open).toEqual([]);
	});

	test("not without one", async () => {
		const b = watchingFor(BUILT_IN_RULES);
		new Attendant(b, { passcodes: ["9999", "cancel"] });
		expect(await b.terminal.lock()).toMatchObject({ done: false });
		expect(b.terminal.monitor.incidents.state.open).toEqual([]);
	});
});

describe("the bank is to hear", () => {
	const told = (b: SaleBench) =>
		b.terminal.monitor.notices.waiting.map(({ body }) => ("alert" in body ? body.alert : ""));

	test("of a journal that was repaired from its second copy", async () => {
		const b = watchingFor(undefined);
		await sell(b, 1_000);
		b.removeCard();
		const name = "journal.000001";
		const damaged = b.disk.read(name, 0, b.disk.size(name)!);
		damaged[damaged.length >> 1]! ^= 1;
		b.disk.replace(name, damaged);
		b.restart();
		b.terminal.journal.verify();
		expect(told(b)).toContain("journalRepaired");
	});

	test("of a self-check that blocks sales: when it begins, and again when it comes back", async () => {
		const b = watchingFor(undefined);
		const check = async (cause: "case" | undefined, scope: "start" | "full") => {
			b.tamper.cause = cause;
			await b.terminal.selfCheck(scope);
			return told(b).filter(each => each === "selfCheckFailed").length;
		};
		expect(await check(undefined, "full")).toBe(0);
		expect([await check("case", "start"), await check("case", "full")]).toEqual([1, 1]);
		const alert = b.terminal.monitor.notices.next;
		expect(alert).toMatchObject({ kind: "alert", body: { alert: "selfCheckFailed", text: "tamper" } });
		expect([await check(undefined, "start"), await check("case", "start")]).toEqual([1, 2]);
		// What was found goes along, each time.
		expect(b.terminal.monitor.notices.waiting.filter(({ kind }) => kind === "checkReport")).toHaveLength(5);
	});

	test("of a storage without room, whoever was at work; and once", async () => {
		const b = watchingFor(undefined);
		await sell(b, 1_000);
		expect(told(b)).toEqual([]);
		const used = () => b.disk.names().reduce((sum, name) => sum + b.disk.size(name)!, 0);
		b.disk.remove("journal.reserve");
		b.disk.capacityBytes = used() + 20_000;
		for (let turn = 0; turn < 2; turn++) {
			await b.terminal.serve({ service: "echo" });
			expect(told(b)).toEqual(["storageFull"]);
		}
		const { next } = b.terminal.monitor.notices;
		expect(next?.body).toMatchObject({ text: expect.stringContaining("the storage is full; settle") });
		b.removeCard();
		expect(await b.sale(1_000)).toMatchObject({ status: "declined", name: undefined });
		b.disk.capacityBytes = Number.POSITIVE_INFINITY;
		await b.terminal.serve({ service: "echo" });
		expect(told(b)).toEqual(["storageFull"]);
		b.disk.remove("journal.reserve");
		b.disk.capacityBytes = used() + 20_000;
		await b.terminal.serve({ service: "echo" });
		expect(told(b)).toEqual(["storageFull", "storageFull"]);
	});

	test("of a fault that ends the terminal's work", async () => {
		const b = watchingFor(undefined);
		b.onScreen = screen => {
			if (screen.name === "idle") throw new Error("the display is gone");
		};
		await expect(b.terminal.run()).rejects.toThrow("the display is gone");
		expect(told(b)).toContain("fault");
	});
});
