import { enterAmount as enterAmountScreen } from "../display/screens.js";
import { amountAfterKey } from "../keypad/amountEntry.js";
import type { Digit } from "../ports.js";
import type { FlowContext } from "./flowContext.js";

export type AmountTitle = "enterAmount" | "enterCashback" | "enterTip";

const KEY_TIMEOUT_MS = 30_000;

/** An amount; that of a sale is begun with the digit that woke the terminal. @returns minor units; undefined on Cancel or silence */
export async function enterAmount(c: FlowContext, title: AmountTitle, first?: Digit): Promise<number | undefined> {
	const { currencyCode } = c.configuration;
	let amountMinor = first === undefined ? 0 : amountAfterKey(0, first);
	for (;;) {
		c.show(enterAmountScreen(amountMinor ? String(amountMinor) : "", currencyCode, c.merchant.language, title));
		const event = await c.events.next(KEY_TIMEOUT_MS);
		if (event === undefined) return undefined;
		if (typeof event !== "object") continue;
		if (event.key === "cancel") return undefined;
		if (event.key === "enter" && amountMinor > 0) return amountMinor;
		amountMinor = amountAfterKey(amountMinor, event.key);
	}
}
