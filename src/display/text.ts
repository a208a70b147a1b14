import { type Font, measureText } from "./font.js";

const ELLIPSIS = "…";

/** The text itself, or as much of it as fits into `width` pixels together with an ellipsis. */
export function fitText(font: Font, text: string, width: number): string {
	if (measureText(font, text) <= width) return text;
	const room = width - measureText(font, ELLIPSIS);
	return room < 0 ? "" : text.slice(0, prefixLength(font, text, room)).trimEnd() + ELLIPSIS;
}

/** Lines of at most `width` pixels, broken at spaces or beside Chinese characters; the last of `limit` lines holds the rest. */
export function wrapText(font: Font, text: string, width: number, limit: number): string[] {
	const lines: string[] = [];
	let rest = text.trim();
	while (lines.length < limit - 1 && measureText(font, rest) > width) {
		const length = lineLength(rest, Math.max(1, prefixLength(font, rest, width)));
		lines.push(rest.slice(0, length).trimEnd());
		rest = rest.slice(length).trimStart();
	}
	if (rest !== "") lines.push(rest);
	return lines;
}

/** How many UTF-16 units from the start of `text` fit into `width` pixels. */
function prefixLength(font: Font, text: string, width: number): number {
	let used = 0;
	let length = 0;
	for (const character of text) {
		used += measureText(font, character);
		if (used > width) break;
		length += character.length;
	}
	return length;
}

/** The last place at or before `longest` where a line may end; `longest` itself inside an endless word. */
function lineLength(text: string, longest: number): number {
	for (let at = longest; at > 0; at--)
		if (text[at] === " " || text.charCodeAt(at) > 0x2e80 || text.charCodeAt(at - 1) > 0x2e80) return at;
	return longest;
}
