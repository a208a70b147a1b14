import type { TransactionRecord } from "../journal/transactionRecord.js";
import type { Operation } from "../operation.js";
import { deliverAdvices } from "./deliverOwed.js";
import type { FlowContext } from "./flowContext.js";
import type { Refusal } from "./refuse.js";

/**
 * An approved transaction of this terminal that the bank knows: where it still waits for the bank it is delivered first, with
 * what goes before it.
 */
export async function findOriginal(
	c: FlowContext,
	invoice: number | undefined,
	operations: readonly Operation[],
): Promise<TransactionRecord | Refusal> {
	let found = invoice === undefined ? undefined : c.journal.byInvoice(invoice);
	if (found?.owed.length && found.state === "approved") {
		await deliverAdvices(c);
		found = c.journal.transaction(found)!;
		if (found.owed.length) return { title: "bankUnreachable", reason: STILL_WAITS, detail: "tryAgain" };
	}
	if (!found) return { title: "notFound" };
	if (!operations.includes(found.operation)) return { title: "notAllowed" };
	if (found.state === "voided") return { title: "alreadyVoided" };
	if (found.state !== "approved" || !found.sealedMessage) return { title: "notAllowed" };
	return found;
}

const STILL_WAITS = "the transaction still waits for the bank, which does not answer: try again when it does";
