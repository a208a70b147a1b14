import { line } from "../display/layout.js";
import { render } from "../display/render.js";
import type { Colour, Screen, TextItem } from "../display/screen.js";
import type { Display } from "../ports.js";

/** Along every screen's upper edge, whatever it says. */
export const TRAINING_BANNER = "TRAINING / 培训 — no money moves";
export const BANNER_HEIGHT = 20;
const BYTES_A_PIXEL = 2;
/** Yellow and black: no outcome of a sale has these colours. */
const YELLOW: Colour = 0xffc400;
const BLACK: Colour = 0x000000;

const banner = (): TextItem => line(TRAINING_BANNER, "small", 16, BLACK);

/** The same for who reads the screen in words. */
export function withBanner(screen: Screen): Screen {
	return { ...screen, items: [banner(), ...screen.items] };
}

/**
 * A display on which nothing can be drawn without the banner: it comes first in whatever is sent to the live display. Room for it
 * is made of rows that are the same as the row above them, so that no letter and no key loses a line.
 */
export class TrainingDisplay implements Display {
	readonly width: number;
	readonly height: number;
	/** While it is not, what is drawn goes nowhere. */
	isOpen = false;
	readonly #live: Display;
	readonly #banner: Uint8Array;
	/** The row before the next one. */
	readonly #above: Uint8Array;
	/** Rows that have come, and of them those that were left out; whether the last that could be left out was. */
	#rows = 0;
	#left = 0;
	#wasLeft = false;

	constructor(live: Display) {
		this.#live = live;
		this.width = live.width;
		this.height = live.height;
		this.#banner = bannerPixels(live.width);
		this.#above = new Uint8Array(live.width * BYTES_A_PIXEL);
	}

	/** @throws {RangeError} on anything but the whole display, which is what the firmware draws */
	begin(x: number, y: number, width: number, height: number): void {
		if (x || y || width !== this.width || height !== this.height)
			throw new RangeError("a training draws whole screens");
		this.#rows = 0;
		this.#left = 0;
		this.#wasLeft = false;
		if (!this.isOpen) return;
		this.#live.begin(x, y, width, height);
		this.#live.send(this.#banner);
	}

	send(pixels: Uint8Array): void {
		if (!this.isOpen) return;
		const { length } = this.#above;
		let from = 0; // of the rows that are still to be sent
		for (let at = 0; at < pixels.length && this.#left < BANNER_HEIGHT; at += length, this.#rows++) {
			if (!this.#isLeftOut(pixels, at)) continue;
			if (from < at) this.#live.send(pixels.subarray(from, at));
			from = at + length;
		}
		if (from < pixels.length) this.#live.send(pixels.subarray(from));
		this.#above.set(pixels.subarray(pixels.length - length));
	}

	end(): void {
		if (this.isOpen) this.#live.end();
	}

	/** Of equal rows every second one, as long as there is room to make; at the lower end whatever must. */
	#isLeftOut(pixels: Uint8Array, at: number): boolean {
		const mustBe = BANNER_HEIGHT - this.#left >= this.height - this.#rows;
		this.#wasLeft = mustBe || (this.#rows > 0 && !this.#wasLeft && this.#isAsAbove(pixels, at));
		if (this.#wasLeft) this.#left++;
		return this.#wasLeft;
	}

	#isAsAbove(pixels: Uint8Array, at: number): boolean {
		const { length } = this.#above;
		const above = at === 0 ? this.#above : pixels;
		const shift = at === 0 ? 0 : at - length;
		for (let i = 0; i < length; i++) if (pixels[at + i] !== above[shift + i]) return false;
		return true;
	}
}

/** Rendered once, by the same code as any screen. */
function bannerPixels(width: number): Uint8Array {
	const pixels = new Uint8Array(width * BANNER_HEIGHT * BYTES_A_PIXEL);
	let at = 0;
	const canvas: Display = {
		width,
		height: BANNER_HEIGHT,
		begin: () => {},
		send: rows => {
			pixels.set(rows, at);
			at += rows.length;
		},
		end: () => {},
	};
	render(canvas, { name: "training", background: YELLOW, items: [banner()] });
	return pixels;
}
