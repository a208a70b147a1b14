import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Browser, chromium, type Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type RunningBank, startBank } from "../../sim/bank/startBank.js";
import { type FrontPanel, startFrontPanel } from "../../sim/web/frontPanel.js";
import { PanelTerminal } from "../../sim/world/panelTerminal.js";
import { StateFolder } from "../../sim/world/stateFolder.js";
import { openTestWorld } from "../../sim/world/testWorld.js";

const folder = mkdtempSync(join(tmpdir(), "kassa-browser-"));
const ARTEFACTS = new URL("../../artefacts/browser/", import.meta.url).pathname;
let bank: RunningBank;
let panel: FrontPanel;
let terminal: PanelTerminal;
let browser: Browser;
let page: Page;

beforeAll(async () => {
	const state = new StateFolder(join(folder, "state"));
	await openTestWorld(state, false);
	bank = await startBank(state.at("bank/config.json"));
	terminal = new PanelTerminal(state, bank.port, () => {});
	panel = await startFrontPanel({ port: 0, host: "127.0.0.1", world: terminal });
	void terminal.terminal.run();
	browser = await chromium.launch({
		executablePath: "/usr/bin/chromium",
		args: ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-first-run"],
	});
	page = await browser.newPage({ viewport: { width: 1280, height: 800 } });
	await page.goto(panel.url);
	mkdirSync(ARTEFACTS, { recursive: true });
});

afterAll(async () => {
	terminal?.terminal.stop();
	await browser?.close();
	await panel?.close();
	await bank?.stop();
	rmSync(folder, { recursive: true, force: true });
});

const screenSays = (text: string) => expect.poll(() => terminal.screenText(), { timeout: 10_000 }).toContain(text);
const press = (name: string) => page.getByRole("button", { name, exact: true }).click();

test("a person makes a sale by clicking: amount, card, application, PIN, approved, card out", async () => {
	for (const key of ["1", "5", "9", "0", "Enter"]) await press(key);
	await screenSays("Insert card");
	await page.locator("[data-name='unionpay-debit']").click();
	await screenSays("UNIONPAY");
	await press("Enter");
	await screenSays("密码"); // the card prefers Chinese
	for (const key of ["1", "2", "3", "4"]) await press(key);
	expect(terminal.screenText()).toContain("●●●●");
	expect(terminal.screenText()).not.toMatch(/1234/);
	await press("Enter");
	await screenSays("交易成功");
	await expect.poll(() => terminal.log.some(({ text }) => text.includes("closed: approved"))).toBe(true);
	await page.waitForTimeout(300);
	await page.screenshot({ path: join(ARTEFACTS, "approved.png") });
	writeFileSync(join(ARTEFACTS, "log.txt"), terminal.log.map(({ source, text }) => `${source} ${text}`).join("\n"));
	const rows = await bank.ledger();
	expect(
		rows
			.filter(({ kind }) => kind === "sale")
			.map(({ amountMinor }) => amountMinor)
			.sort(),
	).toEqual([-1590, 1590]);
	await page.locator("[data-name='unionpay-debit']").click(); // again: takes the card out
	await screenSays("Welcome");
});
