import { FONTS } from "./font.generated.js";
import { measureText } from "./font.js";
import type { Icon } from "./icons.js";
import { type Language, type MessageId, message } from "./messages.js";
import type { Colour, Screen, ScreenItem, ScreenName, TextItem } from "./screen.js";

/** The parts that the screens are made of, for a display of 320 by 240. */
export const WIDTH = 320;
export const HEIGHT = 240;
export const MARGIN = 16;
export const CONTENT_WIDTH = WIDTH - 2 * MARGIN;
const FOOTER_TOP = 206;
const BAND_HEIGHT = 114;
/** Of a list. */
export const VISIBLE_ROWS = 4;
const ROW_HEIGHT = 38;

export const PAPER = 0xf7f7f7;
export const WHITE = 0xffffff;
export const INK = 0x17212d;
export const QUIET = 0x5a6674;
export const LINE = 0xd6d7d6;
export const BLUE = 0x1b4b86;
export const PALE_BLUE = 0xc7d7ea;
export const GREEN = 0x0e7a45;
export const RED = 0xb3261e;
export const AMBER = 0x8f5a00;
export const SLATE = 0x3a4653;

/** The colours of the keys themselves: EN 1332-3 and common practice, red, yellow and green. */
const KEY_COLOURS = Object.freeze({ cancel: 0xd6362c, clear: 0xe8ad00, enter: 0x1c9c58, choose: SLATE, scroll: SLATE });
export type KeyHint = keyof typeof KEY_COLOURS;

const HINT_ALIGN = Object.freeze({
	cancel: "left",
	clear: "centre",
	choose: "centre",
	scroll: "centre",
	enter: "right",
} as const);
const HINT_MARK = 10;
const HINT_GAP = 7;

export function screen(name: ScreenName, ...parts: readonly (ScreenItem | readonly ScreenItem[])[]): Screen {
	return { name, background: PAPER, items: parts.flat() };
}

/** Centred between the margins. */
export function line(text: string, font: TextItem["font"], baseline: number, colour: Colour): TextItem {
	return { kind: "text", x: MARGIN, width: CONTENT_WIDTH, baseline, text, font, align: "centre", colour };
}

/** The heading of what is longer than the display, with where one is in it. @param place e.g. "7/36"; empty where all of it is shown */
export function heading(title: MessageId, place: string, language: Language): ScreenItem[] {
	const text = message(title, language);
	const at = line(text, "text", 35, INK);
	const side = measureText(FONTS.small, place) + HINT_GAP; // on the left, too: the title stays in the middle
	const width = CONTENT_WIDTH - 2 * side;
	if (!place || measureText(FONTS.text, text) > width) return [at];
	const right = { ...line(place, "small", 35, QUIET), align: "right" as const };
	return [
		{ ...at, x: MARGIN + side, width },
		{ ...right, x: MARGIN + side + width, width: side },
	];
}

/** Large where the text fits into the line, else in text size. */
export function amountLine(text: string, baseline: number, colour: Colour = INK): TextItem {
	const large = measureText(FONTS.large, text) <= CONTENT_WIDTH;
	return line(text, large ? "large" : "text", large ? baseline : baseline - 6, colour);
}

export function icon(name: Icon, y: number, colour: Colour): ScreenItem {
	return { kind: "icon", x: (WIDTH - 56) / 2, y, icon: name, colour };
}

/** A white field with a thin border. */
export function field(x: number, y: number, width: number, height: number): ScreenItem[] {
	return [
		{ kind: "rectangle", x, y, width, height, radius: 8, colour: LINE },
		{ kind: "rectangle", x: x + 1, y: y + 1, width: width - 2, height: height - 2, radius: 7, colour: WHITE },
	];
}

/** The coloured upper part that tells the outcome at a glance. */
export function band(colour: Colour, name: Icon, title: string): ScreenItem[] {
	return [
		{ kind: "rectangle", x: 0, y: 0, width: WIDTH, height: BAND_HEIGHT, colour },
		{ kind: "rectangle", x: (WIDTH - 56) / 2, y: 13, width: 56, height: 56, radius: 28, colour: WHITE },
		icon(name, 13, colour),
		line(title, "text", 101, WHITE),
	];
}

