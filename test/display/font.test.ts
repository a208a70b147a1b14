import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { decodeBase64 } from "../../src/display/base64.js";
import { FONTS } from "../../src/display/font.generated.js";
import { findGlyph, hasGlyph, measureText } from "../../src/display/font.js";
import { FIRST_ICON, ICONS } from "../../src/display/icons.js";
import { CONTENT_WIDTH, LIST_INSET } from "../../src/display/layout.js";
import { MESSAGES } from "../../src/display/messages.js";
import { fitText, wrapText } from "../../src/display/text.js";
import { fontModule } from "../../tools/font.js";

test("the committed font is what the tool makes, byte for byte", () => {
	const committed = readFileSync(new URL("../../src/display/font.generated.ts", import.meta.url), "utf8");
	expect(fontModule() === committed).toBe(true);
});

test.each(Object.entries(MESSAGES))("the font has every character of %s", (_, texts) => {
	for (const character of texts.en + texts.zh) {
		expect(hasGlyph(FONTS.small, character.codePointAt(0)!), character).toBe(true);
		expect(hasGlyph(FONTS.text, character.codePointAt(0)!), character).toBe(true);
	}
});

test("the icon font has every icon and the data stay within 192 KB", () => {
	for (const i of ICONS.keys()) expect(hasGlyph(FONTS.icon, FIRST_ICON + i)).toBe(true);
	const bytes = Object.values(FONTS).reduce((sum, font) => sum + font.records.length + font.coverage.length, 0);
	expect(bytes).toBeLessThan(192 * 1024);
});

test("a character that the font lacks is drawn as the empty box and keeps its width", () => {
	expect(hasGlyph(FONTS.small, "龘".codePointAt(0)!)).toBe(false);
	expect(findGlyph(FONTS.small, "龘".codePointAt(0)!)).toBe(0);
	expect(findGlyph(FONTS.small, 0x1f4b3)).toBe(0);
	expect(measureText(FONTS.small, "龘")).toBeGreaterThan(8);
});

test("a text that is too wide is shortened so that the ellipsis fits too", () => {
	const text = "Mastercard Corporate World Elite";
	for (let width = 0; width < 420; width += 7) {
		const fitted = fitText(FONTS.text, text, width);
		expect(measureText(FONTS.text, fitted)).toBeLessThanOrEqual(width);
		expect(fitted === text || fitted === "" || fitted.endsWith("…")).toBe(true);
	}
	expect(fitText(FONTS.text, text, 1000)).toBe(text);
	expect(fitText(FONTS.text, "", 0)).toBe("");
});

test("long texts break at spaces, inside Chinese anywhere, and in an endless word at the edge", () => {
	expect(wrapText(FONTS.small, "one two three", 75, 3)).toEqual(["one two", "three"]);
	expect(wrapText(FONTS.small, "请输入金额", 35, 3)).toEqual(["请输", "入金", "额"]);
	expect(wrapText(FONTS.small, "iiiiiiiiiiiiiiii", 20, 2)[1]!.length).toBeGreaterThan(4);
	expect(wrapText(FONTS.small, "W W W", 1, 9)).toEqual(["W", "W", "W"]);
	expect(wrapText(FONTS.small, "  ", 50, 3)).toEqual([]);
});

test("base64 of RFC 4648, 10, and what is not base64", () => {
	const vectors = ["", "Zg==", "Zm8=", "Zm9v", "Zm9vYg==", "Zm9vYmE=", "Zm9vYmFy"];
	for (const [length, text] of vectors.entries())
		expect(String.fromCharCode(...decodeBase64(text))).toBe("foobar".slice(0, length));
	expect([...decodeBase64("+/+/")]).toEqual([0xfb, 0xff, 0xbf]);
	for (const bad of ["Zg", "Zg=", "Z===", "Zm9-", "Zm 9"]) expect(() => decodeBase64(bad), bad).toThrow(RangeError);
});

/** Drawn smaller than titles are, wherever they stand. */
const SMALL: readonly string[] = [
	"untilHere",
	"merchantCardWaits",
	"keyInAmount",
	"notCharged",
	"reversalOwed",
	"training",
	"noVerification",
];
/** Titles that never stand in a list. */
const TITLES: readonly string[] = [
	"newSupervisorPasscode",
	"passcodesDiffer",
	"passcodeTrivial",
	"licenceExpired",
	"terminalUnknown",
	"codeExpired",
	"codeLocked",
	"merchantCardRefused",
	"notOwner",
];

test("a message that may stand as a title or in a list is never cut", () => {
	const cut = Object.entries(MESSAGES).flatMap(([id, { en, zh }]) => {
		const font = SMALL.includes(id) ? FONTS.small : FONTS.text;
		const room = TITLES.includes(id) || SMALL.includes(id) ? CONTENT_WIDTH : CONTENT_WIDTH - 2 * LIST_INSET;
		return [en, zh].filter(text => measureText(font, text) > room);
	});
	expect(cut).toEqual([]);
});
