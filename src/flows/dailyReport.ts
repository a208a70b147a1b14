import { formatAmount } from "../display/amount.js";
import { formatDayReport } from "../monitor/formatDayReport.js";
import type { FlowContext } from "./flowContext.js";

/** Today so far and the last day that has ended, in the merchant's language. */
export function dailyReportLines({ monitor, merchant, configuration }: FlowContext): string[] {
	const { assessment, rules, lastReport } = monitor;
	const money = (amountMinor: number) => formatAmount(amountMinor, configuration.currencyCode);
	const about = { trend: assessment.trend, rules, money };
	return [assessment.today(), ...(lastReport ? [lastReport] : [])].flatMap(report =>
		formatDayReport(report, about, merchant.language),
	);
}
