import { type AskBank, report } from "../../sim/bank/startBank.js";
import type { LoadResult } from "./loadOrder.js";

/** Throughput and latencies of one run. @param seconds that were measured, the warm-up not among them */
export function loadReport(
	{ latencies, failures }: LoadResult,
	seconds: number,
): { readonly perSecond: number; readonly text: string } {
	const sorted = [...latencies].sort((a, b) => a - b);
	const at = (share: number) => sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? Number.NaN;
	const perSecond = sorted.length / seconds;
	const failed = Object.entries(failures).map(([why, count]) => `, ${count} x ${why}`);
	const times = [0.5, 0.99].map(share => `p${100 * share} ${at(share).toFixed(1)} ms`).join(", ");
	return { perSecond, text: `${perSecond.toFixed(0)} sales/s, ${times}${failed.join("")}` };
}

/** Where the ledger and the terminals' own records differ, one sentence each; empty when they agree. */
export async function mismatches(ask: AskBank, runs: readonly LoadResult[]): Promise<string[]> {
	const wrong = await report(ask, "audit");
	const kept = new Map((await report(ask, "terminals")).map(row => [row.terminalId, row]));
	for (const { terminalId } of runs[0]?.records ?? []) {
		const own = runs.flatMap(({ records }) => records).filter(each => each.terminalId === terminalId);
		const approved = own.reduce((sum, each) => sum + each.approved, 0);
		const sumMinor = own.reduce((sum, each) => sum + each.sumMinor, 0);
		const { debit, debitMinor } = kept.get(terminalId) ?? { debit: 0, debitMinor: 0 };
		if (debit !== approved || debitMinor !== sumMinor)
			wrong.push(`${terminalId}: ${approved} sales of ${sumMinor}, the ledger has ${debit} of ${debitMinor}`);
	}
	return wrong;
}
