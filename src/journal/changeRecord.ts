import type { Operation } from "../operation.js";
import type { AdjustedEntry, TransactionEntry, TransactionName } from "./entries.js";

/** What became of one tip or adjustment of a sale. */
export interface ChangeRecord {
	readonly sale: TransactionName;
	/** "tip" or "adjust". */
	readonly kind: Operation;
	/** Milliseconds since 1970-01-01 00:00 UTC. */
	readonly at: number;
	/** What the sale was to come to. */
	readonly amountMinor: number;
	readonly tipMinor: number;
	/** Whether the bank has it, does not want it, or is still to be told. */
	readonly state: "owed" | "delivered" | "refused";
	readonly responseCode: string | undefined;
}

/**
 * The change of this request key. A second one begins only when the bank has answered about the first, so that the first
 * answer behind a change is its own.
 * @param entries of the sale, oldest first
 */
export function foldChange(entries: readonly TransactionEntry[], requestKey: string): ChangeRecord | undefined {
	const at = entries.findIndex(entry => entry.type === "adjusted" && entry.requestKey === requestKey);
	const [changed, advice, ...later] = entries.slice(at);
	if (at < 0 || advice?.type !== "adviceOwed") return undefined;
	const { kind } = advice;
	const { batch, stan, amountMinor, tipMinor, at: changedAt } = changed as AdjustedEntry;
	const change = { sale: { batch, stan }, kind, at: changedAt, amountMinor, tipMinor };
	for (const entry of later)
		if ((entry.type === "adviceDelivered" || entry.type === "adviceRefused") && entry.kind === kind) {
			const state = entry.type === "adviceDelivered" ? "delivered" : "refused";
			return { ...change, state, responseCode: entry.responseCode };
		}
	return { ...change, state: "owed", responseCode: undefined };
}
