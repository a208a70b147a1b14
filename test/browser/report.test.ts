import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { Dice } from "../../sim/monitor/dice.js";
import { FRAUDS } from "../../sim/monitor/frauds.js";
import { honestDay, startOfDay } from "../../sim/monitor/honestDay.js";
import { MERCHANT_KINDS } from "../../sim/monitor/merchantKind.js";
import { fraudulentDay, rulesFor } from "../../sim/monitor/rates.js";
import type { MerchantReport } from "../../sim/web/panelWorld.js";
import { ARTEFACTS, openPanel } from "./openPanel.js";

const DAY_MS = 86_400_000;
const CAFE = MERCHANT_KINDS.find(({ name }) => name === "café")!;
const panel = openPanel({ monitoring: rulesFor(CAFE) });

async function openReport(name: string): Promise<string> {
	const { page, url } = panel;
	await page.goto(`${url}report`);
	await page.locator("body[data-ready=true]").waitFor();
	await page.screenshot({ path: join(ARTEFACTS, `report-${name}.png`), fullPage: true });
	return page.locator("main").innerText();
}

/** Does something while the page gets the terminal's report with these members in the place of its own. */
async function withReport<T>(other: Partial<MerchantReport>, work: () => Promise<T>): Promise<T> {
	await panel.page.route("**/report.json", async route => {
		const report = (await (await route.fetch()).json()) as MerchantReport;
		await route.fulfill({ json: { ...report, ...other } });
	});
	try {
		return await work();
	} finally {
		await panel.page.unroute("**/report.json");
	}
}

/** So many days of a café, one of them with a burst of declined cards, up to now. */
function liveThrough(days: number): void {
	const { monitor } = panel.world.terminal;
	const dice = new Dice(7);
	const today = Math.floor((Date.now() - startOfDay(0)) / DAY_MS);
	const fraud = FRAUDS.find(({ rule }) => rule === "cardTesting")!;
	for (let day = today - days; day <= today; day++) {
		const events = day === today - 3 ? fraudulentDay(CAFE, fraud, dice) : honestDay(CAFE, 1, dice);
		for (const { event } of events) {
			const at = event.at + (day - 1) * DAY_MS;
			if (at <= Date.now()) monitor.take({ ...event, at });
		}
	}
}

describe("the report page", () => {
	test("of a terminal at which nothing has happened says so, and shows no empty plots", async () => {
		await panel.page.getByRole("link", { name: "Report" }).click();
		await panel.page.locator("body[data-ready=true]").waitFor();
		const text = await openReport("fresh");
		expect(text).toContain("Nothing has happened at this terminal yet: make a sale, then come back to this page.");
		expect(await panel.page.locator("canvas").count()).toBe(0);
	});

	test("of a terminal that watches for nothing says how it would", async () => {
		const text = await withReport({ isWatching: false }, () => openReport("watchesNothing"));
		expect(text).toContain("start it without --no-monitor, and make a sale");
	});

	test("of the first day is drawn, too", async () => {
		panel.world.terminal.monitor.take({ kind: "sale", at: Date.now(), card: 5, amountMinor: 1_590 });
		const text = await openReport("firstDay");
		expect(text).toContain("Getting to know the business");
		expect(await panel.page.locator("canvas").count()).toBe(6);
	});

	test("of five weeks: score, trend, sales, declines, refunds, causes, self-check, incidents, all against what is usual", async () => {
		panel.world.terminal.monitor.forgetMerchant();
		liveThrough(40);
		await panel.world.terminal.selfCheck("full");
		const text = await openReport("fiveWeeks");
		for (const shown of ["risk score today", "trend of the scores", "Declines and refunds", "Sold and given back"])
			expect(text).toContain(shown);
		const report = (await (await fetch(`${panel.url}report.json`)).json()) as MerchantReport;
		expect(report.days).toHaveLength(35);
		expect(report.usual.payments!.value).toBeGreaterThan(100);
		const bad = report.days.find(({ causes }) => causes.some(({ name }) => name === "cardTesting"))!;
		expect(text).toContain(bad.day);
		expect(text).toContain(report.rules["cardTesting"]!.en);
		expect(report.check!.results.length).toBeGreaterThan(10);
		for (const { title } of report.check!.results) expect(text).toContain(title.en);
		expect(text).toMatch(/^not checked/m);
		expect(text).toContain(`hold: ${report.rules["cardTesting"]!.en}`);
		// Something was drawn into every plot.
		const inked = await panel.page.$$eval("canvas", canvases =>
			canvases.map(each => {
				const { data } = each.getContext("2d")!.getImageData(0, 0, each.width, each.height);
				let drawn = 0;
				for (let i = 3; i < data.length; i += 4) if (data[i]! > 0) drawn++;
				return drawn / (data.length / 4);
			}),
		);
		expect(inked).toHaveLength(6);
		for (const share of inked) expect(share).toBeGreaterThan(0.01);
		await panel.page.setViewportSize({ width: 480, height: 900 });
		await openReport("narrow");
		await panel.page.setViewportSize({ width: 1280, height: 800 });
		await panel.page.emulateMedia({ colorScheme: "dark" });
		await openReport("dark");
		await panel.page.emulateMedia({ colorScheme: "light" });
	});

	test("amounts are in the terminal's currency, with its decimals", async () => {
		const { page, url } = panel;
		const told: string[] = [];
		const currencies = { 156: /^¥[\d,]+\.\d\d$/, 392: /^JP¥[\d,]+$/, 414: /^KD [\d,]+\.\d{3}$/ };
		for (const [currency, written] of Object.entries(currencies)) {
			await withReport({ currency: Number(currency) }, () => openReport(`currency${currency}`));
			const average = page.locator("tr", { hasText: "Average amount" }).first();
			expect(await average.locator("td").nth(1).innerText()).toMatch(written);
			const plot = page.locator("section.plot", { hasText: "Sold and given back" });
			await plot.locator(".u-over").hover();
			const sold = plot.locator(".u-series", { hasText: "sold" }).locator(".u-value");
			await expect.poll(() => sold.innerText()).toMatch(written);
			told.push(await sold.innerText());
		}
		expect(new Set(told.map(text => text.replaceAll(/[^0-9]/g, ""))).size).toBe(1); // the same minor units
		await page.goto(url);
	});

	test("the panel shows keys and case like its other switches", async () => {
		await panel.page.goto(panel.url);
		await panel.page.locator("summary", { hasText: "Keys" }).click();
		await panel.page.locator("summary", { hasText: "Case" }).click();
		expect(await panel.page.locator("details[open]").count()).toBe(1); // the cards keep their room
		await panel.page.screenshot({ path: join(ARTEFACTS, "panelKeysAndCase.png") });
		for (const inside of ["#keyMessage", "#openCase"])
			expect(await panel.page.locator(`details.faults ${inside}`).count(), inside).toBe(1);
		expect(await panel.page.getByRole("button", { name: "Open the case" }).isVisible()).toBe(true);
	});

	test("after the erasure of the keys says that nothing is known any more", async () => {
		panel.world.openCase();
		await panel.page.goto(`${panel.url}report`);
		await expect.poll(() => panel.page.locator("main").innerText()).toContain("The keys of this terminal were erased");
	});
});
