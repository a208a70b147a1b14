import type { Display } from "../ports.js";
import { FONTS } from "./font.generated.js";
import { coverageOf, type Font, glyphOf, measureText } from "./font.js";
import { FIRST_ICON, ICONS } from "./icons.js";
import type { Colour, DotsItem, RectangleItem, Screen, ScreenItem, TextItem } from "./screen.js";
import { fitText } from "./text.js";

/** Rows composed at a time: 10 KB for a display 320 wide. */
const STRIP_ROWS = 16;
const DOT_SIDE = 14;
const DOT_PITCH = 22;
const ICON_SIDE = 56;

/** The pixels being composed: RGB 5-6-5, `top` is the display row of the first one. */
interface Strip {
	readonly pixels: Uint16Array;
	readonly width: number;
	readonly top: number;
	readonly bottom: number;
}

/** Draws the whole screen, strip by strip from the top. */
export function render(display: Display, screen: Screen): void {
	const { width, height } = display;
	// Of the call, not of the module: a preloaded module's arrays are read-only flash.
	const pixels = new Uint16Array(width * STRIP_ROWS);
	// The port's "low byte first" is the byte order of every processor that Kassa runs on, so one buffer serves both views.
	const bytes = new Uint8Array(pixels.buffer);
	const items = screen.items.map(fitItem);
	display.begin(0, 0, width, height);
	for (let top = 0; top < height; top += STRIP_ROWS) {
		const strip = { pixels, width, top, bottom: Math.min(top + STRIP_ROWS, height) };
		pixels.fill(rgb565(screen.background));
		for (const item of items) drawItem(strip, item);
		display.send(bytes.subarray(0, (strip.bottom - top) * width * 2));
	}
	display.end();
}

function fitItem(item: ScreenItem): ScreenItem {
	return item.kind === "text" ? { ...item, text: fitText(FONTS[item.font], item.text, item.width) } : item;
}

function drawItem(strip: Strip, item: ScreenItem): void {
	switch (item.kind) {
		case "rectangle":
			drawRectangle(strip, item);
			break;
		case "text":
			drawText(strip, item);
			break;
		case "icon": {
			const codePoint = FIRST_ICON + ICONS.indexOf(item.icon);
			drawGlyph(strip, FONTS.icon, codePoint, item.x, item.y + ICON_SIDE, rgb565(item.colour));
			break;
		}
		case "dots":
			drawDots(strip, item);
			break;
	}
}

function drawText(strip: Strip, item: TextItem): void {
	const font = FONTS[item.font];
	if (item.baseline + font.descent <= strip.top || item.baseline - font.ascent >= strip.bottom) return;
	const colour = rgb565(item.colour);
	const spare = item.width - measureText(font, item.text);
	let pen = item.x + (item.align === "left" ? 0 : item.align === "right" ? spare : spare >> 1);
	for (const character of item.text)
		pen += drawGlyph(strip, font, character.codePointAt(0)!, pen, item.baseline, colour);
}

/** @returns the glyph's advance in pixels */
function drawGlyph(strip: Strip, font: Font, codePoint: number, pen: number, baseline: number, colour: number): number {
	const { pixels, width } = strip;
	const glyph = glyphOf(font, codePoint);
	const left = pen + glyph.left;
	const top = baseline - glyph.top;
	const firstRow = Math.max(top, strip.top);
	const lastRow = Math.min(top + glyph.height, strip.bottom);
	const firstColumn = Math.max(left, 0);
	const lastColumn = Math.min(left + glyph.width, width);
	for (let y = firstRow; y < lastRow; y++) {
		let at = (y - strip.top) * width + firstColumn;
		let index = (y - top) * glyph.width + firstColumn - left;
		for (let x = firstColumn; x < lastColumn; x++, at++, index++) {
			const alpha = coverageOf(font, glyph, index);
			if (alpha === 15) pixels[at] = colour;
			else if (alpha > 0) pixels[at] = blend(pixels[at]!, colour, alpha * 2 + 1);
		}
	}
	return glyph.advance;
}

function drawRectangle(strip: Strip, item: RectangleItem): void {
	const { pixels, width } = strip;
	const colour = rgb565(item.colour);
	const radius = item.radius ?? 0;
	const left = Math.max(item.x, 0);
	const right = Math.min(item.x + item.width, width);
	const lastRow = Math.min(item.y + item.height, strip.bottom);
	for (let y = Math.max(item.y, strip.top); y < lastRow; y++) {
		const row = (y - strip.top) * width;
		// How far the middle of this row lies beyond the centre of the nearer pair of corners.
		const down = Math.max(item.y + radius - y - 0.5, y + 0.5 - (item.y + item.height - radius));
		if (down <= 0) {
			pixels.fill(colour, row + left, row + right);
			continue;
		}
		const solidLeft = Math.max(left, Math.min(item.x + radius, right));
		const solidRight = Math.min(right, Math.max(item.x + item.width - radius, left));
		pixels.fill(colour, row + solidLeft, row + solidRight);
		for (let i = 0; i < radius; i++) {
			const across = radius - i - 0.5;
			const alpha = Math.round(32 * Math.min(1, Math.max(0, radius + 0.5 - Math.sqrt(across * across + down * down))));
			if (alpha === 0) continue;
			const mirror = item.x + item.width - 1 - i;
			if (item.x + i >= left && item.x + i < right) mix(pixels, row + item.x + i, colour, alpha);
			if (mirror >= left && mirror < right) mix(pixels, row + mirror, colour, alpha);
		}
	}
}

function drawDots(strip: Strip, item: DotsItem): void {
	const pitch = Math.min(DOT_PITCH, item.width / Math.max(1, item.count));
	const first = item.x + (item.width - pitch * item.count + pitch - DOT_SIDE) / 2;
	for (let i = 0; i < item.count; i++) {
		const x = Math.round(first + i * pitch);
		drawRectangle(strip, {
			kind: "rectangle",
			x,
			y: item.y,
			width: DOT_SIDE,
			height: DOT_SIDE,
			radius: DOT_SIDE / 2,
			colour: item.colour,
		});
	}
}

function mix(pixels: Uint16Array, at: number, colour: number, alpha: number): void {
	pixels[at] = blend(pixels[at]!, colour, alpha);
}

/** @param alpha parts of 32 of `over` */
function blend(under: number, over: number, alpha: number): number {
	// Green moved to the upper half leaves 5 free bits beside each colour, so that one product scales all three.
	const a = (under | (under << 16)) & 0x07e0f81f;
	const b = (over | (over << 16)) & 0x07e0f81f;
	const mixed = ((a * (32 - alpha) + b * alpha) >>> 5) & 0x07e0f81f;
	return (mixed | (mixed >>> 16)) & 0xffff;
}

function rgb565(colour: Colour): number {
	return ((colour >> 8) & 0xf800) | ((colour >> 5) & 0x07e0) | ((colour >> 3) & 0x001f);
}
