import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { TEST_SUPERVISOR_PASSCODE } from "../../sim/world/merchant.js";
import { ARTEFACTS, openPanel } from "./openPanel.js";

const CARD = "unionpay-debit";
const panel = openPanel();
const { press, screenSays, clickCard } = panel;

test("a person makes a sale by clicking: amount, card, application, PIN, approved, card out", async () => {
	expect(await panel.page.locator("#menuHint").innerText()).toContain(TEST_SUPERVISOR_PASSCODE);
	await press("1", "5", "9", "0", "Enter");
	await screenSays("Insert card");
	await clickCard(CARD);
	await screenSays("UNIONPAY");
	await press("Enter");
	await screenSays("密码"); // the card prefers Chinese
	await press("1", "2", "3", "4");
	expect(panel.world.screenText()).toContain("●●●●");
	expect(panel.world.screenText()).not.toMatch(/1234/);
	await press("Enter");
	await screenSays("交易成功");
	await expect.poll(() => panel.world.log.some(({ text }) => text.includes("closed: approved"))).toBe(true);
	await panel.page.waitForTimeout(300);
	await panel.page.screenshot({ path: join(ARTEFACTS, "approved.png") });
	writeFileSync(join(ARTEFACTS, "log.txt"), panel.world.log.map(({ source, text }) => `${source} ${text}`).join("\n"));
	const rows = await panel.bank.ledger();
	expect(
		rows
			.filter(({ kind }) => kind === "sale")
			.map(({ amountMinor }) => amountMinor)
			.sort(),
	).toEqual([-1590, 1590]);
	await clickCard(CARD); // again: takes the card out
	await screenSays("Welcome");
});
