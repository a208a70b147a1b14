import { BindingError } from "../binding/bindingError.js";
import type { DeskRefusal } from "../binding/deskMessages.js";
import type { MessageId } from "../display/messages.js";
import { KeyError } from "../keys/keyError.js";
import { DeskUnreachable } from "./deskConversation.js";
import type { Refusal } from "./refuse.js";

const said = (title: MessageId, reason: string): Refusal => Object.freeze({ title, reason });

/** What the acquirer's desk says no with, in words: each tells what to do. */
export const DESK_REFUSALS: Readonly<Record<DeskRefusal, Refusal>> = Object.freeze({
	terminalUnknown: said("terminalUnknown", "the bank does not know this terminal: have it registered first"),
	terminalTampered: said(
		"terminalTampered",
		"the terminal was opened and its keys erased: the bank must release it first",
	),
	codeWrong: said("codeWrong", "the activation code is wrong: key it in again"),
	codeUsed: said("codeUsed", "the activation code was used before: ask the bank for a new one"),
	codeExpired: said("codeExpired", "the activation code has expired: ask the bank for a new one"),
	codeLocked: said("codeLocked", "too many wrong activation codes: wait 15 minutes"),
	merchantClosed: said("merchantClosed", "the bank has closed this merchant: call the acquirer"),
	licenceInvalid: said("licenceExpired", "the acquirer's licence does not count: call the acquirer"),
	cardUnknown: said("merchantCardUnknown", "the bank does not know this card: use the merchant's bank card"),
	cardNotGenuine: said("merchantCardNotGenuine", "the card's cryptogram is wrong: use the merchant's bank card"),
	pinMissing: said("merchantCardNoPin", "the card's PIN was not verified"),
	pinWrong: said("incorrectPin", "the card's PIN is wrong: begin again"),
	pinBlocked: said("pinBlocked", "the card's PIN is blocked: call the card's bank"),
	cardRefused: said("merchantCardRefused", "the card's bank refuses the card: call it"),
	notOwner: said("notOwner", "the card is not the merchant's: use the card of the merchant's account"),
	notBound: said("notBound", "the bank has no such binding of this terminal: bind it again"),
	stale: said("tryAgain", "it took too long: begin again"),
	malformed: said("processingError", "the bank could not read the request: call the acquirer"),
});

/** @throws the error itself when it is nobody's outcome */
export function deskProblem(error: unknown): Refusal {
	if (error instanceof DeskUnreachable) return { title: "bankUnreachable", reason: error.message };
	if (error instanceof BindingError || error instanceof KeyError)
		return { title: "bankNotTrusted", reason: error.message };
	throw error;
}
