import { type ChainEntry, parseEntry } from "../journal/hashChain.js";
import type { Usual } from "./baseline.js";
import type { DailyAssessment, Trend } from "./dailyAssessment.js";
import type { DayReport } from "./dayReport.js";
import type { IncidentEvent } from "./incident.js";
import { type TerminalState, terminalState } from "./incident.js";
import type { IncidentLog } from "./incidentLog.js";
import { INCIDENTS } from "./incidentLog.js";
import { METRIC_NAMES, type MetricName } from "./metrics.js";
import type { RuleSet } from "./rule.js";
import type { SelfCheckReport } from "./selfCheck.js";

/** Lines of the incident log that a report shows. */
const MOST_INCIDENTS = 50;

/** What a merchant gets to see of the last weeks; numbers and words, no card. */
export interface MonitorReport {
	/** When it was made, milliseconds since 1970. */
	readonly at: number;
	/** Something is watched: without rules no day is assessed. */
	readonly isWatching: boolean;
	/** The day so far; undefined before the first event. */
	readonly today: DayReport | undefined;
	/** Days that have ended, oldest first, at most 35. */
	readonly days: readonly DayReport[];
	readonly trend: Trend;
	/** What each figure of a day usually is at this merchant; those that are known well enough. */
	readonly usual: Readonly<Partial<Record<MetricName, Usual>>>;
	/** What each rule says to people, by its name. */
	readonly rules: Readonly<Record<string, Readonly<Record<"en" | "zh", string>>>>;
	/** Of the last self-check. */
	readonly check: SelfCheckReport | undefined;
	readonly state: TerminalState;
	/** The newest entries of the incident log, oldest first. */
	readonly incidents: readonly ChainEntry<IncidentEvent>[];
}

/** What a report is made of: a `Monitor`. */
interface Watched {
	readonly isWatching: boolean;
	readonly assessment: DailyAssessment;
	days(): readonly DayReport[];
	readonly rules: RuleSet["rules"];
	readonly lastCheck: SelfCheckReport | undefined;
	readonly incidents: IncidentLog;
}

/** @param at now, milliseconds since 1970 */
export function monitorReport(monitor: Watched, at: number): MonitorReport {
	const { assessment, incidents } = monitor;
	const newest: ChainEntry<IncidentEvent>[] = [];
	for (const line of incidents.lines()) {
		const entry = parseEntry(line, INCIDENTS);
		if (entry) newest.push(entry); // one that was changed is the self-check's to tell
		if (newest.length > MOST_INCIDENTS) newest.shift();
	}
	const usual = METRIC_NAMES.flatMap(name => {
		const known = assessment.usual(name);
		return known ? [[name, known] as const] : [];
	});
	return {
		at,
		isWatching: monitor.isWatching,
		today: assessment.hasBegun ? assessment.today() : undefined,
		days: monitor.days(),
		trend: assessment.trend,
		usual: Object.fromEntries(usual),
		rules: Object.fromEntries(monitor.rules.map(({ name, says }) => [name, says])),
		check: monitor.lastCheck,
		state: terminalState(incidents.state),
		incidents: newest,
	};
}
