import { notice } from "../display/operationScreens.js";
import type { Operation } from "../operation.js";
import { RIGHTS, rightFor } from "../operators/rights.js";
import type { Digit } from "../ports.js";
import type { FlowContext } from "./flowContext.js";
import { identify } from "./identify.js";
import { type Refusal, sentenceOf } from "./refuse.js";

/** How a sign-on ended. */
export interface SignOnResult {
	readonly done: boolean;
	/** One sentence for the person who asked. */
	readonly reason: string;
	/** Number of who is signed on now. */
	readonly operator: string | undefined;
}

/** A person at the keypad begins their work. @param first digit of their number, when it was pressed already */
export async function signOn(c: FlowContext, first?: Digit): Promise<SignOnResult> {
	const who = await identify(c, {
		title: "operatorNumber",
		roles: RIGHTS.sell,
		event: number => ({ type: "signedOn", who: number }),
		...(first && { first }),
	});
	return typeof who === "string" ? signedOn(c, who) : refused(c, who);
}

/** Nobody is signed on from here on. */
export function signOff(c: FlowContext): SignOnResult {
	const { operator } = c.shift;
	const { language } = c.merchant;
	if (operator === undefined) {
		c.show(notice("attention", "signOnFirst", "", language));
		return { done: false, reason: "nobody is signed on", operator };
	}
	c.shift.signOff("asked");
	c.show(notice("done", "signedOff", operator, language));
	return { done: true, reason: `operator ${operator} is signed off`, operator: undefined };
}

/** Why the person at the terminal must not do this; undefined when they may. */
export function whyNotSignedOn(c: FlowContext, operation: Operation): Refusal | undefined {
	if (c.shift.may(rightFor(operation))) return undefined;
	if (c.operators.isLost)
		return {
			title: "operatorsLost",
			reason: "noOperator: the list of operators was removed or damaged: have it set up again",
			outcome: "notAccepted",
		};
	return {
		title: "signOnFirst",
		reason: "noOperator: nobody is signed on: sign on with number and passcode first",
		outcome: "notAccepted",
	};
}

function signedOn(c: FlowContext, operator: string): SignOnResult {
	c.shift.begins();
	c.monitor.take({ kind: "signOn", at: c.clock.now() });
	c.show(notice("done", "signedOn", operator, c.merchant.language));
	return { done: true, reason: `operator ${operator} is signed on`, operator };
}

function refused(c: FlowContext, refusal: Refusal): SignOnResult {
	c.show(notice("refused", refusal.title, "", c.merchant.language));
	return { done: false, reason: sentenceOf(refusal), operator: c.shift.operator };
}
