import { message } from "../display/messages.js";
import { notice } from "../display/operationScreens.js";
import type { Screen } from "../display/screen.js";
import type { MessageValues, ReversalReason } from "../host/messageValues.js";
import { encodeRequest, request } from "../host/request.js";
import { reverse } from "../host/reverse.js";
import type { OwedMessage } from "../journal/journalState.js";
import type { TotalsRow } from "../journal/totals.js";
import type { Operation } from "../operation.js";
import { isChangeAdvice, isOwnAdvice } from "./adviceKinds.js";
import type { FlowContext } from "./flowContext.js";
import { nextMessage } from "./nextMessage.js";
import { openReversal, openValues } from "./sealedValues.js";
import { type Answered, whyUnfit } from "./underWay.js";

const REVERSAL_TIMEOUT_MS = 15_000;
const ADVICE_TIMEOUT_MS = 30_000;
/** From here on persons and the bank are told, and a bank that answers but refuses stops nobody from selling. */
export const MOST_REVERSAL_TRIES = 5;
/** From here on an advice that the bank puts off does not keep others waiting. */
const MOST_ADVICE_TRIES = 5;

/**
 * Delivers the reversals that are owed, oldest first, and stops at the first that gets no answer: it stays owed, with the
 * same identity, until the bank acknowledges it. One that the bank keeps refusing stays in the journal as owed, is told to
 * persons and to the bank, and no longer holds up what comes after it.
 * @returns whether the next financial message may go
 */
export async function deliverReversals(c: FlowContext): Promise<boolean> {
	for (const owed of c.journal.owed().filter(isReversal)) {
		const { batch, stan, reason } = owed;
		const original = openReversal(c.seal, c.journal.sealed(owed));
		const keys = c.keys.next();
		const answer = await reverse(c.link, c.hostTerminal, original, reason as ReversalReason, keys, REVERSAL_TIMEOUT_MS);
		if (answer === "acknowledged") {
			c.journal.append({ type: "reversed", batch, stan, at: c.clock.now() });
			continue;
		}
		c.journal.append({ type: "attempt", batch, stan, at: c.clock.now(), kind: "reversal", problem: answer });
		const tries = owed.attempts + 1;
		if (tries >= MOST_REVERSAL_TRIES) await tellPersons(c, owed, tries);
		if (answer === "signInAgain") c.signInWanted = true;
		if (answer !== "refused" || tries < MOST_REVERSAL_TRIES) return false;
	}
	return true;
}

/** What the display says while a reversal was tried too often; undefined when none was. */
export function stuckReversal(c: FlowContext): Screen | undefined {
	const isStuck = c.journal.owed().some(owed => isReversal(owed) && owed.attempts >= MOST_REVERSAL_TRIES);
	const { language } = c.merchant;
	return isStuck ? notice("attention", "reversalOwed", message("callAcquirer", language), language) : undefined;
}

/**
 * Delivers what else the bank must hear: script results first, then advices in the order in which they came up
 * (docs/sale.md). Stops at the first that gets no answer.
 * @returns how many still wait
 */
export async function deliverAdvices(c: FlowContext): Promise<number> {
	const waiting = c.journal.owed().filter(owed => !isReversal(owed));
	const inOrder = [...waiting.filter(isScriptResult), ...waiting.filter(owed => !isScriptResult(owed))];
	for (const owed of inOrder) if (!(await deliverAdvice(c, owed))) break;
	return c.journal.owed().filter(owed => !isReversal(owed)).length;
}

/** @returns whether the next one may go */
async function deliverAdvice(c: FlowContext, owed: OwedMessage): Promise<boolean> {
	const { batch, stan } = owed;
	const kind = owed.kind as Operation;
	const failed = (problem: string) =>
		c.journal.append({ type: "attempt", batch, stan, at: c.clock.now(), kind, problem });
	const values = openValues(c.seal, c.journal.sealed(owed));
	const keys = c.keys.next();
	const unfit = whyUnfit(() => encodeRequest(c.link.profile, c.hostTerminal, kind, values, keys));
	if (unfit !== undefined) {
		// Never sent as it is, never forgotten, and no reason to keep others waiting.
		c.log.line("terminal", `the ${kind} of transaction ${batch}/${stan} cannot be sent: ${unfit}`);
		failed(unfit);
		return true;
	}
	const reply = await request(c.link, c.hostTerminal, kind, values, keys, ADVICE_TIMEOUT_MS);
	if (reply.kind !== "answered") {
		failed(reply.reason);
		return false;
	}
	if (reply.signInAgain) {
		c.signInWanted = true;
		failed(reply.responseCode);
		return false;
	}
	if (reply.tryLater) {
		// Nobody has judged it: what the card approved is not given up for that. In the end it holds up no others.
		failed(reply.responseCode);
		return owed.attempts + 1 >= MOST_ADVICE_TRIES;
	}
	noteAnswer(c, owed, values, reply);
	return true;
}

function noteAnswer(c: FlowContext, { batch, stan, kind }: OwedMessage, values: MessageValues, reply: Answered): void {
	const { approved, responseCode, retrievalReference } = reply;
	const told = { batch, stan, at: c.clock.now(), kind: kind as Operation, responseCode };
	const record = c.journal.transaction({ batch, stan })!;
	if (approved) {
		const isOwn = isOwnAdvice(record, kind);
		c.journal.append({ type: "adviceDelivered", ...told, ...(isOwn && { retrievalReference }) });
		return;
	}
	let uncounted: TotalsRow | undefined;
	const { operation, foreign, state } = record;
	if (state === "approved" || state === "voided") {
		if (isOwnAdvice(record, kind)) uncounted = { operation, foreign, count: 1, amountMinor: record.amountMinor };
		else if (isChangeAdvice(kind)) {
			const amountMinor = values.amountMinor! - values.original!.amountMinor!;
			uncounted = { operation: "adjust", foreign, count: 0, amountMinor };
		}
	}
	c.journal.append({ type: "adviceRefused", ...told, uncounted });
	c.log.line("terminal", `the bank refused the ${kind} of transaction ${batch}/${stan}: ${responseCode}`);
}

/** The terminal says so on its display, and tells the bank with every fifth try. */
async function tellPersons(c: FlowContext, { batch, stan }: OwedMessage, tries: number): Promise<void> {
	const sentence = `the reversal of transaction ${batch}/${stan} was tried ${tries} times: call the acquirer`;
	c.log.line("terminal", sentence);
	c.show(stuckReversal(c)!);
	if (!c.link.profile.operations.statusUpload || tries % MOST_REVERSAL_TRIES !== 0) return;
	const values = { ...nextMessage(c), text: `REVERSAL ${batch}/${stan} NOT DONE AFTER ${tries} TRIES` };
	await request(c.link, c.hostTerminal, "statusUpload", values, c.keys.next(), REVERSAL_TIMEOUT_MS);
}

function isReversal({ kind }: OwedMessage): boolean {
	return kind === "reversal";
}

function isScriptResult({ kind }: OwedMessage): boolean {
	return kind === "scriptResult";
}
