import { FONTS } from "../display/font.generated.js";
import { CONTENT_WIDTH, INK, keyHints, line, screen } from "../display/layout.js";
import { type Language, type MessageId, message } from "../display/messages.js";
import type { Screen } from "../display/screen.js";
import { wrapText } from "../display/text.js";

/** Lines in small letters that fit below a title and above the keys. */
export const MOST_LESSON_LINES = 7;
const FIRST_LINE = 76;
const LINE_PITCH = 20;

/** @param place of the step in the lesson, e.g. "2/5"; empty without one @param texts each begins a line of its own */
export function lessonPage(title: MessageId, place: string, texts: readonly string[], language: Language): Screen {
	return screen(
		"training",
		line(`${message(title, language)} ${place}`.trimEnd(), "text", 45, INK),
		lessonLines(texts).map((text, row) => ({
			...line(text, "small", FIRST_LINE + LINE_PITCH * row, INK),
			align: "left" as const,
		})),
		keyHints(["cancel", "enter"], language),
	);
}

/** As many lines as the texts need: a lesson's are written so that they fit. */
export function lessonLines(texts: readonly string[]): string[] {
	return texts.flatMap(text => wrapText(FONTS.small, text, CONTENT_WIDTH, MOST_LESSON_LINES));
}
