import { FIRST_ICON, ICONS, type Icon } from "../src/display/icons.js";
import type { Outline } from "./rasterise.js";

export interface Glyph {
	readonly codePoint: number;
	/** Pixels. */
	readonly advance: number;
	readonly outlines: readonly Outline[];
}

/** The pictures are drawn on a square of this side, its lower left corner the pen. */
const SIDE = 56;
const STROKE = 5;

const PICTURES: Readonly<Record<Icon, () => Outline[]>> = {
	check: () => [stroke(14, 30, 24, 40, 7), stroke(24, 40, 43, 17, 7)],
	cross: () => [stroke(16, 16, 40, 40, 7), stroke(40, 16, 16, 40, 7)],
	attention: () => [stroke(28, 13, 28, 31, 7), stroke(28, 43, 28, 43, 8)],
	card: () => [
		box(14, 2, 42, 38, 5, 1),
		box(17.5, 5.5, 38.5, 34.5, 2.5, -1),
		box(24, 21, 32, 30, 2, 1),
		box(5, 44, 51, 49, 2.5, 1),
	],
	clock: () => [
		box(7, 7, 49, 49, 21, 1),
		box(11.5, 11.5, 44.5, 44.5, 16.5, -1),
		stroke(28, 17, 28, 29, STROKE),
		stroke(28, 29, 36, 33, STROKE),
	],
};

/** The glyphs of the icon font, in the order of `ICONS`. */
export function icons(pixels: number): Glyph[] {
	const scale = pixels / SIDE;
	return ICONS.map((icon, i) => ({
		codePoint: FIRST_ICON + i,
		advance: pixels,
		outlines: PICTURES[icon]().map(outline => outline.map(([x, y]) => [x * scale, (y - SIDE) * scale])),
	}));
}

/** A line with round ends. */
function stroke(x0: number, y0: number, x1: number, y1: number, thickness: number): Outline {
	const along = Math.atan2(y1 - y0, x1 - x0);
	const radius = thickness / 2;
	return [...arc(x0, y0, radius, along + Math.PI / 2, Math.PI), ...arc(x1, y1, radius, along - Math.PI / 2, Math.PI)];
}

/** A box with round corners; direction 1 fills, -1 cuts a hole. */
function box(left: number, top: number, right: number, bottom: number, radius: number, direction: 1 | -1): Outline {
	const quarter = Math.PI / 2;
	const outline = [
		...arc(left + radius, top + radius, radius, -2 * quarter, quarter),
		...arc(right - radius, top + radius, radius, -quarter, quarter),
		...arc(right - radius, bottom - radius, radius, 0, quarter),
		...arc(left + radius, bottom - radius, radius, quarter, quarter),
	];
	return direction === 1 ? outline : outline.reverse();
}

function arc(x: number, y: number, radius: number, from: number, turn: number): Outline {
	const steps = 12;
	return Array.from({ length: steps + 1 }, (_, i) => {
		const angle = from + (turn * i) / steps;
		return [x + radius * Math.cos(angle), y + radius * Math.sin(angle)];
	});
}
