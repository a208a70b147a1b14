import { existsSync, mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { type BrowserContext, chromium, type Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from "vitest";
import { type FrontPanel, startFrontPanel } from "../../../sim/web/frontPanel.js";
import { TestWorld } from "./testWorld.js";

const CHROMIUM = "/usr/bin/chromium";
const pictures = fileURLToPath(new URL("../../../artefacts/panel/", import.meta.url));

// A browser on a busy machine takes its time.
vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

const profile = mkdtempSync(join(tmpdir(), "kassa-chromium-"));
let browser: BrowserContext;
let world: TestWorld;
let panel: FrontPanel;
let page: Page;
let faults: string[];

beforeAll(async () => {
	if (!existsSync(CHROMIUM)) throw new Error(`these tests need ${CHROMIUM}`);
	browser = await chromium.launchPersistentContext(profile, {
		executablePath: CHROMIUM,
		headless: true,
		args: ["--no-sandbox", "--disable-gpu", "--disable-background-networking"],
		viewport: { width: 1280, height: 800 },
	});
});
afterAll(async () => {
	await browser?.close();
	rmSync(profile, { recursive: true, force: true });
});

beforeEach(async () => {
	world = new TestWorld();
	panel = await startFrontPanel({ port: 0, host: "127.0.0.1", world });
	page = await browser.newPage();
	faults = [];
	page.on("pageerror", error => faults.push(String(error)));
	page.on("console", message => {
		if (message.type() === "error") faults.push(message.text());
	});
	await page.goto(panel.url);
	await page.getByText("Connected").waitFor();
});
afterEach(async () => {
	await page.close();
	await panel.close();
	expect(faults).toEqual([]);
});

function eventually<T>(value: () => T) {
	return expect.poll(value, { timeout: 10_000 });
}

/** The framebuffer as the canvas shows it: the middle of each enlarged pixel as RGB 5-6-5. */
function shown(): Promise<number[]> {
	return page.evaluate(`(() => {
		const canvas = document.getElementById("screen");
		const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
		const pixels = [];
		for (let y = 0; y < 240; y++)
			for (let x = 0; x < 320; x++) {
				const at = 4 * ((3 * y + 1) * canvas.width + 3 * x + 1);
				pixels.push(((data[at] >> 3) << 11) | ((data[at + 1] >> 2) << 5) | (data[at + 2] >> 3));
			}
		return pixels;
	})()`) as Promise<number[]>;
}

function framebuffer(): number[] {
	const { frame } = world.display;
	return Array.from({ length: 320 * 240 }, (_, i) => frame[2 * i]! | (frame[2 * i + 1]! << 8));
}

async function sameAsFramebuffer(): Promise<boolean> {
	const pixels = await shown();
	return framebuffer().every((pixel, i) => pixel === pixels[i]);
}

test("the canvas shows the framebuffer, pixel for pixel, and follows it", async () => {
	await eventually(sameAsFramebuffer).toBe(true);
	world.askPin(4);
	await eventually(sameAsFramebuffer).toBe(true);
	await eventually(() => page.locator("#screenText").textContent()).toContain("Enter PIN\n●●●●\n");
});

test("every key by mouse, under its accessible name", async () => {
	const names = ["1", "2", "3", "4", "5", "6", "7", "8", "9", "0", "Up", "Down", "Clear", "Enter", "Cancel"];
	for (const name of names) await page.getByRole("button", { name, exact: true }).click();
	await eventually(() => world.pressed).toEqual(names.map(name => name.toLowerCase()));
});

test("every key by keyboard, also after a click on another key", async () => {
	await page.getByRole("button", { name: "5", exact: true }).click();
	for (const key of ["0", "9", "ArrowUp", "ArrowDown", "Backspace", "Enter", "Escape", "x", "F2"])
		await page.keyboard.press(key);
	await eventually(() => world.pressed).toEqual(["5", "0", "9", "up", "down", "clear", "enter", "cancel"]);
	await page.getByLabel("Filter the log").click();
	await page.keyboard.type("12i");
	await page.waitForTimeout(100);
	expect(world.pressed.length).toBe(8);
	expect(world.inserted()).toBeUndefined();
});

test("cards go in and out by click and by the letter i", async () => {
	const visa = page.getByRole("button", { name: /^Visa Credit/ });
	await visa.click();
	await eventually(() => world.inserted()).toBe("offlinePin");
	await eventually(() => visa.getAttribute("aria-pressed")).toBe("true");
	await page.getByRole("button", { name: "Remove Visa Credit" }).click();
	await eventually(() => world.inserted()).toBeUndefined();
	await eventually(() => visa.getAttribute("aria-pressed")).toBe("false");
	await page.keyboard.press("i");
	await eventually(() => world.inserted()).toBe("offlinePin");
	const mastercard = page.getByRole("button", { name: /^Mastercard/ });
	await mastercard.click();
	await eventually(() => world.inserted()).toBe("insufficient");
	await eventually(() => mastercard.getAttribute("aria-pressed")).toBe("true");
	await mastercard.click();
	await eventually(() => world.inserted()).toBeUndefined();
});

test("the case is opened with a button", async () => {
	await page.locator("summary", { hasText: "Case" }).click();
	await page.getByRole("button", { name: "Open the case" }).click();
	await eventually(() => world.opened).toBe(1);
});

test("training begins with a button", async () => {
	await page.locator("summary", { hasText: "Training" }).click();
	await page.getByRole("button", { name: "Train", exact: true }).click();
	await eventually(() => world.trained).toBe(1);
});

test("a word finds the cards that have it, in their groups", async () => {
	const shownCards = () => page.locator(".galleryCard:visible strong").allTextContents();
	expect((await shownCards()).length).toBe(8);
	await page.getByLabel("Find a card").fill("pin card");
	await eventually(shownCards).toEqual([]);
	expect(await page.getByText("No card is like that.").isVisible()).toBe(true);
	await page.getByLabel("Find a card").fill("PIN 1234");
	await eventually(shownCards).toEqual(["UnionPay Debit"]);
	await page.getByLabel("Find a card").fill("faulty");
	await eventually(shownCards).toEqual(["PIN blocked", "Mute card", "Slow bank"]);
	expect(await page.locator(".cardGroup:visible h3").allTextContents()).toEqual(["Faulty"]);
	await page.getByLabel("Find a card").fill("");
	await eventually(async () => (await shownCards()).length).toBe(8);
	expect(world.pressed).toEqual([]);
});

test("faults are armed one after the other and disarmed one by one; a wrong one stays to be mended", async () => {
	await page.getByText("Faults").click();
	const field = page.getByLabel("Fault", { exact: true });
	const arm = async (text: string) => {
		await field.fill(text);
		await field.press("Enter");
	};
	await arm("pull:apdu=7");
	await eventually(() => world.faults()).toMatchObject([{ fault: "pull", apdu: 7 }]);
	await eventually(() => field.inputValue()).toBe("");
	await arm("fuzz:tag=9F26");
	await eventually(() => page.locator("#error").textContent()).toContain("give it as fuzz:tag=9F26,offset=0,value=FF");
	expect(await field.inputValue()).toBe("fuzz:tag=9F26");
	expect(await page.locator("#faultMeaning").textContent()).toContain("The card gives a data object other bytes");
	await arm("fuzz:tag=9F26,value=FF");
	await eventually(() => world.faults().length).toBe(2);
	await page.getByRole("button", { name: "Disarm pull:apdu=7" }).click();
	await eventually(() => world.faults()).toMatchObject([{ fault: "fuzz", tag: "9F26", value: "FF" }]);
	expect(world.pressed).toEqual([]);
});

test("the log shows each source in its tab, filters, and keeps markup as text", async () => {
	world.write("card", "→ 00 A4 04 00 0E 31 50 41 59");
	world.write("host", "0200 sale STAN 000017");
	world.write("journal", "<b>pending</b> 17");
	world.write("terminal", "card inserted");
	const lines = page.locator("#lines .entry:visible .text");
	await eventually(() => lines.count()).toBe(4);
	await page.getByRole("tab", { name: "APDUs" }).click();
	expect(await lines.allTextContents()).toEqual(["→ 00 A4 04 00 0E 31 50 41 59"]);
	await page.getByRole("tab", { name: "Journal" }).click();
	expect(await lines.allTextContents()).toEqual(["<b>pending</b> 17"]);
	await page.getByRole("tab", { name: "All" }).click();
	await page.getByLabel("Filter the log").fill("stan 0");
	expect(await lines.allTextContents()).toEqual(["0200 sale STAN 000017"]);
	world.write("host", "0210 STAN 000017");
	await eventually(() => lines.count()).toBe(2);
});

test("the newest entry stays in view until the reader scrolls up", async () => {
	for (let i = 0; i < 200; i++) world.write("card", `entry ${i}`);
	const list = page.locator("#lines");
	const distance = () => list.evaluate(e => e.scrollHeight - e.scrollTop - e.clientHeight);
	await eventually(() => list.locator(".entry").count()).toBe(200);
	expect(await distance()).toBeLessThan(2);
	await list.evaluate(e => {
		e.scrollTop = 0;
	});
	world.write("card", "late");
	await eventually(() => list.locator(".entry").count()).toBe(201);
	expect(await list.evaluate(e => e.scrollTop)).toBe(0);
});

test("the panel fits 1280 by 800 without scrolling, and 800 wide without scrolling sideways", async () => {
	mkdirSync(pictures, { recursive: true });
	for (let i = 0; i < 8; i++) world.write("terminal", "ready");
	sampleLog();
	world.pressKey("1");
	for (const key of ["2", "8", "5", "0"] as const) world.pressKey(key);
	world.insertCard("approved");
	await page.getByRole("button", { name: "Remove UnionPay Debit" }).waitFor();
	await page.waitForTimeout(500);
	for (const colorScheme of ["light", "dark"] as const) {
		await page.emulateMedia({ colorScheme });
		await page.screenshot({ path: join(pictures, `1280x800.${colorScheme}.png`) });
	}
	const overflow = () =>
		page.evaluate(
			"[document.documentElement.scrollWidth - innerWidth, document.documentElement.scrollHeight - innerHeight]",
		) as Promise<[number, number]>;
	expect(await overflow()).toEqual([0, 0]);
	for (const [width, height] of [
		[800, 900],
		[390, 844],
	] as const) {
		await page.setViewportSize({ width, height });
		await page.screenshot({ path: join(pictures, `${width}x${height}.png`) });
		expect((await overflow())[0]).toBeLessThanOrEqual(0);
	}
});

test("the page says so when the terminal stops, and joins again by itself", async () => {
	const { port } = new URL(panel.url);
	await panel.close();
	await page.getByText("Terminal is off, trying again").waitFor();
	panel = await startFrontPanel({ port: Number(port), host: "127.0.0.1", world });
	await page.getByText("Connected", { exact: true }).waitFor({ timeout: 5000 });
	world.askPin(2);
	await eventually(sameAsFramebuffer).toBe(true);
	faults = faults.filter(fault => !fault.includes("ERR_CONNECTION_REFUSED"));
});

function sampleLog(): void {
	world.write("card", "→ 00 A4 04 00 0E 31 50 41 59 2E 53 59 53 2E 44 44 46 30 31 00");
	world.write(
		"card",
		"← 6F 20 84 0E 31 50 41 59 2E 53 59 53 2E 44 44 46 30 31 A5 0E 88 01 01 5F 2D 04 7A 68 65 6E 9F 11 01 01 90 00",
	);
	world.write("journal", "open STAN 000017 sale ¥128.50");
	world.write("host", "→ 0200 processingCode 000000 amount 12850 STAN 000017 iccData 131 bytes mac 3F2A91C0");
	world.write("host", "← 0210 responseCode 00 authorisationCode A83127 mac verified");
	world.write("journal", "done STAN 000017 approved");
}
