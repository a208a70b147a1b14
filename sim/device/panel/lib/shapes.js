/** Shapes without image files, drawn with the rectangles that Piu has. */

/** Fills a rectangle with round corners; the pixels on the edge are as opaque as the arc covers them. */
export function fillRound(port, colour, x, y, width, height, radius) {
	const [r, g, b] = colour;
	for (let row = 0; row < radius; row++) {
		const down = radius - row - 0.5;
		const inset = radius - Math.sqrt(radius * radius - down * down);
		const whole = Math.ceil(inset);
		const edge = rgba(r, g, b, whole - inset);
		for (const line of [y + row, y + height - 1 - row]) {
			port.fillColor(rgb(r, g, b), x + whole, line, width - 2 * whole, 1);
			if (whole > inset) {
				port.fillColor(edge, x + whole - 1, line, 1, 1);
				port.fillColor(edge, x + width - whole, line, 1, 1);
			}
		}
	}
	port.fillColor(rgb(r, g, b), x, y + radius, width, height - 2 * radius);
}

/** Darker below 1, lighter above. */
export function shade(colour, factor) {
	return colour.map(part => Math.min(255, Math.round(part * factor)));
}
