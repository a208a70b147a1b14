import { enterAmount as enterAmountScreen } from "../display/screens.js";
import { amountAfterKey } from "../keypad/amountEntry.js";
import type { Digit } from "../ports.js";
import type { FlowContext } from "./flowContext.js";

const KEY_TIMEOUT_MS = 30_000;

/** The amount of a sale, begun with the digit that woke the terminal. @returns minor units; undefined on Cancel or silence */
export async function enterAmount(c: FlowContext, first: Digit): Promise<number | undefined> {
	const { currencyCode } = c.configuration;
	let amountMinor = amountAfterKey(0, first);
	for (;;) {
		c.show(enterAmountScreen(amountMinor ? String(amountMinor) : "", currencyCode, c.merchant.language));
		const event = await c.events.next(KEY_TIMEOUT_MS);
		if (event === undefined) return undefined;
		if (typeof event !== "object") continue;
		if (event.key === "cancel") return undefined;
		if (event.key === "enter" && amountMinor > 0) return amountMinor;
		amountMinor = amountAfterKey(amountMinor, event.key);
	}
}
