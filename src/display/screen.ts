import type { FontName } from "./font.js";
import type { Icon } from "./icons.js";

/** Red, green and blue, 8 bits each: 0xRRGGBB. */
export type Colour = number;

/** A filled rectangle. With a `radius` of half its side it is a disc. */
export interface RectangleItem {
	readonly kind: "rectangle";
	readonly x: number;
	readonly y: number;
	readonly width: number;
	readonly height: number;
	readonly radius?: number;
	readonly colour: Colour;
}

/** One line of text, shortened with "…" when it is wider than `width`. */
export interface TextItem {
	readonly kind: "text";
	readonly x: number;
	readonly width: number;
	readonly baseline: number;
	readonly text: string;
	readonly font: Exclude<FontName, "icon">;
	readonly align: "left" | "centre" | "right";
	readonly colour: Colour;
}

/** A picture of 56 by 56 pixels. */
export interface IconItem {
	readonly kind: "icon";
	readonly x: number;
	readonly y: number;
	readonly icon: Icon;
	readonly colour: Colour;
}

/** One dot for each PIN digit entered, centred in `width`. */
export interface DotsItem {
	readonly kind: "dots";
	readonly x: number;
	readonly y: number;
	readonly width: number;
	readonly count: number;
	readonly colour: Colour;
}

export type ScreenItem = RectangleItem | TextItem | IconItem | DotsItem;

/** What a screen says or asks: the function of screens.ts or operationScreens.ts that made it, for work of the terminal's own its message. */
export type ScreenName =
	| "approved"
	| "cancelled"
	| "cardError"
	| "chooseApplication"
	| "confirm"
	| "confirmAmount"
	| "contactingBank"
	| "declined"
	| "enterAmount"
	| "enterComponent"
	| "enterDigits"
	| "enterOperator"
	| "enterPasscode"
	| "enterPin"
	| "fault"
	| "idle"
	| "insertCard"
	| "makingKeys"
	| "locked"
	| "menu"
	| "notAccepted"
	| "notice"
	| "page"
	| "pinIncorrect"
	| "pleaseWait"
	| "processingError"
	| "recovering"
	| "removeCard"
	| "reversalOwed"
	| "settled"
	| "settling"
	| "signingIn"
	| "tampered"
	| "training"
	| "timedOut"
	| "warning";

/** All that the display shows, as data; later items lie on top. Pixels, from the upper left corner. */
export interface Screen {
	readonly name: ScreenName;
	readonly background: Colour;
	readonly items: readonly ScreenItem[];
}

/** The screen in words, a line for each text, for readers of the screen; of a PIN the number of dots. */
export function screenText(screen: Screen): string {
	const lines: string[] = [];
	for (const item of screen.items) {
		if (item.kind === "text") lines.push(item.text);
		else if (item.kind === "dots") lines.push("●".repeat(item.count));
	}
	return lines.join("\n");
}
