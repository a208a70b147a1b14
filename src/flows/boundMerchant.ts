import type { Binding, BindingProblem } from "../binding/binding.js";
import { type Language, type MessageId, message } from "../display/messages.js";
import { notice } from "../display/operationScreens.js";
import type { Screen } from "../display/screen.js";
import { idle } from "../display/screens.js";
import { ruleText } from "./feeText.js";
import type { FlowContext, Merchant } from "./flowContext.js";
import type { Refusal } from "./refuse.js";
import { whyNotSignedOn } from "./signOn.js";
import { updateLines, updateNotice } from "./updateWords.js";

/** Whom the terminal sells for: what the certificate says, and nothing else can say it. */
export function boundMerchant({ certificate }: Binding, language: Language): Merchant {
	if (!certificate) return { ...NOBODY, language };
	const { merchantId, terminalId, categoryCode, name } = certificate.merchant;
	return { merchantId, terminalId, categoryCode, name, language };
}

const NOBODY = Object.freeze({ merchantId: "0".repeat(15), terminalId: "0".repeat(8), categoryCode: "0000", name: "" });

/** What the display says to each problem. */
const BINDING_PROBLEMS: Readonly<Record<BindingProblem, MessageId>> = Object.freeze({
	notBound: "notBound",
	sealBroken: "sealBroken",
	foreign: "bindingForeign",
	revoked: "bindingRevoked",
	notYetValid: "bindingNotYetValid",
	expired: "bindingExpired",
	licenceExpired: "licenceExpired",
});

/** Whom to call: the acquirer's own words, before a binding those of the firmware. */
export function supportContact({ binding, merchant }: FlowContext): string {
	return binding.certificate?.acquirer.support ?? message("callAcquirer", merchant.language);
}

/** No sale without a binding that counts. @returns why not; undefined when there is one */
export function notBound(c: FlowContext): Refusal | undefined {
	const problem = c.bindingProblem();
	if (!problem) return undefined;
	return { title: BINDING_PROBLEMS[problem], reason: problem, contact: supportContact(c), outcome: "notAccepted" };
}

/** Who sells, under which licence, whom to call; without a binding that counts, why nobody does. */
export function idleScreen(c: FlowContext, clock: string): Screen {
	const { language } = c.merchant;
	const problem = c.bindingProblem();
	if (problem) return notice("attention", BINDING_PROBLEMS[problem], supportContact(c), language);
	const notSignedOn = whyNotSignedOn(c, "sale");
	if (notSignedOn) return notice("attention", notSignedOn.title, message("operatorNumber", language), language);
	const { licence, support } = c.binding.certificate!.acquirer;
	return idle(c.merchant.name, clock, updateNotice(c) ?? `${licence.number} · ${support}`);
}

/** All that the binding says, for the about screen. */
export function aboutLines(c: FlowContext): string[] {
	const { language } = c.merchant;
	const problem = c.bindingProblem();
	const state = problem ? [message(BINDING_PROBLEMS[problem], language), supportContact(c)] : [];
	state.push(...updateLines(c));
	const { certificate } = c.binding;
	if (!certificate) return state;
	const { merchant, acquirer, settlementCard, subject, expires } = certificate;
	const rows: readonly (readonly [MessageId, string])[] = [
		["merchant", merchant.name],
		["merchantNumber", merchant.merchantId],
		["category", merchant.categoryCode],
		["address", merchant.address],
		["terminalNumber", merchant.terminalId],
		["bindingNumber", subject],
		["validUntil", new Date(expires * 1000).toISOString().slice(0, 10)],
		["settlementCard", settlementCard.masked],
		["acquirer", acquirer.name],
		["licence", acquirer.licence.number],
		["support", acquirer.support],
	];
	const fees = c.binding.termsAt(c.clock.now())?.rules ?? [];
	return [
		...state,
		...rows.map(([label, value]) => `${message(label, language)}: ${value}`),
		...fees.map(rule => `${message("fees", language)}: ${ruleText(rule, c.configuration.currencyCode)}`),
	];
}

/** Lines for receipt and about screen: where the merchant is, under which licence, whom to call. */
export function merchantLines({ binding, merchant: { language } }: FlowContext): string[] {
	if (!binding.certificate) return [];
	const { merchant, acquirer } = binding.certificate;
	return [
		merchant.address,
		`${message("licence", language)} ${acquirer.licence.number}`,
		`${message("support", language)} ${acquirer.support}`,
	];
}
