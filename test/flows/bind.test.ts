import { beforeAll, describe, expect, test } from "vitest";
import { TEST_MERCHANT } from "../../sim/world/merchant.js";
import { screenText } from "../../src/display/screen.js";
import { Attendant } from "./attendant.js";
import type { BenchOptions } from "./bench.js";
import { BindWorld, type BindWorldOptions } from "./bindWorld.js";
import { makeSaleWorld } from "./saleWorld.js";

let cards: Record<string, Omit<BenchOptions, "crypto">>;
beforeAll(async () => {
	cards = await makeSaleWorld("unionpay-online-pin", "cda", "no-cvm");
});

const worldOf = (options: BindWorldOptions = {}, card = "unionpay-online-pin") => {
	const w = new BindWorld(cards[card]!, options);
	new Attendant(w.bench);
	return w;
};

test("from manufacture: no sale, and the reason is that there is no binding", async () => {
	const { bench } = worldOf();
	expect(await bench.sale(100)).toMatchObject({ outcome: "notAccepted", reason: "notBound", online: false });
	expect(screenText(bench.screens.at(-1)!)).toContain("Not bound to a merchant");
	expect(bench.entries).toEqual([]);
});

describe.each(["unionpay-online-pin", "cda"])("the ceremony with the card %s", card => {
	test("binds, shows the terms, and then the terminal sells", async () => {
		const w = worldOf({}, card);
		const { bench } = w;
		expect(await bench.terminal.bind(w.code())).toMatchObject({ done: true, code: "bound" });
		const shown = screenText(bench.screens.find(({ name }) => name === "confirm")!);
		for (const text of [TEST_MERCHANT.name, TEST_MERCHANT.merchantId, "TEST-LICENCE-1", "0.6 %", "622126*********"])
			expect(shown).toContain(text);
		bench.removeCard();
		expect(await bench.sale(100)).toMatchObject({ outcome: "approved" });
		bench.removeCard();
		bench.restart();
		expect(bench.terminal.bindingProblem).toBeUndefined();
		expect(await bench.sale(100)).toMatchObject({ outcome: "approved" });
	});
});
