import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Browser, chromium, type Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type RunningBank, startBank } from "../../sim/bank/startBank.js";
import { type FrontPanel, startFrontPanel } from "../../sim/web/frontPanel.js";
import { readConfiguration } from "../../sim/world/configurationFile.js";
import { TEST_SUPERVISOR_PASSCODE } from "../../sim/world/merchant.js";
import { PanelTerminal } from "../../sim/world/panelTerminal.js";
import { StateFolder } from "../../sim/world/stateFolder.js";
import { openTestWorld } from "../../sim/world/testWorld.js";

const folder = mkdtempSync(join(tmpdir(), "kassa-operations-"));
const ARTEFACTS = new URL("../../artefacts/browser/", import.meta.url).pathname;
let bank: RunningBank;
let panel: FrontPanel;
let world: PanelTerminal;
let browser: Browser;
let page: Page;

beforeAll(async () => {
	const state = new StateFolder(join(folder, "state"));
	await openTestWorld(state, false);
	bank = await startBank(state.at("bank/config.json"));
	world = new PanelTerminal(state, bank.port, () => {}, readConfiguration(state, undefined), bank.ask);
	panel = await startFrontPanel({ port: 0, host: "127.0.0.1", world });
	void world.terminal.run();
	browser = await chromium.launch({
		executablePath: "/usr/bin/chromium",
		args: ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-first-run"],
	});
	page = await browser.newPage({ viewport: { width: 1280, height: 800 } });
	await page.goto(panel.url);
	mkdirSync(ARTEFACTS, { recursive: true });
});

afterAll(async () => {
	world?.terminal.stop();
	await browser?.close();
	await panel?.close();
	await bank?.stop();
	rmSync(folder, { recursive: true, force: true });
});

const screenSays = (text: string) => expect.poll(() => world.screenText(), { timeout: 15_000 }).toContain(text);
const press = async (...names: string[]) => {
	for (const name of names) await page.getByRole("button", { name, exact: true }).click();
};
const receipts = () => page.locator("#receipts li");
const paperIsDrawn = () =>
	expect
		.poll(() => page.locator("#paper").evaluate(image => (image as unknown as { naturalWidth: number }).naturalWidth))
		.toBe(432);

/** One sale of so many cents, card in and out. */
async function sell(digits: string): Promise<void> {
	await press(...digits, "Enter");
	await screenSays("Insert card");
	await page.locator("[data-name='unionpay-debit']").click();
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
	await page.screenshot({ path: join(ARTEFACTS, "printed.png") });
	await page.locator("[data-name='unionpay-debit']").click(); // takes the card out
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
	expect(world.screenText()).not.toContain(TEST_SUPERVISOR_PASSCODE);
	await press("Enter");
	await expect.poll(() => receipts().count(), { timeout: 15_000 }).toBe(4);
	await screenSays("Welcome");
	await paperIsDrawn();
	await page.waitForTimeout(900); // the paper has come out
	await page.screenshot({ path: join(ARTEFACTS, "void.png") });

	const rows = await bank.ledger();
	expect(rows.filter(({ amountMinor }) => amountMinor === 1590)).toHaveLength(2); // to the merchant, and back
	const text = await (await page.request.get(`${panel.url}receipts/4.txt`)).text();
	expect(text).toContain("Cardholder copy");
	expect(text).toMatch(/^TOTAL +¥15\.90$/m);
	const picture = await page.request.get(`${panel.url}receipts/4.png`);
	expect([picture.status(), picture.headers()["content-type"]]).toEqual([200, "image/png"]);
	expect((await page.request.get(`${panel.url}receipts/99.png`)).status()).toBe(404);
});

test("without paper nothing is printed and the sale stands; the bank is told from the panel what to answer", async () => {
	await page.getByRole("button", { name: "Paper out" }).click();
	await expect.poll(() => world.printer.state).toBe("noPaper");
	await page.locator("#bankSwitches summary").click();
	await page.locator("#bankOrder").selectOption("insufficient funds");
	await page.locator("#bankForm button").click();
	await expect.poll(() => page.locator("#bankArmed").textContent()).toContain("insufficient funds");
	await sell("700");
	await expect
		.poll(() => world.log.some(({ text }) => text.includes("bank answered 51")), { timeout: 15_000 })
		.toBe(true);
	await expect.poll(() => page.locator("#bankArmed").textContent()).toBe("");
	await page.locator("[data-name='unionpay-debit']").click();
	await screenSays("Welcome");
	await sell("800");
	await expect.poll(() => world.log.some(({ text }) => text.includes("no paper")), { timeout: 15_000 }).toBe(true);
	expect(world.terminal.journal.last()).toMatchObject({ amountMinor: 800, state: "approved" });
	expect(await receipts().count()).toBe(4);
	await page.locator("[data-name='unionpay-debit']").click();
});
