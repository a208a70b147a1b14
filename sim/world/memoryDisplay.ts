import type { Display } from "../../src/ports.js";

/** A display that keeps its pixels: RGB 5-6-5, rows from the top, low byte first. */
export class MemoryDisplay implements Display {
	readonly width = 320;
	readonly height = 240;
	readonly frame = new Uint8Array(this.width * this.height * 2);
	/** Called when a rectangle is complete. */
	onFrame: (() => void) | undefined;
	#open: { x: number; y: number; width: number; height: number; row: number } | undefined;

	begin(x: number, y: number, width: number, height: number): void {
		if (this.#open) throw new Error("display: begin before end");
		if (x < 0 || y < 0 || width < 1 || height < 1 || x + width > this.width || y + height > this.height)
			throw new RangeError("display: rectangle outside the screen");
		this.#open = { x, y, width, height, row: 0 };
	}

	send(pixels: Uint8Array): void {
		const open = this.#open;
		if (!open) throw new Error("display: send without begin");
		const rowBytes = open.width * 2;
		const rows = pixels.length / rowBytes;
		if (!Number.isInteger(rows) || open.row + rows > open.height)
			throw new RangeError("display: not whole rows of the rectangle");
		for (let i = 0; i < rows; i++, open.row++) {
			const row = pixels.subarray(i * rowBytes, (i + 1) * rowBytes);
			this.frame.set(row, ((open.y + open.row) * this.width + open.x) * 2);
		}
	}

	end(): void {
		if (!this.#open) throw new Error("display: end without begin");
		if (this.#open.row !== this.#open.height) throw new Error("display: end before the last row");
		this.#open = undefined;
		this.onFrame?.();
	}
}
