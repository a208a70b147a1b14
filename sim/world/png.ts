import { PNG } from "pngjs";
import type { MemoryDisplay } from "./memoryDisplay.js";

/** The display's pixels as a PNG file. */
export function displayPng(display: MemoryDisplay): Uint8Array {
	const { width, height, frame } = display;
	const png = new PNG({ width, height });
	for (let i = 0; i < width * height; i++) {
		const pixel = frame[2 * i]! | (frame[2 * i + 1]! << 8);
		// The high bits once more at the low end, so that full colour becomes 255.
		const red = pixel >> 11;
		const green = (pixel >> 5) & 63;
		const blue = pixel & 31;
		png.data.set([(red << 3) | (red >> 2), (green << 2) | (green >> 4), (blue << 3) | (blue >> 2), 255], 4 * i);
	}
	return new Uint8Array(PNG.sync.write(png));
}
