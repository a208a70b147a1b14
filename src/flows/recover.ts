import type { ReversalReason } from "../host/messageValues.js";
import type { FlowContext } from "./flowContext.js";

/** Gives every transaction that a power cut left open its end: taken back when the bank may have seen it, otherwise just ended. */
export function closeInterrupted(c: FlowContext): void {
	for (const { batch, stan, sent } of c.journal.interrupted()) {
		const at = c.clock.now();
		const mustReverse = sent && c.journal.transaction({ batch, stan })?.reversal !== undefined;
		const reason: ReversalReason = "noResponse";
		// Older firmware wrote that a reversal is owed and the end one after the other.
		const isOwed = c.journal
			.owed()
			.some(owed => owed.kind === "reversal" && owed.batch === batch && owed.stan === stan);
		c.journal.appendAll([
			...(mustReverse && !isOwed ? [{ type: "reversalOwed", batch, stan, at, reason } as const] : []),
			{
				type: "closed",
				batch,
				stan,
				at,
				outcome: "interrupted",
				online: sent,
				panMasked: undefined,
				cardLink: undefined,
				adviceRequired: false,
				scriptResults: undefined,
				responseCode: undefined,
				authorisationCode: undefined,
				retrievalReference: undefined,
			},
		]);
		c.log.line("terminal", `transaction ${batch}/${stan} was interrupted${mustReverse ? ": a reversal is owed" : ""}`);
	}
}
