/** A closed polygon; x to the right and y downwards in pixels, the pen on the baseline at 0, 0. */
export type Outline = [x: number, y: number][];

/** Rows from the top without gaps; `alpha` is 0 to 1 a pixel. */
export interface Bitmap {
	/** From the pen to the first column. */
	readonly left: number;
	/** Rows above the baseline. */
	readonly top: number;
	readonly width: number;
	readonly height: number;
	readonly alpha: Float64Array;
}

/**
 * The exact area that the outlines cover in each pixel. Each line adds to the pixels it crosses how much of the row lies
 * to its right, signed by its direction; summed along the row this is the winding number averaged over the pixel.
 */
export function rasterise(outlines: readonly Outline[]): Bitmap {
	const points = outlines.flat();
	if (points.length === 0) return { left: 0, top: 0, width: 0, height: 0, alpha: new Float64Array(0) };
	const left = Math.floor(Math.min(...points.map(([x]) => x)));
	const first = Math.floor(Math.min(...points.map(([, y]) => y)));
	const width = Math.ceil(Math.max(...points.map(([x]) => x))) - left;
	const height = Math.ceil(Math.max(...points.map(([, y]) => y))) - first;
	// One spare column takes what a line on the right edge adds.
	const cells = new Float64Array((width + 1) * height);
	for (const outline of outlines) {
		let [x0, y0] = outline.at(-1)!;
		for (const [x1, y1] of outline) {
			addLine(cells, width + 1, x0 - left, y0 - first, x1 - left, y1 - first);
			[x0, y0] = [x1, y1];
		}
	}
	const alpha = new Float64Array(width * height);
	for (let y = 0; y < height; y++) {
		let winding = 0;
		for (let x = 0; x < width; x++) {
			winding += cells[y * (width + 1) + x]!;
			// Non-zero winding: where strokes overlap the sum passes 1.
			alpha[y * width + x] = Math.min(1, Math.abs(winding));
		}
	}
	return { left, top: -first, width, height, alpha };
}

function addLine(cells: Float64Array, stride: number, x0: number, y0: number, x1: number, y1: number): void {
	if (y0 === y1) return;
	if (y0 > y1) {
		for (const [row, cover, x] of pieces(x1, y1, x0, y0)) addPiece(cells, stride, row, -cover, x);
	} else {
		for (const [row, cover, x] of pieces(x0, y0, x1, y1)) addPiece(cells, stride, row, cover, x);
	}
}

function addPiece(cells: Float64Array, stride: number, row: number, cover: number, x: number): void {
	const column = Math.floor(x);
	const at = row * stride + column;
	cells[at]! += cover * (1 - (x - column));
	if (column + 1 < stride) cells[at + 1]! += cover * (x - column);
}

/** Cuts a downward line at the pixel grid: row, height and mean x of each piece, which then lies in one pixel. */
function* pieces(x0: number, y0: number, x1: number, y1: number): Generator<[row: number, cover: number, x: number]> {
	const cuts = [0, 1];
	for (let y = Math.floor(y0) + 1; y < y1; y++) cuts.push((y - y0) / (y1 - y0));
	for (let x = Math.floor(Math.min(x0, x1)) + 1; x < Math.max(x0, x1); x++) cuts.push((x - x0) / (x1 - x0));
	cuts.sort((a, b) => a - b);
	for (let i = 1; i < cuts.length; i++) {
		const middle = (cuts[i - 1]! + cuts[i]!) / 2;
		const cover = (cuts[i]! - cuts[i - 1]!) * (y1 - y0);
		if (cover > 0) yield [Math.floor(y0 + (y1 - y0) * middle), cover, x0 + (x1 - x0) * middle];
	}
}
