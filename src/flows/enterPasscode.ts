import { wipe } from "../bytes/bytes.js";
import type { MessageId } from "../display/messages.js";
import { enterPasscode as enterPasscodeScreen } from "../display/operationScreens.js";
import type { FlowContext } from "./flowContext.js";

const KEY_TIMEOUT_MS = 30_000;
const SHORTEST = 4;
const LONGEST = 12;

/**
 * A passcode that a person types.
 * @param title said until the first digit, e.g. that the one before was wrong; `prompt` from then on
 * @returns ASCII digits, one a byte; the caller wipes them; undefined on Cancel or silence
 */
export async function enterPasscode(
	c: FlowContext,
	prompt: MessageId,
	title: MessageId = prompt,
): Promise<Uint8Array | undefined> {
	const digits = new Uint8Array(LONGEST);
	let count = 0;
	try {
		for (;;) {
			c.show(enterPasscodeScreen(count ? prompt : title, count, c.merchant.language));
			const event = await c.events.next(KEY_TIMEOUT_MS);
			if (event === undefined) return undefined;
			if (typeof event !== "object") continue;
			const { key } = event;
			if (key === "cancel") return undefined;
			if (key === "enter" && count >= SHORTEST) return digits.slice(0, count);
			if (key === "clear" && count > 0) digits[--count] = 0;
			if (key.length === 1 && count < LONGEST) digits[count++] = key.charCodeAt(0);
		}
	} finally {
		wipe(digits); // WIPE
	}
}

/**
 * Asks for a passcode, again after a wrong one.
 * @param judge is given ASCII digits, one a byte, which are wiped behind it
 * @returns what it found in the end; undefined on Cancel or silence
 */
export async function askPasscode<V extends string>(
	c: FlowContext,
	prompt: MessageId,
	judge: (passcode: Uint8Array) => V | "wrong",
): Promise<Exclude<V, "wrong"> | undefined> {
	let title = prompt;
	for (;;) {
		const passcode = await enterPasscode(c, prompt, title);
		if (!passcode) return undefined;
		try {
			const verdict = judge(passcode);
			if (verdict !== "wrong") return verdict as Exclude<V, "wrong">;
			title = "wrongPasscode";
		} finally {
			wipe(passcode); // WIPE
		}
	}
}
