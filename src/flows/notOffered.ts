import type { Operation } from "../operation.js";
import { supportContact } from "./boundMerchant.js";
import type { FlowContext } from "./flowContext.js";
import type { Refusal } from "./refuse.js";

/** What binding and acquirer let this terminal do. @returns why it must not do this; undefined when it may */
export function notOffered(c: FlowContext, operation: Operation): Refusal | undefined {
	const notBoundTo = notInBinding(c, operation);
	if (notBoundTo || c.link.profile.operations[operation]) return notBoundTo;
	return { title: "notAllowed", reason: `this acquirer offers no ${operation}` };
}

/** The same of the binding alone. */
export function notInBinding(c: FlowContext, operation: Operation): Refusal | undefined {
	const { certificate } = c.binding;
	if (!certificate || certificate.functions.includes(operation)) return undefined;
	return { title: "notAllowed", reason: `the binding allows no ${operation}`, contact: supportContact(c) };
}
