import type { Role } from "../operators/rights.js";
import { askPasscode } from "./enterPasscode.js";
import type { FlowContext } from "./flowContext.js";
import type { Refusal } from "./refuse.js";

const NAMES = Object.freeze({
	supervisor: Object.freeze({ title: "supervisorPasscode", name: "supervisor" } as const),
	custodian1: Object.freeze({ title: "custodian1Passcode", name: "first custodian" } as const),
	custodian2: Object.freeze({ title: "custodian2Passcode", name: "second custodian" } as const),
});

/**
 * A person agrees with the passcode of a role.
 * @param what they agree to, for the access trail
 * @returns why not; undefined when that person agreed
 */
export async function roleApproves(c: FlowContext, role: Role, what: string): Promise<Refusal | undefined> {
	const { title, name } = NAMES[role];
	const verdict = await askPasscode(c, title, passcode => c.passcodes.verify(role, passcode, c.clock.now(), what));
	if (verdict === "right") return undefined;
	if (verdict === undefined) return { title: "cancelled", reason: `no ${name} agreed` };
	return { title: REFUSALS[verdict].title, reason: REFUSALS[verdict].reason(name) };
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
