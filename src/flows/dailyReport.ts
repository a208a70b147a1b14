import { formatDayReport } from "../monitor/formatDayReport.js";
import type { FlowContext } from "./flowContext.js";

/** Today so far and the last day that has ended, in the merchant's language. */
export function dailyReportLines({ monitor, merchant }: FlowContext): string[] {
	const { assessment, rules, lastReport } = monitor;
	const about = { trend: assessment.trend, rules };
	return [assessment.today(), ...(lastReport ? [lastReport] : [])].flatMap(report =>
		formatDayReport(report, about, merchant.language),
	);
}
