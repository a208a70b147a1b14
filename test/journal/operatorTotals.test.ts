import { expect, test } from "vitest";
import { totalsByOperator } from "../../src/journal/operatorTotals.js";
import type { TransactionRecord } from "../../src/journal/transactionRecord.js";

const record = (
	operator: string | undefined,
	operation: TransactionRecord["operation"],
	amountMinor: number,
	state: TransactionRecord["state"] = "approved",
) => ({ operator, operation, amountMinor, state, foreign: false }) as TransactionRecord;

test("counts what was approved, each operator apart, by number, those of nobody last", () => {
	const totals = totalsByOperator([
		record(undefined, "sale", 1),
		record("100", "sale", 10),
		record("12", "sale", 200, "voided"),
		record("12", "saleVoid", 200),
		record("12", "sale", 300),
		record("12", "sale", 999, "declined"),
		record("12", "sale", 999, "reversed"),
		record("12", "sale", 999, "pending"),
		record("12", "sale", 999, "open"),
	]);
	expect(totals).toEqual([
		{
			operator: "12",
			totals: [
				{ operation: "sale", foreign: false, count: 2, amountMinor: 500 },
				{ operation: "saleVoid", foreign: false, count: 1, amountMinor: 200 },
			],
		},
		{ operator: "100", totals: [{ operation: "sale", foreign: false, count: 1, amountMinor: 10 }] },
		{ operator: undefined, totals: [{ operation: "sale", foreign: false, count: 1, amountMinor: 1 }] },
	]);
	expect(totalsByOperator([])).toEqual([]);
});