function footer(): ScreenItem[] {
	return [
		{ kind: "rectangle", x: 0, y: FOOTER_TOP, width: WIDTH, height: HEIGHT - FOOTER_TOP, colour: WHITE },
		{ kind: "rectangle", x: 0, y: FOOTER_TOP, width: WIDTH, height: 1, colour: LINE },
	];
}

/** The bottom line in words. */
export function footerText(text: string): ScreenItem[] {
	return [...footer(), line(text, "small", 229, QUIET)];
}

/** The keys that do something now, each beside a mark of its colour and in the place it has on the keypad. */
export function keyHints(keys: readonly KeyHint[], language: Language): ScreenItem[] {
	return [...footer(), ...keys.flatMap(key => keyHint(key, language))];
}

function keyHint(key: KeyHint, language: Language): ScreenItem[] {
	const isArrows = key === "choose" || key === "scroll";
	const text = isArrows ? `↑↓ ${message(key, language)}` : message(key, language);
	const mark = isArrows ? 0 : HINT_MARK + HINT_GAP;
	const textWidth = measureText(FONTS.small, text);
	const spare = CONTENT_WIDTH - mark - textWidth;
	const align = HINT_ALIGN[key];
	const x = MARGIN + (align === "left" ? 0 : align === "right" ? spare : spare >> 1);
	const words: ScreenItem = {
		kind: "text",
		x: x + mark,
		width: textWidth,
		baseline: 229,
		text,
		font: "small",
		align: "left",
		colour: INK,
	};
	if (mark === 0) return [words];
	const spot: ScreenItem = {
		kind: "rectangle",
		x,
		y: 218,
		width: HINT_MARK,
		height: HINT_MARK,
		radius: HINT_MARK / 2,
		colour: KEY_COLOURS[key],
	};
	return [spot, words];
}

/** What the transaction is about, above a question to the cardholder. */
export function amountHeader(amount: string, language: Language): ScreenItem[] {
	return [line(message("amount", language), "small", 27, QUIET), amountLine(amount, 76)];
}

/** A message id as a centred line. */
export function messageLine(
	id: MessageId,
	language: Language,
	font: "small" | "text",
	baseline: number,
	colour: Colour,
): TextItem {
	return line(message(id, language), font, baseline, colour);
}

/** From the bar that marks the chosen row to its text. */
export const LIST_INSET = 12;

/** Choices one under the other below a title; with more than four the list moves so that `selected` stays visible. */
export function list(labels: readonly string[], selected: number): ScreenItem[] {
	const first = Math.max(0, Math.min(selected - 1, labels.length - VISIBLE_ROWS));
	const rows = labels.slice(first, first + VISIBLE_ROWS);
	return rows.flatMap((label, row) => listRow(label, row, first + row === selected));
}

function listRow(label: string, row: number, selected: boolean): ScreenItem[] {
	const y = 50 + row * ROW_HEIGHT;
	const text: ScreenItem = {
		...line(label, "text", y + 26, selected ? WHITE : INK),
		x: MARGIN + LIST_INSET,
		width: CONTENT_WIDTH - 2 * LIST_INSET,
		align: "left",
	};
	if (!selected) return [text];
	const bar = { x: MARGIN, y, width: CONTENT_WIDTH, height: ROW_HEIGHT - 2 };
	return [{ kind: "rectangle", ...bar, radius: 8, colour: BLUE }, text];
}

/** A name at the left margin, its value at the right one; a value that is too long leaves the name a quarter. */
export function pairLine(label: string, value: string, baseline: number): ScreenItem[] {
	const valueWidth = Math.min(measureText(FONTS.small, value), (CONTENT_WIDTH * 3) >> 2);
	const labelWidth = CONTENT_WIDTH - valueWidth - 8;
	return [
		{ ...line(label, "small", baseline, QUIET), width: labelWidth, align: "left" },
		{ ...line(value, "small", baseline, INK), x: MARGIN + labelWidth + 8, width: valueWidth, align: "right" },
	];
}
