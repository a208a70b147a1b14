import type { ReversalReason } from "../host/messageValues.js";
import { request } from "../host/request.js";
import { reverse } from "../host/reverse.js";
import type { OwedMessage } from "../journal/journalState.js";
import type { Operation } from "../operation.js";
import type { FlowContext } from "./flowContext.js";
import { openReversal, openValues } from "./sealedValues.js";

const REVERSAL_TIMEOUT_MS = 15_000;
const ADVICE_TIMEOUT_MS = 30_000;
/** From here on persons are told, and a bank that answers but refuses stops nobody from selling. */
export const MOST_REVERSAL_TRIES = 5;

/**
 * Delivers the reversals that are owed, oldest first, and stops at the first that gets no answer: it stays owed, with the
 * same identity, until the bank acknowledges it. One that the bank keeps refusing stays in the journal as owed, is told to
 * persons and to the bank, and no longer holds up what comes after it.
 * @returns whether the next financial message may go
 */
export async function deliverReversals(c: FlowContext): Promise<boolean> {
	for (const owed of c.journal.owed().filter(({ kind }) => kind === "reversal")) {
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
		if (tries >= MOST_REVERSAL_TRIES)
			c.log.line("terminal", `the reversal of transaction ${batch}/${stan} was tried ${tries} times: call the bank`);
		if (answer !== "refused" || tries < MOST_REVERSAL_TRIES) return false;
		await tellBank(c, `REVERSAL ${batch}/${stan} REFUSED ${tries} TIMES`);
	}
	return true;
}

/**
 * Delivers what else the bank must hear, in the order in which it happened: script results first, then advices
 * (docs/sale.md). Stops at the first that gets no answer.
 * @returns how many still wait
 */
export async function deliverAdvices(c: FlowContext): Promise<number> {
	const waiting = c.journal.owed().filter(({ kind }) => kind !== "reversal");
	const inOrder = [...waiting.filter(isScriptResult), ...waiting.filter(owed => !isScriptResult(owed))];
	for (const owed of inOrder) {
		const { batch, stan } = owed;
		const kind = owed.kind as Operation;
		const at = () => c.clock.now();
		const values = openValues(c.seal, c.journal.sealed(owed));
		const reply = await request(c.link, c.hostTerminal, kind, values, c.keys.next(), ADVICE_TIMEOUT_MS);
		if (reply.kind === "answered" && reply.signInAgain) c.signInWanted = true;
		if (reply.kind !== "answered" || reply.signInAgain) {
			const problem = reply.kind === "answered" ? reply.responseCode : reply.reason;
			c.journal.append({ type: "attempt", batch, stan, at: at(), kind, problem });
			break;
		}
		const { approved, responseCode } = reply;
		const told = { batch, stan, at: at(), kind, responseCode };
		c.journal.append(approved ? { type: "adviceDelivered", ...told } : { type: "adviceRefused", ...told });
		if (!approved)
			c.log.line("terminal", `the bank refused the ${kind} of transaction ${batch}/${stan}: ${responseCode}`);
	}
	return c.journal.owed().filter(({ kind }) => kind !== "reversal").length;
}

function isScriptResult({ kind }: OwedMessage): boolean {
	return kind === "scriptResult";
}

async function tellBank(c: FlowContext, text: string): Promise<void> {
	if (!c.link.profile.operations.statusUpload) return;
	const values = { batch: c.journal.batch, stan: c.journal.takeStan(), text };
	await request(c.link, c.hostTerminal, "statusUpload", values, c.keys.next(), ADVICE_TIMEOUT_MS);
}
