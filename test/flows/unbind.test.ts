import { beforeAll, describe, expect, test } from "vitest";
import { TEST_TERMINAL_IDS } from "../../sim/world/merchant.js";
import { unionPay } from "../../src/host/profiles/unionPay.js";
import { Attendant } from "./attendant.js";
import type { BenchOptions } from "./bench.js";
import { BindWorld } from "./bindWorld.js";
import { makeSaleWorld, oneRound, withApplication } from "./saleWorld.js";

const CARD = "unionpay-debit";
const SLOTS = ["master", "pin", "mac", "data"];
const POLICY = { mostAmountMinor: 5_000, mostCount: 2, mostTotalMinor: 6_000, offlinePinRequired: false };
/** Nothing but what the card itself wants is a reason to go online. */
const LENIENT = { floorLimitMinor: 50_000, tacOnline: "0000000000", tacDefault: "0000000000", tacDenial: "0000000000" };

let world: Omit<BenchOptions, "crypto">;
beforeAll(async () => {
	const made = (await makeSaleWorld(CARD))[CARD]!;
	const configuration = withApplication(made.configuration, LENIENT, { storeAndForward: POLICY });
	world = { ...made, configuration };
});

/** Bound, with a sale of 100 that the bank has; it may then approve small sales by itself. */
async function bound() {
	const w = new BindWorld(world, { bench: { profile: oneRound(unionPay) } });
	const { bench: b } = w;
	let trouble: "down" | "silent" | undefined;
	b.wrapSocket = socket => ({
		async connect(timeoutMs) {
			if (trouble === "down") throw new Error("the line is down");
			const connection = await socket.connect(timeoutMs);
			return {
				send: bytes => connection.send(bytes),
				receive: async timeoutMs => (trouble === "silent" ? undefined : connection.receive(timeoutMs)),
				close: () => connection.close(),
			};
		},
	});
	new Attendant(b);
	expect(await b.terminal.bind(w.code())).toMatchObject({ done: true });
	b.removeCard();
	expect(await b.sale(100)).toMatchObject({ outcome: "approved", online: true });
	b.removeCard();
	const { subject } = b.terminal.binding.certificate!;
	return {
		...{ w, b },
		/** What is wrong with the line to the host from now on; the desk has one of its own. */
		line(is: "down" | "silent" | "whole") {
			trouble = is === "whole" ? undefined : is;
		},
		owed: () => b.terminal.journal.owed().map(({ kind }) => kind),
		/** Refused: nothing of the binding has changed, on either side, also after a start. */
		expectBound() {
			for (const starts of [false, true]) {
				if (starts) {
					b.restart();
					new Attendant(b);
				}
				expect(b.terminal.bindingProblem).toBeUndefined();
				expect(b.terminal.binding.kept).toMatchObject({ isConfirmed: true });
				expect(b.terminal.binding.kept!.ended).toBeUndefined();
				expect(w.registry.active(TEST_TERMINAL_IDS.commandLine)?.bindingNumber).toBe(subject);
				expect(w.registry.devices.erasures()).toEqual([]);
			}
		},
		async expectUnbinds(merchantMinor: number) {
			expect(await b.terminal.unbind()).toMatchObject({ done: true, erased: SLOTS, isDelivered: true });
			expect(b.terminal.journal.owed()).toEqual([]);
			expect(b.merchantMinor).toBe(merchantMinor);
			expect(w.registry.active(TEST_TERMINAL_IDS.commandLine)).toBeUndefined();
		},
	};
}

const NOTHING_DONE = { done: false, erased: [], certificate: undefined, isDelivered: false };

describe("the end of a binding waits for what the bank must still get:", () => {
	test("a reversal", async () => {
		const a = await bound();
		a.line("silent");
		expect(await a.b.sale(7_000)).toMatchObject({ status: "pending" });
		a.b.removeCard();
		expect(a.owed()).toEqual(["reversal"]);
		expect(a.b.merchantMinor).toBe(7_100);
		for (const trouble of ["silent", "down"] as const) {
			a.line(trouble);
			const reason = "a reversal is owed and the bank does not answer: try again later";
			expect(await a.b.terminal.unbind()).toEqual({ ...NOTHING_DONE, reason });
			expect(a.owed()).toEqual(["reversal"]);
			a.expectBound();
		}
		a.line("whole");
		await a.expectUnbinds(100);
	});

	test("a reversal, after a sign-in whose answer was lost", async () => {
		const a = await bound();
		a.line("silent");
		expect(await a.b.sale(7_000)).toMatchObject({ status: "pending" });
		a.b.removeCard();
		expect(await a.b.terminal.serve({ service: "signIn" })).toMatchObject({ done: false });
		a.line("whole");
		await a.expectUnbinds(100);
	});

	test("an advice", async () => {
		const a = await bound();
		expect(await a.b.sale(2_000)).toMatchObject({ outcome: "approved", online: false });
		a.b.removeCard();
		expect(a.owed()).toEqual(["offlineSale"]);
		for (const trouble of ["silent", "down"] as const) {
			a.line(trouble);
			const reason = "1 messages still wait for the bank: try again later";
			expect(await a.b.terminal.unbind()).toEqual({ ...NOTHING_DONE, reason });
			expect(a.owed()).toEqual(["offlineSale"]);
			a.expectBound();
		}
		a.line("whole");
		await a.expectUnbinds(2_100);
	});

	test.each(["silent", "down"] as const)("a settlement that fails (%s)", async trouble => {
		const a = await bound();
		a.line(trouble);
		const result = await a.b.terminal.unbind();
		expect(result).toEqual({ ...NOTHING_DONE, reason: expect.stringMatching(/^not settled: /) });
		a.expectBound();
		expect(a.b.terminal.journal.batches()).toMatchObject([{ phase: "settling", count: 1 }, { phase: "open" }]);
		a.line("whole");
		await a.expectUnbinds(100);
		expect(a.b.terminal.journal.batches().every(({ phase, count }) => phase === "settled" || count === 0)).toBe(true);
	});

	test("a batch upload that breaks off", async () => {
		const a = await bound();
		a.b.desk.disputeTotals = true;
		let messages = 0;
		const { onAnswer } = a.b.bank;
		a.b.bank.onAnswer = answer => {
			if (++messages === 2) a.line("silent"); // the first was the settlement's
			return answer;
		};
		expect(await a.b.terminal.unbind()).toMatchObject({
			...NOTHING_DONE,
			reason: expect.stringMatching(/^not settled/),
		});
		a.expectBound();
		a.b.bank.onAnswer = onAnswer;
		a.line("whole");
		await a.expectUnbinds(100);
	});
});
