import { wipe } from "../bytes/bytes.js";
import type { MessageId } from "../display/messages.js";
import { enterPasscode } from "../display/operationScreens.js";
import type { FlowContext } from "./flowContext.js";
import type { Refusal } from "./refuse.js";

const KEY_TIMEOUT_MS = 30_000;
const SHORTEST = 4;
const LONGEST = 12;

/** A supervisor agrees with a passcode. @returns why not; undefined when a supervisor agreed */
export async function supervisorApproves(c: FlowContext): Promise<Refusal | undefined> {
	let title: MessageId = "supervisorPasscode";
	for (;;) {
		const passcode = await enterPasscodeOf(c, title);
		if (!passcode) return { title: "cancelled", reason: "no supervisor agreed" };
		try {
			const verdict = c.passcodes.verify("supervisor", passcode, c.clock.now());
			if (verdict === "right") return undefined;
			if (verdict !== "wrong") return REFUSALS[verdict];
			title = "wrongPasscode";
		} finally {
			wipe(passcode); // WIPE
		}
	}
}

const REFUSALS = Object.freeze({
	notSet: Object.freeze<Refusal>({
		title: "notAllowed",
		reason: "no supervisor passcode is set: set one first",
	}),
	damaged: Object.freeze<Refusal>({
		title: "notAllowed",
		reason: "the supervisor passcode is damaged: have it set again",
	}),
	locked: Object.freeze<Refusal>({
		title: "passcodeLocked",
		reason: "the supervisor passcode is locked after too many wrong ones: wait, or ask the administrator",
	}),
});

/** @returns ASCII digits, one a byte; the caller wipes them; undefined on Cancel or silence */
async function enterPasscodeOf(c: FlowContext, title: MessageId): Promise<Uint8Array | undefined> {
	const digits = new Uint8Array(LONGEST);
	let count = 0;
	try {
		for (;;) {
			c.show(enterPasscode(count ? "supervisorPasscode" : title, count, c.merchant.language));
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
