import { wipe } from "../bytes/bytes.js";
import type { MessageId } from "../display/messages.js";
import { enterPasscode } from "../display/operationScreens.js";
import type { Role } from "../operators/passcodes.js";
import type { FlowContext } from "./flowContext.js";
import type { Refusal } from "./refuse.js";

const KEY_TIMEOUT_MS = 30_000;
const SHORTEST = 4;
const LONGEST = 12;

const NAMES = Object.freeze({
	supervisor: Object.freeze({ title: "supervisorPasscode", name: "supervisor" } as const),
	custodian1: Object.freeze({ title: "custodian1Passcode", name: "first custodian" } as const),
	custodian2: Object.freeze({ title: "custodian2Passcode", name: "second custodian" } as const),
});

/** A person agrees with the passcode of a role. @returns why not; undefined when that person agreed */
export async function roleApproves(c: FlowContext, role: Role): Promise<Refusal | undefined> {
	const { title: prompt, name } = NAMES[role];
	let title: MessageId = prompt;
	for (;;) {
		const passcode = await enterPasscodeOf(c, prompt, title);
		if (!passcode) return { title: "cancelled", reason: `no ${name} agreed` };
		try {
			const verdict = c.passcodes.verify(role, passcode, c.clock.now());
			if (verdict === "right") return undefined;
			if (verdict !== "wrong") return { title: REFUSALS[verdict].title, reason: REFUSALS[verdict].reason(name) };
			title = "wrongPasscode";
		} finally {
			wipe(passcode); // WIPE
		}
	}
}

const REFUSALS = Object.freeze({
	notSet: Object.freeze({
		title: "notAllowed",
		reason: (name: string) => `no ${name} passcode is set: set one first`,
	} as const),
	damaged: Object.freeze({
		title: "notAllowed",
		reason: (name: string) => `the ${name} passcode is damaged or of another device: have it set again`,
	} as const),
	locked: Object.freeze({
		title: "passcodeLocked",
		reason: (name: string) =>
			`the ${name} passcode is locked after too many wrong ones: wait, or ask the administrator`,
	} as const),
});

/** @returns ASCII digits, one a byte; the caller wipes them; undefined on Cancel or silence */
async function enterPasscodeOf(c: FlowContext, prompt: MessageId, title: MessageId): Promise<Uint8Array | undefined> {
	const digits = new Uint8Array(LONGEST);
	let count = 0;
	try {
		for (;;) {
			c.show(enterPasscode(count ? prompt : title, count, c.merchant.language));
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
