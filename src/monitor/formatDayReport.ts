import type { DailyAssessment } from "./dailyAssessment.js";
import type { Cause, DayReport } from "./dayReport.js";
import type { MetricName } from "./metrics.js";
import type { Rule } from "./rule.js";

type Language = "en" | "zh";
/** What a rule says to people. */
type RuleWords = Pick<Rule, "name" | "says">;
type Words = Readonly<Record<Language, string>>;

/** What the causes of a day are told with. */
interface CauseWords {
	readonly rules: readonly RuleWords[];
	/** An amount as people write it. */
	readonly money: (amountMinor: number) => string;
}

const both = (en: string, zh: string): Words => Object.freeze({ en, zh });

/** Every word of a report for the display: the font holds these characters, too. */
export const REPORT_WORDS = Object.freeze({
	score: both("Risk score", "风险评分"),
	low: both("low", "低"),
	raised: both("raised", "偏高"),
	high: both("high", "高"),
	learning: both("Getting to know the business", "正在了解经营情况"),
	nothing: both("Nothing unusual", "无异常"),
	usual: both("usual", "平时"),
	trend: both("Trend", "趋势"),
	rising: both("rising", "上升"),
	steady: both("steady", "平稳"),
	falling: both("falling", "下降"),
	tamper: both("Terminal was opened", "终端曾被打开"),
	clockJump: both("Clock was changed", "时钟被更改"),
	payments: both("Payments", "付款笔数"),
	averageMinor: both("Average amount", "平均金额"),
	refundPermille: both("Refunds of sales, in 1000", "退货占销售额千分比"),
	declinePermille: both("Declined, of 1000", "拒绝率千分比"),
	cancelledPermille: both("Taken back, of 1000", "撤回率千分比"),
	pinFailurePermille: both("Wrong PINs, of 1000", "密码错误千分比"),
	fallbackPermille: both("Stripe, of 1000", "磁条千分比"),
	forcedOnlinePermille: both("Forced online, of 1000", "强制联机千分比"),
	reversalPermille: both("Reversed, of 1000", "冲正千分比"),
	linkFaultPermille: both("No answer, of 1000", "无应答千分比"),
} satisfies Readonly<Record<MetricName | string, Words>>);

/** A day in a few lines, for the display and for people at a screen: score, the trend where it is given, causes. */
export function formatDayReport(
	report: DayReport,
	{ trend, ...words }: Partial<Pick<DailyAssessment, "trend">> & CauseWords,
	language: Language,
): string[] {
	const word = (id: keyof typeof REPORT_WORDS) => REPORT_WORDS[id][language];
	return [
		`${report.day}  ${word("score")}: ${report.score}/100, ${word(report.level)}`,
		...(trend ? [`${word("trend")}: ${word(trend)}`] : []),
		...(report.isLearning ? [word("learning")] : []),
		...(report.causes.length ? report.causes.map(cause => causeText(cause, words, language)) : [word("nothing")]),
	];
}

/** One cause in a line: "+20 Declined, of 1000: 238 (usual 29)". */
export function causeText(cause: Cause, { rules, money }: CauseWords, language: Language): string {
	const points = `+${cause.points}`;
	switch (cause.kind) {
		case "rule": {
			const says = rules.find(({ name }) => name === cause.name)?.says[language] ?? cause.name;
			return `${points} ${says}: ${cause.alarms}`;
		}
		case "metric": {
			const figure = cause.name === "averageMinor" ? money : String;
			const usual = `${REPORT_WORDS.usual[language]} ${figure(cause.usual)}`;
			return `${points} ${REPORT_WORDS[cause.name][language]}: ${figure(cause.value)} (${usual})`;
		}
		case "event":
			return `${points} ${REPORT_WORDS[cause.name][language]}: ${cause.count}`;
	}
}
