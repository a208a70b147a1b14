import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { MemoryDisplay } from "../../sim/world/memoryDisplay.js";
import { displayPng } from "../../sim/world/png.js";
import { FONTS } from "../../src/display/font.generated.js";
import { hasGlyph, measureText } from "../../src/display/font.js";
import { CONTENT_WIDTH, screen } from "../../src/display/layout.js";
import { type Language, message } from "../../src/display/messages.js";
import { render } from "../../src/display/render.js";
import type { Screen } from "../../src/display/screen.js";
import { LESSON_IDS, type Step, type Words } from "../../src/training/lesson.js";
import { lessonLines, lessonPage, MOST_LESSON_LINES } from "../../src/training/lessonScreens.js";
import { isLessonId, LESSONS, lessonOf } from "../../src/training/lessons.js";
import { BANNER_HEIGHT, TRAINING_BANNER, TrainingDisplay } from "../../src/training/trainingDisplay.js";
import { gallery } from "../display/gallery.js";

const LANGUAGES: readonly Language[] = ["en", "zh"];
/** RECORD_SCREENS=1 writes the hashes anew and a picture of each screen to artefacts/screens/. */
const recording = process.env.RECORD_SCREENS === "1";
const hashesFile = new URL("training.hashes.json", import.meta.url);
const picturesFolder = new URL("../../artefacts/screens/", import.meta.url);

/** The pages of a step, each as its texts. */
function pagesOf(step: Step): Words[][] {
	if (step.kind === "read") return [[step.text]];
	if (step.kind === "do") return [[step.text], [step.hint]];
	return [[step.question, ...step.choices], [step.why]];
}

const everyPage = LANGUAGES.flatMap(language =>
	LESSONS.flatMap(({ id, title, steps }) =>
		steps.flatMap((step, i) =>
			pagesOf(step).map((texts, n) => ({
				key: `${id}.${i + 1}.${n + 1}.${language}`,
				language,
				title,
				place: `${i + 1}/${steps.length}`,
				texts: texts.map((words, row) => (row ? `${row}  ` : "") + words[language].replace("{invoice}", "123456")),
			})),
		),
	),
);

function drawn(shown: Screen): MemoryDisplay {
	const live = new MemoryDisplay();
	const display = new TrainingDisplay(live);
	display.isOpen = true;
	render(display, shown);
	return live;
}

test("lessons stand in the order of their ids, with checks, and each question has one right answer among its choices", () => {
	expect(LESSONS.map(({ id }) => id)).toEqual(LESSON_IDS);
	for (const id of LESSON_IDS) expect(lessonOf(id).id).toBe(id);
	expect(isLessonId("firstSale")).toBe(true);
	expect(isLessonId("toString")).toBe(false);
	for (const { steps } of LESSONS) {
		expect(steps.filter(({ kind }) => kind !== "read").length).toBeGreaterThan(0);
		for (const step of steps)
			if (step.kind === "ask") {
				expect(step.choices.length).toBeGreaterThan(1);
				expect(step.choices[step.right]).toBeDefined();
			}
	}
	expect(LESSONS.filter(({ isDrill }) => isDrill).map(({ id }) => id)).toEqual(["lock", "tamper", "phishingCall"]);
});

test.each(everyPage)("page $key fits, and the font has its characters", ({ title, place, texts, language }) => {
	const lines = lessonLines(texts);
	expect(lines.length).toBeLessThanOrEqual(MOST_LESSON_LINES);
	for (const line of lines) expect(measureText(FONTS.small, line), line).toBeLessThanOrEqual(CONTENT_WIDTH);
	for (const character of lines.join(""))
		expect(hasGlyph(FONTS.small, character.codePointAt(0)!), character).toBe(true);
	expect(measureText(FONTS.text, `${message(title, language)} ${place}`)).toBeLessThanOrEqual(CONTENT_WIDTH);
});

test("every page looks as it was recorded, and so do screens of the firmware below the banner", () => {
	const hashes: Record<string, string> = {};
	if (recording) mkdirSync(picturesFolder, { recursive: true });
	const pages = everyPage.map(({ key, title, place, texts, language }) => [
		key,
		lessonPage(title, place, texts, language),
	]);
	const screens = LANGUAGES.flatMap(language => {
		const all = gallery(language);
		return (["approved", "declined", "enterPin", "idle"] as const).map(name => [`${name}.${language}`, all[name]!]);
	});
	for (const [key, shown] of [...pages, ...screens] as [string, Screen][]) {
		const display = drawn(shown);
		hashes[key] = createHash("sha256").update(display.frame).digest("hex").slice(0, 32);
		if (recording) writeFileSync(new URL(`training.${key}.png`, picturesFolder), displayPng(display));
	}
	if (recording) writeFileSync(hashesFile, `${JSON.stringify(hashes, null, "\t")}\n`);
	expect(hashes).toEqual(JSON.parse(readFileSync(hashesFile, "utf8")));
});

describe("the display of a training", () => {
	const rows = (display: MemoryDisplay) =>
		Array.from({ length: 240 }, (_, y) => Buffer.from(display.frame.subarray(y * 640, (y + 1) * 640)).toString("hex"));
	const inOrderWithoutRepeats = (lines: readonly string[]) => lines.filter((line, i) => line !== lines[i - 1]);

	test("leaves out nothing but rows that are the same as the one above", () => {
		for (const language of LANGUAGES)
			for (const [name, shown] of Object.entries(gallery(language))) {
				const plain = new MemoryDisplay();
				render(plain, shown);
				const below = rows(drawn(shown)).slice(BANNER_HEIGHT);
				expect(inOrderWithoutRepeats(below), name).toEqual(inOrderWithoutRepeats(rows(plain)));
			}
	});

	test("still has its banner where no row is like another", () => {
		const live = new MemoryDisplay();
		const display = new TrainingDisplay(live);
		display.isOpen = true;
		display.begin(0, 0, 320, 240);
		for (let y = 0; y < 240; y++) display.send(new Uint8Array(640).fill(y));
		display.end();
		const banner = rows(drawn(screen("idle"))).slice(0, BANNER_HEIGHT);
		expect(rows(live).slice(0, BANNER_HEIGHT)).toEqual(banner);
		expect(live.frame[BANNER_HEIGHT * 640]).toBe(0);
		expect(live.frame.at(-1)).toBe(219);
	});

	test("draws whole screens only, nothing while it is closed, and its banner fits", () => {
		const live = new MemoryDisplay();
		const display = new TrainingDisplay(live);
		expect(() => display.begin(0, 10, 320, 20)).toThrow(RangeError);
		let frames = 0;
		live.onFrame = () => frames++;
		render(display, screen("idle"));
		expect(frames).toBe(0);
		expect(measureText(FONTS.small, TRAINING_BANNER)).toBeLessThanOrEqual(CONTENT_WIDTH);
	});
});
