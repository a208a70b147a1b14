import { beforeAll, expect, test } from "vitest";
import { nodeCrypto } from "../../sim/world/nodeCrypto.js";
import { message } from "../../src/display/messages.js";
import { screenText } from "../../src/display/screen.js";
import { Attendant } from "./attendant.js";
import { type BenchOptions, SaleBench } from "./bench.js";
import { makeSaleWorld } from "./saleWorld.js";

/** In the language of the card, or of the merchant where none is asked. */
const TAKE_CARD = new RegExp(`${message("takeCard", "en")}|${message("takeCard", "zh")}`);
let world: Omit<BenchOptions, "crypto">;
beforeAll(async () => {
	world = (await makeSaleWorld("unionpay-credit"))["unionpay-credit"]!;
});

/** A sale, and the outcome that the display shows of what is done to it. */
async function shown(b: SaleBench, invoice: number): Promise<string> {
	const voided = await b.terminal.perform({ operation: "saleVoid", amountMinor: 0, invoice });
	expect(voided.outcome).toBe("approved");
	return screenText(b.screens.filter(({ name }) => name === "approved").at(-1)!);
}

test("the request to take the card is there as long as a card is in the slot, and not without one", async () => {
	const b = new SaleBench({ ...world, crypto: nodeCrypto });
	new Attendant(b);
	const first = await b.sale(1_000);
	expect(screenText(b.screens.at(-1)!)).toMatch(TAKE_CARD);
	expect(await shown(b, first.invoice!)).toMatch(TAKE_CARD);
	b.removeCard();
	const second = await b.sale(1_000);
	b.removeCard();
	const text = await shown(b, second.invoice!);
	expect(text).not.toMatch(TAKE_CARD);
	expect(text).toContain("¥10.00");
});
