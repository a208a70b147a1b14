import { line, RED, WHITE } from "../display/layout.js";
import { render } from "../display/render.js";
import type { Screen } from "../display/screen.js";
import type { Display } from "../ports.js";

/** In the middle of every screen's upper edge, whatever it says. */
export const TRAINING_BANNER = "TRAINING / 培训 — no money moves";
const BANNER_HEIGHT = 16;
const BYTES_A_PIXEL = 2;

/** The same for who reads the screen in words. */
export function withBanner(screen: Screen): Screen {
	return { ...screen, items: [line(TRAINING_BANNER, "small", 13, WHITE), ...screen.items] };
}

/**
 * A display on which nothing can be drawn without the banner: it lies over the uppermost rows of whatever is sent, before the
 * pixels reach the live display.
 */
export class TrainingDisplay implements Display {
	readonly width: number;
	readonly height: number;
	/** While it is not, what is drawn goes nowhere. */
	isOpen = false;
	readonly #live: Display;
	readonly #banner: Uint8Array;
	/** Rectangle that is open. */
	#x = 0;
	#y = 0;
	#rowBytes = 0;
	#sent = 0;

	constructor(live: Display) {
		this.#live = live;
		this.width = live.width;
		this.height = live.height;
		this.#banner = bannerPixels(live.width);
	}

	begin(x: number, y: number, width: number, height: number): void {
		this.#x = x;
		this.#y = y;
		this.#rowBytes = width * BYTES_A_PIXEL;
		this.#sent = 0;
		if (this.isOpen) this.#live.begin(x, y, width, height);
	}

	send(pixels: Uint8Array): void {
		const first = this.#y + this.#sent / this.#rowBytes;
		const rows = pixels.length / this.#rowBytes;
		this.#sent += pixels.length;
		if (!this.isOpen) return;
		this.#live.send(first < BANNER_HEIGHT ? this.#withBanner(pixels, first, rows) : pixels);
	}

	end(): void {
		if (this.isOpen) this.#live.end();
	}

	#withBanner(pixels: Uint8Array, first: number, rows: number): Uint8Array {
		const covered = pixels.slice();
		const from = this.#x * BYTES_A_PIXEL;
		for (let row = 0; row < rows && first + row < BANNER_HEIGHT; row++) {
			const start = (first + row) * this.width * BYTES_A_PIXEL + from;
			covered.set(this.#banner.subarray(start, start + this.#rowBytes), row * this.#rowBytes);
		}
		return covered;
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
	render(canvas, {
		name: "training",
		background: RED,
		items: [line(TRAINING_BANNER, "small", 13, WHITE)],
	});
	return pixels;
}
