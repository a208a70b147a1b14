import { wipe } from "../bytes/bytes.js";
import { enterPasscode, notice } from "../display/operationScreens.js";
import type { FlowContext } from "./flowContext.js";

const KEY_TIMEOUT_MS = 30_000;
const SHORTEST = 4;
const LONGEST = 12;
const NOTICE_MS = 2_000;

/** A supervisor agrees with a passcode. @returns why not; undefined when a supervisor agreed */
export async function supervisorApproves(c: FlowContext): Promise<string | undefined> {
	for (;;) {
		const passcode = await enterSecret(c);
		if (!passcode) return "no supervisor agreed";
		try {
			const verdict = c.passcodes.verify("supervisor", passcode, c.clock.now());
			if (verdict === "right") return undefined;
			if (verdict === "notSet") return "no supervisor passcode is set: set one first";
			const locked = verdict === "locked";
			c.show(notice("refused", locked ? "passcodeLocked" : "wrongPasscode", "", c.merchant.language));
			if (locked) return "the supervisor passcode is locked after too many wrong ones: wait, or ask the administrator";
			await c.events.next(NOTICE_MS);
		} finally {
			wipe(passcode); // WIPE
		}
	}
}

/** @returns the digits, one a byte; the caller wipes them; undefined on Cancel or silence */
export async function enterSecret(c: FlowContext): Promise<Uint8Array | undefined> {
	const digits = new Uint8Array(LONGEST);
	let count = 0;
	try {
		for (;;) {
			c.show(enterPasscode("supervisorPasscode", count, c.merchant.language));
			const event = await c.events.next(KEY_TIMEOUT_MS);
			if (event === undefined) return undefined;
			if (typeof event !== "object") continue;
			const { key } = event;
			if (key === "cancel") return undefined;
			if (key === "enter" && count >= SHORTEST) return digits.slice(0, count);
			if (key === "clear") digits[count > 0 ? --count : 0] = 0;
			if (key.length === 1 && count < LONGEST) digits[count++] = key.charCodeAt(0) - 48;
		}
	} finally {
		wipe(digits); // WIPE
	}
}
