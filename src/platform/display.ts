import type { Display } from "../ports.js";

/** Commodetto's name for RGB 5-6-5 with the high byte first. */
const RGB565_BIG_ENDIAN = 8;

/** The SDK's `screen`: the display driver of a board, the simulated display on the desktop. */
export class ScreenDisplay implements Display {
	readonly width = screen.width;
	readonly height = screen.height;
	readonly #swapped = screen.pixelFormat === RGB565_BIG_ENDIAN;

	begin(x: number, y: number, width: number, height: number): void {
		screen.begin(x, y, width, height);
	}

	send(pixels: Uint8Array): void {
		if (this.#swapped) swapBytes(pixels);
		// A positive length makes the drivers send before they return; a negative one would let them read on meanwhile.
		screen.send(pixels.buffer as ArrayBuffer, pixels.byteOffset, pixels.byteLength);
		if (this.#swapped) swapBytes(pixels);
	}

	end(): void {
		screen.end();
	}
}

function swapBytes(pixels: Uint8Array): void {
	for (let i = 0; i < pixels.length; i += 2) {
		const low = pixels[i]!;
		pixels[i] = pixels[i + 1]!;
		pixels[i + 1] = low;
	}
}
