/**
 * Makes `src/display/font.generated.ts`: the glyphs that the messages use, as anti-aliased bitmaps.
 * Run with `npx tsx tools/font.ts` after a change of the messages, the currencies or the icons. The same input gives
 * the same bytes.
 */
import { copyFileSync, readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";
import opentype, { type PathCommand } from "opentype.js";
import { CURRENCIES } from "../src/display/amount.js";
import type { FontName } from "../src/display/font.js";
import { MESSAGES } from "../src/display/messages.js";
import { type Glyph, icons } from "./icons.js";
import { type Outline, rasterise } from "./rasterise.js";

/** What the screens draw beyond messages and ASCII. */
const SIGNS = "…·↑↓";
const MISSING = "\0";

const SMALL_PIXELS = 16;
const TEXT_PIXELS = 24;
const LARGE_PIXELS = 48;
const ICON_PIXELS = 56;
/** A quadratic or cubic curve becomes this many straight lines: at 48 pixels the error stays below a tenth of a pixel. */
const LINES_PER_CURVE = 8;

const { resolve } = createRequire(import.meta.url);

/** The generated module's text. */
export function fontModule(): string {
	const medium = load(500);
	const every = characters(ascii(), SIGNS, signs(), ...Object.values(MESSAGES).flatMap(({ en, zh }) => [en, zh]));
	const amounts = characters("0123456789.,", signs());
	const fonts = [
		fontSource(
			"small",
			characters(...every, sentences()).map(character => glyph(medium, character, SMALL_PIXELS)),
		),
		fontSource(
			"text",
			every.map(character => glyph(medium, character, TEXT_PIXELS)),
		),
		fontSource(
			"large",
			amounts.map(character => glyph(medium, character, LARGE_PIXELS)),
		),
		fontSource("icon", [glyph(medium, MISSING, ICON_PIXELS), ...icons(ICON_PIXELS)]),
	];
	return `/*
 * Made by tools/font.ts; not to be edited. Glyphs of Noto Sans SC, weight 500, at ${SMALL_PIXELS}, ${TEXT_PIXELS} and ${LARGE_PIXELS} pixels.
 * Copyright: ${medium.names.windows.copyright.en}
 * This Font Software is licensed under the SIL Open Font License, Version 1.1, in font.licence.txt beside this file.
 * The icons are Kassa's own and under its licence.
 *
 * Decoded as the module loads: preloaded on the device, text and bytes lie in flash and take no memory.
 */
import { decodeBase64 } from "./base64.js";
import type { Font, FontName } from "./font.js";

export const FONTS: Readonly<Record<FontName, Font>> = Object.freeze({
${fonts.join("")}});
`;
}

function signs(): string {
	return Object.values(CURRENCIES)
		.map(({ sign }) => sign)
		.join("");
}

function ascii(): string {
	return Array.from({ length: 95 }, (_, i) => String.fromCharCode(32 + i)).join("");
}

/** The empty box of the font, then each character once in the order of code points. */
/** Rules, reports, checks and lessons bring their own sentences, all of them in small letters. */
function sentences(): string {
	const monitor = ["builtInRules", "formatDayReport", "selfCheck", "checks"].map(name => `monitor/${name}`);
	const training = ["lessons/sales", "lessons/incidents", "training", "trainingDisplay", "trainingReport"].map(
		name => `training/${name}`,
	);
	const text = [...monitor, ...training]
		.map(name => readFileSync(new URL(`../src/${name}.ts`, import.meta.url), "utf8"))
		.join("");
	return (text.match(/[\p{Script=Han}：，（）、。？“”—]/gu) ?? []).join("");
}

function characters(...texts: string[]): string[] {
	return [...new Set([MISSING, ...texts.join("")])].sort((a, b) => a.codePointAt(0)! - b.codePointAt(0)!);
}

function load(weight: number) {
	// This file of the family has the Latin letters too.
	const path = resolve(`@fontsource/noto-sans-sc/files/noto-sans-sc-chinese-simplified-${weight}-normal.woff`);
	return opentype.parse(new Uint8Array(readFileSync(path)).buffer);
}

function glyph(font: ReturnType<typeof load>, character: string, pixels: number): Glyph {
	const found = font.charToGlyph(character);
	if (found.index === 0 && character !== MISSING) throw new Error(`the font lacks "${character}"`);
	return {
		codePoint: character.codePointAt(0)!,
		advance: Math.round((found.advanceWidth * pixels) / font.unitsPerEm),
		outlines: flatten(found.getPath(0, 0, pixels).commands),
	};
}

/** Curves become lines; every outline is closed. */
function flatten(commands: readonly PathCommand[]): Outline[] {
	const outlines: Outline[] = [];
	let points: Outline = [];
	for (const command of commands) {
		if (command.type === "Z") continue;
		if (command.type === "M") {
			points = [];
			outlines.push(points);
		}
		const from = points.at(-1) ?? [command.x, command.y];
		const controls: Outline = [from];
		if (command.type === "Q" || command.type === "C") controls.push([command.x1, command.y1]);
		if (command.type === "C") controls.push([command.x2, command.y2]);
		controls.push([command.x, command.y]);
		const lines = controls.length > 2 ? LINES_PER_CURVE : 1;
		for (let i = 1; i <= lines; i++) points.push(bezier(controls, i / lines));
	}
	return outlines;
}

/** The point at `t` of the curve, by de Casteljau's repeated division. */
function bezier(controls: Outline, t: number): [number, number] {
	if (controls.length === 1) return controls[0]!;
	const next: Outline = [];
	for (let i = 1; i < controls.length; i++) {
		const [x0, y0] = controls[i - 1]!;
		const [x1, y1] = controls[i]!;
		next.push([x0 + (x1 - x0) * t, y0 + (y1 - y0) * t]);
	}
	return bezier(next, t);
}

/** One entry of `FONTS`: records and coverage as `Font` in src/display/font.ts lays them out. */
function fontSource(name: FontName, glyphs: readonly Glyph[]): string {
	const records: number[] = [];
	const coverage: number[] = [];
	let ascent = 0;
	let descent = 0;
	for (const { codePoint, advance, outlines } of glyphs) {
		const { left, top, width, height, alpha } = rasterise(outlines);
		const start = coverage.length;
		records.push(codePoint >> 8, codePoint & 255, start >> 16, (start >> 8) & 255, start & 255);
		records.push(width, height, left & 255, top & 255, advance);
		for (let i = 0; i < alpha.length; i += 2) coverage.push((nibble(alpha[i]!) << 4) | nibble(alpha[i + 1] ?? 0));
		ascent = Math.max(ascent, top);
		descent = Math.max(descent, height - top);
	}
	return `	${name}: Object.freeze({
		ascent: ${ascent},
		descent: ${descent},
		records: decodeBase64("${base64(records)}"),
		coverage: decodeBase64("${base64(coverage)}"),
	}),
`;
}

function nibble(alpha: number): number {
	return Math.round(alpha * 15);
}

function base64(bytes: number[]): string {
	return Buffer.from(bytes).toString("base64");
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
	const text = fontModule();
	writeFileSync(new URL("../src/display/font.generated.ts", import.meta.url), text);
	copyFileSync(
		resolve("@fontsource/noto-sans-sc/LICENSE"),
		new URL("../src/display/font.licence.txt", import.meta.url),
	);
	console.log(`src/display/font.generated.ts: ${text.length} characters`);
}
