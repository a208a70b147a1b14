import uPlot from "uplot";
import { CURRENCIES, formatAmount } from "../../../src/display/amount.js";
import type { Usual } from "../../../src/monitor/baseline.js";
import { type DayReport, USUAL_DEVIATIONS } from "../../../src/monitor/dayReport.js";
import type { EventKind } from "../../../src/monitor/event.js";
import type { MerchantReport } from "../panelWorld.js";

const HEIGHT = 210;
const DAY_SECONDS = 86_400;
/** Fewer days are not spread over the whole width. */
const FEWEST_DAYS = 14;
const WEEK = 7;

interface Line {
	readonly label: string;
	/** A name of the theme. */
	readonly colour: string;
	readonly values: readonly (number | null)[];
	readonly isBar?: boolean;
}

interface Band {
	readonly from: number;
	readonly to: number;
}

interface Plot {
	readonly lines: readonly Line[];
	/** What is usual. */
	readonly band?: Band | undefined;
	/** The axis ends here, or where the values do. */
	readonly least: number;
	readonly format: (value: number) => string;
}

/** The plots of a report, by their titles; each draws itself into an element. */
export function plotsOf(report: MerchantReport): Readonly<Record<string, (into: HTMLElement) => void>> {
	const days = [...report.days, ...(report.today ? [report.today] : [])];
	const draw = (plot: Plot) => (into: HTMLElement) => drawPlot(into, days, plot);
	const { payments, averageMinor } = report.usual;
	const whole = (value: number) => String(Math.round(value));
	const money = (minor: number) => formatAmount(Math.round(minor), report.currency);
	/** One of the currency, in its minor unit. */
	const unit = 10 ** CURRENCIES[report.currency]!.exponent;
	const counted = (kind: EventKind) => days.map(({ counts }) => counts.of[kind]);
	const sales = ({ counts: { of } }: DayReport) => of.sale + of.completion;
	const average = (day: DayReport) => (sales(day) ? Math.round(day.counts.soldMinor / sales(day)) : null);
	return {
		"Risk score, and its mean over a week": draw({
			least: 30,
			format: whole,
			lines: [
				{ label: "score", colour: "--accent", isBar: true, values: days.map(({ score }) => score) },
				{ label: "mean of 7 days", colour: "--journalInk", values: days.map((_, i) => weekMean(days, i)) },
			],
		}),
		"Sales, and how many payments are usual": draw({
			least: 10,
			format: whole,
			band: usualBand(payments),
			lines: [{ label: "sales", colour: "--good", isBar: true, values: days.map(sales) }],
		}),
		"Declines and refunds": draw({
			least: 5,
			format: whole,
			lines: [
				{ label: "declined", colour: "--bad", values: counted("decline") },
				{ label: "refunds", colour: "--cardInk", values: counted("refund") },
				{ label: "voids", colour: "--journalInk", values: counted("void") },
			],
		}),
		"Wrong PINs, reversals, no answer": draw({
			least: 5,
			format: whole,
			lines: [
				{ label: "wrong PINs", colour: "--bad", values: counted("pinFailure") },
				{ label: "reversals", colour: "--cardInk", values: counted("reversal") },
				{ label: "no answer", colour: "--journalInk", values: counted("linkFault") },
			],
		}),
		"Sold and given back": draw({
			least: 100 * unit,
			format: money,
			lines: [
				{ label: "sold", colour: "--good", isBar: true, values: days.map(({ counts }) => counts.soldMinor) },
				{ label: "given back", colour: "--cardInk", values: days.map(({ counts }) => counts.refundedMinor) },
			],
		}),
		"Average sale, and what is usual": draw({
			least: 10 * unit,
			format: money,
			band: usualBand(averageMinor),
			lines: [{ label: "average", colour: "--accent", values: days.map(average) }],
		}),
	};
}

