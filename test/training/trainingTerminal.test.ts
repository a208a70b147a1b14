import { describe, expect, test } from "vitest";
import { nodeCrypto } from "../../sim/world/nodeCrypto.js";
import type { Order } from "../../src/flows/order.js";
import { generic87 } from "../../src/host/profiles/generic87.js";
import { unionPay } from "../../src/host/profiles/unionPay.js";
import { TrainingBench } from "./trainingBench.js";

describe.each([unionPay, generic87])("a training terminal in the profile $name", profile => {
	test("sells with a card, a PIN and a bank of its own", async () => {
		const bench = new TrainingBench(nodeCrypto, profile);
		const result = await bench.training.terminal.sale(1250);
		expect(result).toMatchObject({ outcome: "approved", online: true, reason: "bank and card approved" });
		expect(result.card?.panMasked).toMatch(/^999999/);
	});

	test("wrong PIN, stolen card, counterfeit card, hostile card and too much money end as in a shop", async () => {
		const bench = new TrainingBench(nodeCrypto, profile);
		const { terminal } = bench.training;
		const answer = async (amountMinor = 1000) => {
			const { outcome, bank } = await terminal.sale(amountMinor);
			bench.training.removeCard();
			return [outcome, bank?.responseCode];
		};
		bench.pins = ["4321"];
		expect(await answer()).toEqual(["declined", "55"]);
		bench.pins = ["1234"];
		expect(await answer(1_000_001)).toEqual(["declined", "51"]);
		bench.card = "stolen";
		expect(await answer()).toEqual(["declined", "43"]);
		bench.card = "counterfeit";
		expect(await answer()).toEqual(["declined", "05"]);
		bench.card = "hostile";
		expect(await answer()).toEqual(["cardError", undefined]);
	});

	test("a card that checks its PIN says how many tries are left", async () => {
		const bench = new TrainingBench(nodeCrypto, profile);
		bench.card = "chipPin";
		bench.pins = ["1111", "1234"];
		expect(await bench.training.terminal.sale(990)).toMatchObject({ outcome: "approved" });
		expect(bench.names).toContain("pinIncorrect");
	});

	test("void, refund and settlement agree with the training bank's count", async () => {
		const bench = new TrainingBench(nodeCrypto, profile);
		const { terminal } = bench.training;
		const first = await terminal.sale(1000);
		bench.training.removeCard();
		const second = await terminal.sale(2500);
		bench.training.removeCard();
		expect(await terminal.perform({ operation: "saleVoid", amountMinor: 0, invoice: first.invoice })).toMatchObject({
			outcome: "approved",
		});
		bench.training.removeCard();
		expect(await terminal.perform({ operation: "refund", amountMinor: 500, invoice: second.invoice })).toMatchObject({
			outcome: "approved",
		});
		bench.training.removeCard();
		const settled = await terminal.serve({ service: "settle" });
		expect(settled).toMatchObject({ done: true });
		expect(bench.log.join("\n")).not.toContain("uploading");
	});

	test("every operation that the profile has can be practised", async () => {
		const bench = new TrainingBench(nodeCrypto, profile);
		const { training } = bench;
		const approved = async (order: Order) => {
			training.removeCard();
			const { outcome, reason, invoice } = await training.terminal.perform(order);
			expect(outcome, `${order.operation}: ${reason}`).toBe("approved");
			return invoice;
		};
		const asked = new Set<string>();
		training.bank.onRequest = operation => asked.add(operation);
		const amountMinor = 1000;
		const sold = await approved({ operation: "sale", amountMinor });
		if (profile.operations.saleWithCashback)
			await approved({ operation: "saleWithCashback", amountMinor, cashbackMinor: 500 });
		if (profile.operations.cash) await approved({ operation: "cash", amountMinor });
		await approved({ operation: "tip", amountMinor: 0, tipMinor: 100, invoice: sold });
		await approved({ operation: "adjust", amountMinor: 900, invoice: sold });
		await approved({ operation: "balance", amountMinor: 0 });
		const held = await approved({ operation: "preAuthorisation", amountMinor });
		if (profile.operations.increment) await approved({ operation: "increment", amountMinor: 200, invoice: held });
		const completed = await approved({ operation: "completion", amountMinor, invoice: held });
		await approved({ operation: "completionVoid", amountMinor: 0, invoice: completed });
		const freed = await approved({ operation: "preAuthorisation", amountMinor });
		await approved({ operation: "preAuthorisationVoid", amountMinor: 0, invoice: freed });
		const taken = await approved({ operation: "preAuthorisation", amountMinor });
		await approved({ operation: "completionAdvice", amountMinor, invoice: taken });
		await approved({ operation: "refund", amountMinor: 300, invoice: sold });
		const other = await approved({ operation: "sale", amountMinor });
		await approved({ operation: "saleVoid", amountMinor: 0, invoice: other });
		for (const service of ["echo", "signIn", "download", "settle", "signOff", "deliver"] as const) {
			const { done, reason } = await training.terminal.serve({ service });
			expect(done, `${service}: ${reason}`).toBe(true);
		}
		expect(await training.terminal.serve({ service: "query", invoice: sold! })).toMatchObject({ done: true });
		expect([...asked]).toEqual(expect.arrayContaining(["sale", "tip", "adjust", "refund", "settlement", "query"]));
		expect([...asked]).not.toContain("batchUpload"); // the totals agreed
	});

	test("a power cut while the bank is asked is made good at the next start", async () => {
		const bench = new TrainingBench(nodeCrypto, profile);
		const asked: string[] = [];
		const done = new Promise<void>(resolve => {
			bench.training.bank.onRequest = (operation, isReversal) => {
				asked.push(`${operation}${isReversal ? " taken back" : ""}`);
				if (operation === "sale" && !isReversal) bench.training.cutPower();
				if (isReversal) resolve();
			};
		});
		void bench.training.terminal.sale(1250);
		while (asked.length === 0) await Promise.resolve();
		bench.training.restart();
		await done;
		expect(asked).toContain("sale taken back");
	});
});
