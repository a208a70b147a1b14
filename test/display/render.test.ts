import { expect, test } from "vitest";
import { MemoryDisplay } from "../../sim/world/memoryDisplay.js";
import { render } from "../../src/display/render.js";
import type { ScreenItem } from "../../src/display/screen.js";
import type { Display } from "../../src/ports.js";

const BLACK = 0x000000;
const WHITE = 0xffffff;

function draw(...items: ScreenItem[]) {
	const display = new MemoryDisplay();
	render(display, { name: "idle", background: BLACK, items });
	return (x: number, y: number) => {
		const at = (y * display.width + x) * 2;
		return display.frame[at]! | (display.frame[at + 1]! << 8);
	};
}

function rectangle(x: number, y: number, width: number, height: number, colour = WHITE, radius = 0): ScreenItem {
	return { kind: "rectangle", x, y, width, height, radius, colour };
}

test("colours become 5-6-5 bits, low byte first", () => {
	const pixel = draw(rectangle(0, 0, 1, 1, 0xff0000), rectangle(1, 0, 1, 1, 0x00ff00), rectangle(2, 0, 1, 1, 0x0000ff));
	expect([pixel(0, 0), pixel(1, 0), pixel(2, 0), pixel(3, 0)]).toEqual([0xf800, 0x07e0, 0x001f, 0]);
});

test("a rectangle covers exactly its pixels, across strips", () => {
	const pixel = draw(rectangle(10, 15, 3, 40));
	for (let y = 13; y < 58; y++)
		for (let x = 8; x < 16; x++)
			expect(pixel(x, y), `${x},${y}`).toBe(x >= 10 && x < 13 && y >= 15 && y < 55 ? 0xffff : 0);
});

test("what lies outside the display is cut off, on every side", () => {
	const big: ScreenItem = { ...rectangle(-20, -20, 400, 300), radius: 9 } as ScreenItem;
	const pixel = draw(big);
	for (const [x, y] of [
		[0, 0],
		[319, 0],
		[0, 239],
		[319, 239],
	] as const)
		expect(pixel(x, y)).toBe(0xffff);
	const text = { kind: "text", text: "WWW", font: "large", align: "left", colour: WHITE } as const;
	draw({ ...text, x: -30, width: 200, baseline: 5 }, { ...text, x: 300, width: 200, baseline: 250 });
	draw({ kind: "icon", x: 300, y: -20, icon: "check", colour: WHITE }, rectangle(-5, 236, 12, 12, WHITE, 6));
});

test("a disc is round, symmetric and smooth at its edge", () => {
	const pixel = draw(rectangle(100, 100, 20, 20, WHITE, 10));
	expect(pixel(100, 100)).toBe(0);
	expect(pixel(110, 110)).toBe(0xffff);
	expect(pixel(110, 100)).not.toBe(0);
	let smooth = 0;
	for (let y = 0; y < 20; y++)
		for (let x = 0; x < 20; x++) {
			const value = pixel(100 + x, 100 + y);
			expect(pixel(119 - x, 100 + y)).toBe(value);
			expect(pixel(100 + x, 119 - y)).toBe(value);
			if (value !== 0 && value !== 0xffff) smooth++;
		}
	expect(smooth).toBeGreaterThan(16);
});

test("text stands in its box, left, centred and right, and never leaves it", () => {
	for (const align of ["left", "centre", "right"] as const) {
		const pixel = draw({
			kind: "text",
			x: 60,
			width: 120,
			baseline: 40,
			text: "MMMMMMMMMMMM",
			font: "small",
			align,
			colour: WHITE,
		});
		const columns: number[] = [];
		for (let x = 0; x < 320; x++) for (let y = 20; y < 50; y++) if (pixel(x, y)) columns.push(x);
		expect(Math.min(...columns)).toBeGreaterThanOrEqual(60);
		expect(Math.max(...columns)).toBeLessThan(180);
	}
});

test("every dot of a PIN is drawn, up to the twelve of ISO 9564-1", () => {
	for (let count = 0; count <= 12; count++) {
		const pixel = draw({ kind: "dots", x: 16, y: 100, width: 288, count, colour: WHITE });
		let runs = 0;
		for (let x = 1; x < 320; x++) if (pixel(x, 107) && !pixel(x - 1, 107)) runs++;
		expect(runs).toBe(count);
	}
});

test("the display gets one rectangle in whole rows from a single reused buffer", () => {
	const buffers = new Set<ArrayBufferLike>();
	const calls: string[] = [];
	const display: Display = {
		width: 50,
		height: 40,
		begin: (...rectangle) => calls.push(`begin ${rectangle.join(" ")}`),
		send: pixels => {
			buffers.add(pixels.buffer);
			calls.push(`send ${pixels.length}`);
		},
		end: () => calls.push("end"),
	};
	render(display, { name: "idle", background: WHITE, items: [] });
	expect(calls).toEqual(["begin 0 0 50 40", "send 1600", "send 1600", "send 800", "end"]);
	expect(buffers.size).toBe(1);
});

test("the memory display refuses what a real one would show wrongly", () => {
	const display = new MemoryDisplay();
	expect(() => display.begin(300, 0, 21, 1)).toThrow(RangeError);
	expect(() => display.send(new Uint8Array(2))).toThrow("send without begin");
	expect(() => display.end()).toThrow("end without begin");
	display.begin(0, 0, 10, 2);
	expect(() => display.begin(0, 0, 1, 1)).toThrow("begin before end");
	expect(() => display.send(new Uint8Array(19))).toThrow(RangeError);
	expect(() => display.send(new Uint8Array(60))).toThrow(RangeError);
	expect(() => display.end()).toThrow("before the last row");
});
