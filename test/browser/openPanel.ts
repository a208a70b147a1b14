import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { chromium, type Page } from "playwright-core";
import { afterAll, beforeAll, expect } from "vitest";
import { type RunningBank, startBank } from "../../sim/bank/startBank.js";
import { startFrontPanel } from "../../sim/web/frontPanel.js";
import { PanelTerminal } from "../../sim/world/panelTerminal.js";
import { StateFolder } from "../../sim/world/stateFolder.js";
import { openTestWorld } from "../../sim/world/testWorld.js";
import type { RuleSet } from "../../src/monitor/rule.js";

/** Pictures and logs that a run leaves for people to look at. */
export const ARTEFACTS = new URL("../../artefacts/browser/", import.meta.url).pathname;

export interface OpenPanel {
	bank: RunningBank;
	/** The terminal behind the panel. */
	world: PanelTerminal;
	page: Page;
	url: string;
	/** Clicks the panel's keys by their names. */
	press(...names: string[]): Promise<void>;
	/** Waits until the terminal's display says it. */
	screenSays(text: string): Promise<void>;
	/** Clicks a card of the gallery: puts it in, or takes it out. */
	clickCard(name: string): Promise<void>;
}

/**
 * A fresh world with bank, terminal, front panel and Chromium for the tests of one file, filled in before the first of them.
 * @param factory the terminal as from manufacture
 * @param monitoring what it watches for; nothing when absent
 */
export function openPanel({
	factory = false,
	monitoring,
}: {
	readonly factory?: boolean;
	readonly monitoring?: RuleSet;
} = {}): OpenPanel {
	const closing: (() => unknown)[] = [];
	const panel = {
		async press(...names: string[]) {
			for (const name of names) await panel.page.getByRole("button", { name, exact: true }).click();
		},
		screenSays: text => expect.poll(() => panel.world.screenText(), { timeout: 15_000 }).toContain(text),
		clickCard: name => panel.page.locator(`[data-name='${name}']`).click(),
	} as OpenPanel;

	beforeAll(async () => {
		mkdirSync(ARTEFACTS, { recursive: true });
		const folder = mkdtempSync(join(tmpdir(), "kassa-browser-"));
		closing.push(() => rmSync(folder, { recursive: true, force: true }));
		const state = new StateFolder(join(folder, "state"));
		await openTestWorld(state, false, undefined, factory ? [] : ["panel"]);
		panel.bank = await startBank(state.at("bank/config.json"));
		closing.push(() => panel.bank.stop());
		panel.world = new PanelTerminal(state, panel.bank, () => {}, {
			askBank: panel.bank.ask,
			name: factory ? "factory" : "panel",
			monitoring,
		});
		const served = await startFrontPanel({ port: 0, host: "127.0.0.1", world: panel.world });
		panel.url = served.url;
		closing.push(() => served.close());
		void panel.world.terminal.run();
		closing.push(() => panel.world.terminal.stop());
		const browser = await chromium.launch({
			executablePath: "/usr/bin/chromium",
			args: ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-first-run"],
		});
		closing.push(() => browser.close());
		panel.page = await browser.newPage({ viewport: { width: 1280, height: 800 } });
		await panel.page.goto(served.url);
	});

	afterAll(async () => {
		for (const close of closing.reverse()) await close();
	});
	return panel;
}
