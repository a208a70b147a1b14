import type { Statement } from "../../../src/binding/deskMessages.js";
import { type FeeSchedule, feeMinor, feeRuleFor } from "../../../src/binding/feeSchedule.js";
import type { Clock } from "../../../src/ports.js";
import type { Books } from "../books.js";

const DAY_MS = 24 * 3600_000;

/** A batch in the acquirer's books: what its cards paid, what is kept by the merchant's terms, what is credited and when. */
export function statementOf(
	books: Books,
	{ now, utcOffsetMinutes }: Pick<Clock, "now" | "utcOffsetMinutes">,
	fees: FeeSchedule,
	terminalId: string,
	batch: number,
): Statement {
	const sum = { grossMinor: 0, feeMinor: 0, netMinor: 0 };
	for (const { state, side, effect, pan, finalMinor } of books.transactionsOf(terminalId, batch)) {
		const isPaid = state === "approved" && side === "debit";
		const isRefund = state === "approved" && side === "credit" && effect !== "voids";
		if (!isPaid && !isRefund) continue;
		const rule = isPaid ? feeRuleFor(fees, pan) : undefined;
		const fee = rule ? feeMinor(rule, finalMinor) : 0;
		const gross = isPaid ? finalMinor : -finalMinor;
		sum.grossMinor += gross;
		sum.feeMinor += fee;
		sum.netMinor += gross - fee;
	}
	const creditAt = now() + utcOffsetMinutes * 60_000 + fees.creditDays * DAY_MS;
	return { ...sum, creditOn: new Date(creditAt).toISOString().slice(0, 10) };
}