/** From here to there a figure counts as usual. */
function usualBand(usual: Usual | undefined): Band | undefined {
	if (!usual) return undefined;
	const reach = USUAL_DEVIATIONS * usual.deviation;
	return { from: Math.max(0, usual.value - reach), to: usual.value + reach };
}

/** Of the day and the six before it. */
function weekMean(days: readonly DayReport[], end: number): number | null {
	if (end < WEEK - 1) return null;
	return days.slice(end - WEEK + 1, end + 1).reduce((sum, { score }) => sum + score, 0) / WEEK;
}

function drawPlot(into: HTMLElement, days: readonly DayReport[], { lines, band, least, format }: Plot): void {
	const times = days.map(({ day }) => Date.parse(`${day}T00:00:00Z`) / 1000);
	const end = times.at(-1)!;
	const start = Math.min(times[0]!, end - (FEWEST_DAYS - 1) * DAY_SECONDS);
	const axis = { stroke: colourOf("--quiet"), grid: { stroke: colourOf("--line"), width: 1 }, ticks: { show: false } };
	const plot = new uPlot(
		{
			width: into.clientWidth,
			height: HEIGHT,
			tzDate: seconds => uPlot.tzDate(new Date(seconds * 1000), "Etc/UTC"),
			cursor: { points: { size: 6 }, drag: { x: false, y: false } },
			scales: {
				x: { range: [start - DAY_SECONDS / 2, end + DAY_SECONDS / 2] },
				y: { range: (_, __, most) => [0, Math.max(least, most, band?.to ?? 0) * 1.08] },
			},
			axes: [
				{
					...axis,
					size: 30,
					space: 60,
					values: (_, ticks) => ticks.map(dayOf),
					incrs: [1, 2, 7, 14].map(n => n * DAY_SECONDS),
				},
				{ ...axis, size: (_, texts) => widthOf(texts), values: (_, ticks) => ticks.map(format) },
			],
			series: [
				{ label: "day", value: (_, seconds) => (seconds === null ? "–" : dayOf(seconds)) },
				...lines.map(line => seriesOf(line, format)),
			],
			hooks: { drawClear: band ? [u => drawBand(u, band)] : [] },
		},
		[times, ...lines.map(({ values }) => [...values])] as uPlot.AlignedData,
		into,
	);
	new ResizeObserver(() => plot.setSize({ width: into.clientWidth, height: HEIGHT })).observe(into);
}

function seriesOf({ label, colour, isBar }: Line, format: Plot["format"]): uPlot.Series {
	const shown = colourOf(colour);
	return {
		label,
		stroke: shown,
		width: 2,
		value: (_, value) => (value === null ? "–" : format(value)),
		points: { show: !isBar, size: 5, fill: shown },
		...(isBar && { fill: shown, width: 0, paths: uPlot.paths.bars!({ size: [0.62, 22] }) }),
	};
}

/** Room for the longest of an axis, in pixels: of amounts of some currencies it takes a lot. */
function widthOf(texts: readonly string[] | null): number {
	return 20 + 7 * Math.max(4, ...(texts ?? []).map(text => text.length));
}

/** Behind everything: where the merchant's days usually end. */
function drawBand(u: uPlot, { from, to }: Band): void {
	const { ctx, bbox } = u;
	const top = u.valToPos(to, "y", true);
	ctx.save();
	ctx.fillStyle = colourOf("--accentSoft");
	ctx.fillRect(bbox.left, top, bbox.width, u.valToPos(from, "y", true) - top);
	ctx.restore();
}

function dayOf(seconds: number): string {
	return new Date(seconds * 1000).toLocaleDateString("en", { day: "numeric", month: "short", timeZone: "UTC" });
}

/** A canvas does not know the theme's names, nor `light-dark`: an element does. */
function colourOf(name: string): string {
	const probe = document.createElement("span");
	probe.style.color = `var(${name})`;
	document.body.append(probe);
	const { color } = getComputedStyle(probe);
	probe.remove();
	return color;
}
