import { join } from "node:path";
import { expect, test } from "vitest";
import { TEST_SUPERVISOR_PASSCODE } from "../../sim/world/merchant.js";
import { ARTEFACTS, openPanel } from "./openPanel.js";

const CARD = "unionpay-debit";
const panel = openPanel();
const { press, screenSays, clickCard } = panel;

const receipts = () => panel.page.locator("#receipts li");
const paperIsDrawn = () =>
	expect
		.poll(() =>
			panel.page.locator("#paper").evaluate(image => (image as unknown as { naturalWidth: number }).naturalWidth),
		)
		.toBe(432);

/** One sale of so many cents, card in and out. */
async function sell(digits: string): Promise<void> {
	await press(...digits, "Enter");
	await screenSays("Insert card");
	await clickCard(CARD);
	await screenSays("UNIONPAY");
	await press("Enter");
	await screenSays("密码"); // the card prefers Chinese
	await press("1", "2", "3", "4", "Enter");
}

test("a sale prints two receipts; the menu voids it with the supervisor's passcode", async () => {
	await sell("1590");
	await screenSays("交易成功");
	await expect.poll(() => receipts().count()).toBe(2);
	await paperIsDrawn();
	await panel.page.screenshot({ path: join(ARTEFACTS, "printed.png") });
	await clickCard(CARD); // takes the card out
	await screenSays("Welcome");

	await press("Down");
	await screenSays("Void");
	await press("Enter");
	await screenSays("nvoice");
	await press("1", "Enter");
	await screenSays("15.90");
	await press("Enter");
	await screenSays("asscode");
	await press(...TEST_SUPERVISOR_PASSCODE);
	expect(panel.world.screenText()).not.toContain(TEST_SUPERVISOR_PASSCODE);
	await press("Enter");
	await expect.poll(() => receipts().count(), { timeout: 15_000 }).toBe(4);
	await screenSays("Welcome");
	await paperIsDrawn();
	await panel.page.waitForTimeout(900); // the paper has come out
	await panel.page.screenshot({ path: join(ARTEFACTS, "void.png") });

	const rows = await panel.bank.ledger();
	expect(rows.filter(({ amountMinor }) => amountMinor === 1590)).toHaveLength(2); // to the merchant, and back
	const text = await (await panel.page.request.get(`${panel.url}receipts/4.txt`)).text();
	expect(text).toContain("Cardholder copy");
	expect(text).toMatch(/^TOTAL +¥15\.90$/m);
	const picture = await panel.page.request.get(`${panel.url}receipts/4.png`);
	expect([picture.status(), picture.headers()["content-type"]]).toEqual([200, "image/png"]);
	expect((await panel.page.request.get(`${panel.url}receipts/99.png`)).status()).toBe(404);
});

test("without paper nothing is printed and the sale stands; the bank is told from the panel what to answer", async () => {
	await panel.page.getByRole("button", { name: "Paper out" }).click();
	await expect.poll(() => panel.world.printer.state).toBe("noPaper");
	await panel.page.locator("#bankSwitches summary").click();
	await panel.page.locator("#bankOrder").selectOption("insufficient funds");
	await panel.page.locator("#bankForm button").click();
	await expect.poll(() => panel.page.locator("#bankArmed").textContent()).toContain("insufficient funds");
	await sell("700");
	await expect
		.poll(() => panel.world.log.some(({ text }) => text.includes("bank answered 51")), { timeout: 15_000 })
		.toBe(true);
	await expect.poll(() => panel.page.locator("#bankArmed").textContent()).toBe("");
	await clickCard(CARD);
	await screenSays("Welcome");
	await sell("800");
	await expect
		.poll(() => panel.world.log.some(({ text }) => text.includes("no paper")), { timeout: 15_000 })
		.toBe(true);
	expect(panel.world.terminal.journal.last()).toMatchObject({ amountMinor: 800, state: "approved" });
	expect(await receipts().count()).toBe(4);
	await clickCard(CARD);
});
