import { byId } from "./dom.js";

const WIDTH = 320;
const HEIGHT = 240;

/** The terminal's display. */
export class ScreenView {
	readonly #canvas = byId("screen", HTMLCanvasElement);
	readonly #text = byId("screenText");
	readonly #native = Object.assign(document.createElement("canvas"), { width: WIDTH, height: HEIGHT });
	readonly #image = new ImageData(WIDTH, HEIGHT);

	/** @param frame RGB 5-6-5, low byte first */
	draw(frame: Uint8Array): void {
		const { data } = this.#image;
		for (let i = 0; i < WIDTH * HEIGHT; i++) {
			const pixel = frame[2 * i]! | (frame[2 * i + 1]! << 8);
			const red = pixel >> 11;
			const green = (pixel >> 5) & 63;
			const blue = pixel & 31;
			data[4 * i] = (red << 3) | (red >> 2);
			data[4 * i + 1] = (green << 2) | (green >> 4);
			data[4 * i + 2] = (blue << 3) | (blue >> 2);
			data[4 * i + 3] = 255;
		}
		this.#native.getContext("2d")!.putImageData(this.#image, 0, 0);
		// Three times as large without smoothing: at half that size on the page every pixel is equally wide and sharp.
		const context = this.#canvas.getContext("2d")!;
		context.imageSmoothingEnabled = false;
		context.drawImage(this.#native, 0, 0, this.#canvas.width, this.#canvas.height);
	}

	/** The same in words, for readers of the screen. */
	describe(text: string): void {
		if (this.#text.textContent !== text) this.#text.textContent = text;
	}
}
