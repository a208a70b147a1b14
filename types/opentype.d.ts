/** What the font tool uses of opentype.js, which ships no types. */
declare module "opentype.js" {
	/** Pixels, y growing downwards. */
	export type PathCommand =
		| { type: "M" | "L"; x: number; y: number }
		| { type: "Q"; x1: number; y1: number; x: number; y: number }
		| { type: "C"; x1: number; y1: number; x2: number; y2: number; x: number; y: number }
		| { type: "Z" };
	interface Glyph {
		readonly index: number;
		readonly advanceWidth: number;
		getPath(x: number, y: number, pixels: number): { commands: PathCommand[] };
	}
	interface Font {
		readonly unitsPerEm: number;
		readonly names: { windows: { copyright: { en: string } } };
		charToGlyph(character: string): Glyph;
	}
	const opentype: { parse(file: ArrayBuffer): Font };
	export default opentype;
}
