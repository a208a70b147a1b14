import { formatAmount } from "../../../src/display/amount.js";
import type { DayReport } from "../../../src/monitor/dayReport.js";
import { causeText, REPORT_WORDS } from "../../../src/monitor/formatDayReport.js";
import type { IncidentEvent } from "../../../src/monitor/incident.js";
import { METRIC_NAMES, METRICS } from "../../../src/monitor/metrics.js";
import type { MerchantReport } from "../panelWorld.js";
import { byId, make } from "./dom.js";
import { plotsOf } from "./plots.js";

/** The report page: what happened at this terminal in the last weeks, how far that is from usual, and why. */
async function show(): Promise<void> {
	const response = await fetch("/report.json");
	const report = (await response.json()) as MerchantReport | null;
	const page = byId("report");
	if (!report) {
		page.append(notice("The keys of this terminal were erased: what it knew of its days is gone with them."));
		return;
	}
	byId("title").textContent = report.merchant ? `Kassa · ${report.merchant}` : "Kassa";
	byId("made").textContent = `made ${new Date(report.at).toLocaleString("en")}`;
	const { today, days } = report;
	const isFresh = days.length === 0 && Object.values(today?.counts.of ?? {}).every(count => count === 0);
	if (!today || isFresh)
		page.append(
			notice(
				report.isWatching
					? "Nothing has happened at this terminal yet: make a sale, then come back to this page."
					: "This terminal does not assess its days: start it without --no-monitor, and make a sale.",
			),
		);
	else {
		page.append(summary(report, today));
		for (const [title, draw] of Object.entries(plotsOf(report))) {
			const section = titled(title, "plot");
			page.append(section);
			const into = make("div", "canvas");
			section.append(into);
			draw(into);
		}
		page.append(figures(report, today), causes(report));
	}
	page.append(selfCheck(report), incidents(report));
	document.body.dataset.ready = "true";
}

function summary({ today: _, trend, state, days }: MerchantReport, today: DayReport): HTMLElement {
	const section = make("section", "wide summary");
	const figure = (label: string, value: string, className = "") => {
		const element = make("div", "figure");
		element.append(make("strong", className, value), make("span", "quiet", label));
		return element;
	};
	const { of } = today.counts;
	section.append(
		figure("risk score today", `${today.score}/100 ${today.level}`, today.level),
		figure("trend of the scores", trend),
		figure("sales today", String(of.sale + of.completion)),
		figure("declined", String(of.decline)),
		figure("refunds", String(of.refund)),
		figure("terminal", state, state === "normal" ? "passed" : "failed"),
		figure("days known", String(days.length)),
	);
	return section;
}

/** Each figure of today beside what it usually is. */
function figures({ usual, currency }: MerchantReport, today: DayReport): HTMLElement {
	const section = titled("Today against this merchant's own days");
	const rows = METRIC_NAMES.flatMap(name => {
		const known = usual[name];
		if (!known) return [];
		const text = (n: number) => (name === "averageMinor" ? formatAmount(n, currency) : String(n));
		const value = METRICS[name].of(today.counts);
		const points = today.causes.find(each => each.kind === "metric" && each.name === name)?.points;
		const shown = value === undefined ? "too few payments yet" : `${text(value)}${points ? ` (+${points})` : ""}`;
		return [[REPORT_WORDS[name].en, text(known.value), `± ${text(known.deviation)}`, shown]];
	});
	section.append(
		rows.length
			? table(["", "usual", "", "today"], rows)
			: make(
					"p",
					"quiet",
					"Getting to know the business: it takes seven days until there is something to compare with.",
				),
	);
	return section;
}

function causes(report: MerchantReport): HTMLElement {
	const section = titled("Why a day was not like others");
	const rules = Object.entries(report.rules).map(([name, says]) => ({ name, says }));
	const words = { rules, money: (amountMinor: number) => formatAmount(amountMinor, report.currency) };
	const days = [...report.days, report.today!].reverse();
	const rows = days.flatMap(({ day, score, causes: found }) =>
		found.map((cause, i) => [i === 0 ? day : "", i === 0 ? String(score) : "", causeText(cause, words, "en")]),
	);
	section.append(
		rows.length ? scrolled(table(["day", "score", "because"], rows)) : make("p", "quiet", "Nothing unusual so far."),
	);
	return section;
}

function selfCheck({ check }: MerchantReport): HTMLElement {
	const section = titled("Self-check");
	if (!check) section.append(make("p", "quiet", "The terminal has not checked itself yet."));
	else {
		const verdict = check.blocking.length ? "Not safe: sales are blocked" : "Ready to sell";
		const at = new Date(check.at).toLocaleString("en");
		section.append(make("p", check.blocking.length ? "failed" : "passed", `${verdict} (${at})`));
		const rows = check.results.map(({ verdict: found, title, says }) => [inWords(found), title.en, says.en]);
		section.append(scrolled(table(["", "", ""], rows, row => row[0]!)));
	}
	return section;
}

function incidents({ incidents: entries, rules }: MerchantReport): HTMLElement {
	const section = titled("Incidents");
	const rows = [...entries].reverse().map(({ number, at, event }) => {
		const { type } = event;
		return [String(number), new Date(at).toLocaleString("en"), type, incidentText(event, rules)];
	});
	section.append(
		rows.length
			? scrolled(table(["", "when", "what", ""], rows))
			: make("p", "quiet", "None: the terminal was never out of its normal state."),
	);
	return section;
}

function incidentText(event: IncidentEvent, rules: MerchantReport["rules"]): string {
	switch (event.type) {
		case "opened": {
			const { cause, detail, locks = [], by, call } = event;
			const why = detail.replace(/^rule (\S+)$/, (whole, name: string) => rules[name]?.en ?? whole);
			const more = [locks.map(inWords).join(", "), by && `by ${by}`, call && `call ${call}`].filter(Boolean);
			return [`${inWords(cause)}: ${why}`, ...more].join("; ");
		}
		case "factor":
			return `to end ${event.incident}: ${inWords(event.factor)}${event.by && ` (${event.by})`}`;
		case "refused":
			return `${inWords(event.factor)}: ${event.detail}`;
		case "noted":
			return event.detail;
	}
}

/** "functionLock" as people read it. */
function inWords(name: string): string {
	return name.replaceAll(/[A-Z]/g, letter => ` ${letter.toLowerCase()}`);
}

function notice(sentence: string): HTMLElement {
	const section = make("section", "wide");
	section.append(make("p", "notice", sentence));
	return section;
}

function titled(title: string, className = ""): HTMLElement {
	const section = make("section", className);
	section.append(make("h2", "", title));
	return section;
}

function scrolled(element: HTMLElement): HTMLElement {
	const box = make("div", "scroll");
	box.append(element);
	return box;
}

function table(
	head: readonly string[],
	rows: readonly (readonly string[])[],
	classOf: (row: readonly string[]) => string = () => "",
): HTMLElement {
	const element = make("table", "cells");
	if (head.some(Boolean)) {
		const row = make("tr", "");
		row.append(...head.map(text => make("th", "", text)));
		element.append(row);
	}
	for (const cells of rows) {
		const row = make("tr", "");
		row.append(...cells.map((text, i) => make("td", i === 0 ? classOf(cells) : "", text)));
		element.append(row);
	}
	return element;
}

void show();
