import type { MessageId } from "../display/messages.js";
import { enterDigits as enterDigitsScreen } from "../display/operationScreens.js";
import type { Digit } from "../ports.js";
import type { FlowContext } from "./flowContext.js";

const KEY_TIMEOUT_MS = 30_000;

/**
 * A number of `least` to `most` digits that a person types.
 * @param first digit, when it has been pressed already @param draw another screen than the usual one
 * @returns its digits; undefined on Cancel or silence
 */
export async function enterDigits(
	c: FlowContext,
	title: MessageId,
	least: number,
	most: number,
	{ first, draw = enterDigitsScreen }: { readonly first?: Digit; readonly draw?: typeof enterDigitsScreen } = {},
): Promise<string | undefined> {
	let text: string = first ?? "";
	for (;;) {
		c.show(draw(title, text, c.merchant.language));
		const event = await c.events.next(KEY_TIMEOUT_MS);
		if (event === undefined) return undefined;
		if (typeof event !== "object") continue;
		const { key } = event;
		if (key === "cancel") return undefined;
		if (key === "enter" && text.length >= least) return text;
		if (key === "clear") text = text.slice(0, -1);
		if (key.length === 1 && text.length < most) text += key;
	}
}
