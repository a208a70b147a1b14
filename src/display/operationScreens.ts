import { FONTS } from "./font.generated.js";
import type { Icon } from "./icons.js";
import {
	AMBER,
	band,
	CONTENT_WIDTH,
	field,
	GREEN,
	heading,
	INK,
	keyHints,
	line,
	list,
	MARGIN,
	messageLine,
	pairLine,
	RED,
	SLATE,
	screen,
	VISIBLE_ROWS,
} from "./layout.js";
import { type Language, type MessageId, message } from "./messages.js";
import type { Colour, Screen } from "./screen.js";
import { wrapText } from "./text.js";

/** Rows of `confirm` and lines of `page` that fit. */
export const MOST_ROWS = 6;
const FIRST_ROW = 66;
const ROW_PITCH = 25;

/** What the merchant can do, or choose from. */
export function menu(title: MessageId, labels: readonly string[], selected: number, language: Language): Screen {
	return screen(
		"menu",
		heading(title, labels.length > VISIBLE_ROWS ? `${selected + 1}/${labels.length}` : "", language),
		list(labels, selected),
		keyHints(["cancel", "choose", "enter"], language),
	);
}

/** A number that a person types. @param text as it stands so far */
export function enterDigits(title: MessageId, text: string, language: Language): Screen {
	return screen(
		"enterDigits",
		messageLine(title, language, "text", 52, INK),
		field(MARGIN, 80, CONTENT_WIDTH, 84),
		line(text, "text", 132, INK),
		keyHints(["cancel", "clear", "enter"], language),
	);
}

/** Who is at the terminal. @param text the number as it stands so far */
export function enterOperator(title: MessageId, text: string, language: Language): Screen {
	return { ...enterDigits(title, text, language), name: "enterOperator" };
}

/** A part of a key in hexadecimal, of which no more than the group that is being typed is ever shown. @param group counts from 1 */
export function enterComponent(
	title: MessageId,
	{ group, groups, text }: { readonly group: number; readonly groups: number; readonly text: string },
	language: Language,
): Screen {
	return screen(
		"enterComponent",
		messageLine(title, language, "text", 40, INK),
		line(`${group}/${groups}   0-9, ↑↓ A-F`, "small", 66, INK),
		field(MARGIN, 80, CONTENT_WIDTH, 84),
		line(text, "text", 132, INK),
		keyHints(["cancel", "clear", "enter"], language),
	);
}

/** @param dots how many digits have been entered; the digits themselves never reach a screen */
export function enterPasscode(title: MessageId, dots: number, language: Language): Screen {
	return screen(
		"enterPasscode",
		messageLine(title, language, "text", 52, INK),
		field(MARGIN, 80, CONTENT_WIDTH, 84),
		{ kind: "dots", x: MARGIN, y: 115, width: CONTENT_WIDTH, count: dots, colour: INK },
		keyHints(["cancel", "clear", "enter"], language),
	);
}

/** What is about to be done, for a person to agree to. @param rows at most `MOST_ROWS` */
export function confirm(
	title: MessageId,
	rows: readonly (readonly [label: string, value: string])[],
	language: Language,
): Screen {
	return screen(
		"confirm",
		messageLine(title, language, "text", 35, INK),
		rows.slice(0, MOST_ROWS).flatMap(([label, value], row) => pairLine(label, value, FIRST_ROW + ROW_PITCH * row)),
		keyHints(["cancel", "enter"], language),
	);
}

/** Part of a longer text, such as a receipt: the arrow keys move it. @param lines of which the ones from `first` are shown */
export function page(title: MessageId, lines: readonly string[], first: number, language: Language): Screen {
	const isLong = lines.length > MOST_ROWS;
	const last = Math.min(first + MOST_ROWS, lines.length);
	return screen(
		"page",
		heading(title, isLong ? `${last}/${lines.length}` : "", language),
		lines
			.slice(first, first + MOST_ROWS)
			.map((text, row) => ({ ...line(text, "small", FIRST_ROW + ROW_PITCH * row, INK), align: "left" as const })),
		keyHints(isLong ? ["cancel", "scroll", "enter"] : ["cancel", "enter"], language),
	);
}

/** Something that a person should know before the next transaction. @param sentence wrapped to three lines */
export function warning(title: MessageId, sentence: string, language: Language): Screen {
	const lines = wrapText(FONTS.small, sentence, CONTENT_WIDTH, WARNING_LINES);
	return screen(
		"warning",
		band(AMBER, "attention", message(title, language)),
		lines.map((text, row) => line(text, "small", 156 + 24 * row, INK)),
	);
}

const WARNING_LINES = 3;

type Notice = "done" | "refused" | "attention" | "information";

const NOTICES: Readonly<Record<Notice, { readonly colour: Colour; readonly icon: Icon }>> = Object.freeze({
	done: Object.freeze({ colour: GREEN, icon: "check" as const }),
	refused: Object.freeze({ colour: RED, icon: "cross" as const }),
	attention: Object.freeze({ colour: AMBER, icon: "attention" as const }),
	information: Object.freeze({ colour: SLATE, icon: "clock" as const }),
});

/** How an operation that is no payment ended. @param detail one line, e.g. an amount or what to do */
export function notice(kind: Notice, title: MessageId, detail: string, language: Language): Screen {
	const { colour, icon } = NOTICES[kind];
	return screen("notice", band(colour, icon, message(title, language)), line(detail, "text", 172, INK));
}
