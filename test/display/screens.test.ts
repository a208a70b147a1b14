import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { expect, test } from "vitest";
import { MemoryDisplay } from "../../sim/world/memoryDisplay.js";
import { displayPng } from "../../sim/world/png.js";
import { FONTS } from "../../src/display/font.generated.js";
import { hasGlyph, measureText } from "../../src/display/font.js";
import { HEIGHT, WIDTH } from "../../src/display/layout.js";
import type { Language } from "../../src/display/messages.js";
import { render } from "../../src/display/render.js";
import { screenText } from "../../src/display/screen.js";
import * as screens from "../../src/display/screens.js";
import { gallery } from "./gallery.js";

/** RECORD_SCREENS=1 writes the hashes anew and a picture of each screen to artefacts/screens/. */
const recording = process.env.RECORD_SCREENS === "1";
const hashesFile = new URL("screens.hashes.json", import.meta.url);
const picturesFolder = new URL("../../artefacts/screens/", import.meta.url);
const LANGUAGES: readonly Language[] = ["en", "zh"];
const everyScreen = LANGUAGES.flatMap(language =>
	Object.entries(gallery(language)).map(([name, screen]) => ({ key: `${name}.${language}`, screen })),
);
const money = { amountMinor: 1, currencyCode: 156 };

test("every screen looks as it was recorded", () => {
	const hashes: Record<string, string> = {};
	if (recording) mkdirSync(picturesFolder, { recursive: true });
	for (const { key, screen } of everyScreen) {
		const display = new MemoryDisplay();
		render(display, screen);
		hashes[key] = createHash("sha256").update(display.frame).digest("hex").slice(0, 32);
		if (recording) writeFileSync(new URL(`${key}.png`, picturesFolder), displayPng(display));
	}
	if (recording) writeFileSync(hashesFile, `${JSON.stringify(hashes, null, "\t")}\n`);
	expect(hashes).toEqual(JSON.parse(readFileSync(hashesFile, "utf8")));
});

test("every item lies on the display, every character has a glyph, and only foreign texts need shortening", () => {
	const shortened: string[] = [];
	for (const { key, screen } of everyScreen) {
		for (const item of screen.items) {
			expect(item.x, key).toBeGreaterThanOrEqual(0);
			if (item.kind !== "icon") expect(item.x + item.width, key).toBeLessThanOrEqual(WIDTH);
			if (item.kind === "rectangle") expect(item.y + item.height, key).toBeLessThanOrEqual(HEIGHT);
			if (item.kind !== "text") continue;
			const font = FONTS[item.font];
			expect(item.baseline - font.ascent, `${key} ${item.text}`).toBeGreaterThanOrEqual(0);
			expect(item.baseline + font.descent, `${key} ${item.text}`).toBeLessThanOrEqual(HEIGHT);
			for (const character of item.text) expect(hasGlyph(font, character.codePointAt(0)!), character).toBe(true);
			if (measureText(font, item.text) > item.width) shortened.push(key);
		}
	}
	expect([...new Set(shortened)]).toEqual([
		"idleLongName.en",
		"chooseApplicationScrolled.en",
		"idleLongName.zh",
		"chooseApplicationScrolled.zh",
	]);
});

test("texts of one screen never overlap", () => {
	for (const { key, screen } of everyScreen) {
		const texts = screen.items.filter(item => item.kind === "text");
		for (const [i, a] of texts.entries())
			for (const b of texts.slice(i + 1)) {
				const apart = a.x + a.width <= b.x || b.x + b.width <= a.x;
				// Capitals and Chinese characters reach 0.9 em above the baseline; descenders may share the gap between lines.
				const [upper, lower] = a.baseline < b.baseline ? [a, b] : [b, a];
				const gap = lower.baseline - upper.baseline - (FONTS[lower.font].ascent - 2);
				expect(apart || gap >= 0, `${key}: "${a.text}" and "${b.text}"`).toBe(true);
			}
	}
});

test("the PIN is on the screen as dots only", () => {
	const text = screenText(screens.enterPin({ money, dots: 5, triesLeft: undefined }, "en"));
	expect(text).toBe("Amount\n¥0.01\nEnter PIN\n●●●●●\nCancel\nClear\nEnter");
});

test("the last PIN try is announced, an online PIN shows no count", () => {
	expect(screenText(screens.enterPin({ money, dots: 0, triesLeft: 1 }, "en"))).toContain("Last PIN try");
	expect(screenText(screens.enterPin({ money, dots: 0, triesLeft: 2 }, "en"))).toContain("PIN tries left: 2");
	expect(screenText(screens.enterPin({ money, dots: 0, triesLeft: undefined }, "en"))).not.toContain("tries");
});

test("the selected application stays visible at both ends of a long list", () => {
	const labels = ["A", "B", "C", "D", "E", "F"];
	expect(screenText(screens.chooseApplication(labels, 0, "en"))).toContain("A\nB\nC\nD\nCancel");
	expect(screenText(screens.chooseApplication(labels, 5, "en"))).toContain("C\nD\nE\nF\nCancel");
});

test("an amount of more than 12 digits, or not of digits, is refused", () => {
	expect(() => screens.enterAmount("1234567890123", 156, "en")).toThrow(RangeError);
	expect(() => screens.enterAmount("1a", 156, "en")).toThrow(RangeError);
});

test.each(everyScreen)("the name of $key tells what it is", ({ key, screen }) => {
	expect(key.startsWith(screen.name), screen.name).toBe(true);
});
