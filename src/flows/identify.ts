import { enterOperator } from "../display/operationScreens.js";
import type { AccessEvent } from "../operators/accessEvent.js";
import { formatRoles, type OperatorRole } from "../operators/rights.js";
import type { Digit } from "../ports.js";
import { choosePasscode } from "./choosePasscode.js";
import { enterDigits } from "./enterDigits.js";
import { askPasscode } from "./enterPasscode.js";
import type { FlowContext } from "./flowContext.js";
import type { Refusal } from "./refuse.js";

/** What a person is asked for a number and a passcode for. */
interface Purpose {
	readonly title: "operatorNumber" | "supervisorNumber";
	/** Who may. */
	readonly roles: readonly OperatorRole[];
	/** What the trail has to say when the passcode is right. */
	readonly event: (number: string) => AccessEvent;
	/** Who may not, as it takes two persons. */
	readonly except?: string | undefined;
	/** Of the number, when it was pressed already. */
	readonly first?: Digit;
}

/**
 * An operator says who they are and proves it. An initial passcode is good for nothing but for choosing another one.
 * @returns the number, or why it is nobody's who may
 */
export async function identify(c: FlowContext, purpose: Purpose): Promise<string | Refusal> {
	const { title, roles, event, except, first } = purpose;
	const number = await enterDigits(c, title, 2, 4, { draw: enterOperator, ...(first && { first }) });
	if (number === undefined) return { title: "cancelled", reason: "nobody keyed in their number" };
	const operator = c.operators.find(number);
	if (!operator) return { title: "operatorUnknown", reason: `there is no operator ${number}` };
	if (!roles.includes(operator.role))
		return {
			title: "notAllowed",
			reason: `operator ${number} is ${formatRoles([operator.role])}: it takes ${formatRoles(roles)}`,
		};
	if (number === except)
		return {
			title: "otherPerson",
			reason: `operator ${number} is the one who is signed on: another person must agree`,
		};
	const { isInitial } = operator;
	const refusal = await prove(c, number, isInitial ? { type: "identified", who: number } : event(number));
	if (refusal) return refusal;
	if (!isInitial) return number;
	if (!(await choosePasscode(c, number)))
		return { title: "cancelled", reason: `operator ${number} has chosen no passcode of their own` };
	c.access.append(c.clock.now(), event(number));
	return number;
}

async function prove(c: FlowContext, number: string, event: AccessEvent): Promise<Refusal | undefined> {
	const verdict = await askPasscode(c, "operatorPasscode", passcode =>
		c.operators.judge(number, passcode, c.clock.now(), event),
	);
	if (verdict === "right") return undefined;
	if (verdict === undefined) return { title: "cancelled", reason: `operator ${number} keyed in no passcode` };
	return {
		title: "passcodeLocked",
		reason: `operator ${number} is locked after too many wrong passcodes: wait, or have them unlocked`,
	};
}
