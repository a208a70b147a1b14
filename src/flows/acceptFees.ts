import { BindingError } from "../binding/bindingError.js";
import { feeSubject } from "../binding/feeSchedule.js";
import { message } from "../display/messages.js";
import { confirm } from "./confirm.js";
import { DeskConversation } from "./deskConversation.js";
import { DESK_REFUSALS, deskProblem } from "./deskRefusals.js";
import { ruleText } from "./feeText.js";
import type { FlowContext } from "./flowContext.js";
import { sentenceOf } from "./refuse.js";
import { secondFactor } from "./secondFactor.js";

/** How a question about the binding ended. */
export interface BindingAnswer {
	readonly done: boolean;
	/** One sentence for the person who asked. */
	readonly reason: string;
}

/** Asks the desk what is new: revocations, and terms that wait for the merchant. What is not the acquirer's own is refused. */
export async function refreshBinding(c: FlowContext): Promise<BindingAnswer> {
	let desk: DeskConversation | undefined;
	try {
		desk = await DeskConversation.open(c);
		const { revocations, offer, refusal } = await desk.ask({ purpose: "status" });
		if (revocations) takeNewer(() => c.binding.takeRevocations(revocations));
		if (offer) takeNewer(() => c.binding.takeOffer(offer));
		if (refusal) return { done: false, reason: DESK_REFUSALS[refusal].reason! };
	} catch (error) {
		return { done: false, reason: deskProblem(error).reason! };
	} finally {
		desk?.close();
	}
	return { done: true, reason: c.binding.offer ? "new fees wait to be accepted" : "nothing is new" };
}

/** New terms count from here on; until then the old ones. The merchant sees them and agrees with card and PIN. */
export async function acceptFees(c: FlowContext): Promise<BindingAnswer> {
	const { offer } = c.binding;
	if (!offer) return { done: false, reason: "no new fees wait to be accepted" };
	// A batch has one schedule, so that terminal and bank count its fees alike.
	if (c.journal.batches().some(({ phase, count }) => phase !== "settled" && count > 0))
		return { done: false, reason: "the open batch is by the old fees: settle first" };
	const { language } = c.merchant;
	const rows = offer.fees.rules
		.slice(0, MOST_RULES)
		.map(rule => [message("fees", language), ruleText(rule, c.configuration.currencyCode)] as const);
	if (!(await confirm(c, "acceptFees", rows)))
		return { done: false, reason: "the merchant did not agree: the old fees count" };
	const refusal = await secondFactor(c, "acceptFees", feeSubject(c.crypto, offer.fees));
	if (refusal) return { done: false, reason: sentenceOf(refusal) };
	c.binding.acceptOffer(c.clock.now());
	return { done: true, reason: `the fees of version ${offer.fees.version} count from now on` };
}

const MOST_RULES = 3;

/** The desk says again what the terminal has already. */
function takeNewer(take: () => void): void {
	try {
		take();
	} catch (error) {
		if (!(error instanceof BindingError) || !/must be higher/.test(error.message)) throw error;
	}
}
