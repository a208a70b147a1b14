/** `npm run monitor`: what the built-in rules find in labelled streams, and how often they cry wolf. */
import { Command, InvalidArgumentError, Option } from "commander";
import { type Rates, rates } from "./rates.js";
import { allScores, type Scores } from "./scores.js";

new Command("monitor")
	.description("try the built-in monitoring rules on honest days and on frauds")
	.addOption(new Option("--days <n>", "honest days of each kind of merchant").default(365).argParser(parseCount))
	.addOption(new Option("--runs <n>", "frauds of each kind, at each merchant").default(250).argParser(parseCount))
	.addOption(new Option("--seed <n>", "of the random numbers").default(2026).argParser(parseCount))
	.option("--json", "print JSON")
	.action((options: { days: number; runs: number; seed: number; json?: boolean }) => {
		const found = { ...rates(options), scores: allScores(Math.max(30, Math.floor(options.days / 4)), options.seed) };
		console.log(options.json ? JSON.stringify(found, null, "\t") : text(found));
	})
	.parse();

function text({ detections, falseAlarms, scores }: Rates & { readonly scores: readonly Scores[] }): string {
	const found = detections.map(({ rule, runs, found, eventsUntil }) => [
		rule,
		`${((100 * found) / runs).toFixed(1)} %`,
		`${found} of ${runs}`,
		found ? eventsUntil.toFixed(1) : "-",
	]);
	const cried = falseAlarms.map(({ kind, days, events, mild, halting, byRule }) => [
		kind,
		`${days}`,
		`${events}`,
		`${(mild / days).toFixed(3)}`,
		`${(halting / days).toFixed(3)}`,
		Object.entries(byRule)
			.map(([rule, count]) => `${rule} ${count}`)
			.join(", "),
	]);
	const scored = scores.map(each => [
		each.kind,
		each.honestMean.toFixed(1),
		`${each.honestRaised} of ${each.honestDays}`,
		each.fraudMean.toFixed(1),
		`${each.fraudRaised} of ${each.fraudDays}`,
	]);
	return [
		"frauds found",
		...columns([["rule", "found", "runs", "events until"], ...found]),
		"",
		"false alarms",
		...columns([["merchant", "days", "events", "warnings a day", "halts a day", "by rule"], ...cried]),
		"",
		"daily score",
		...columns([["merchant", "honest, mean", "raised", "with a fraud, mean", "raised"], ...scored]),
	].join("\n");
}

function columns(rows: readonly (readonly string[])[]): string[] {
	const widths = rows[0]!.map((_, i) => Math.max(...rows.map(row => row[i]!.length)));
	return rows.map(row =>
		row
			.map((cell, i) => cell.padEnd(widths[i]!))
			.join("  ")
			.trimEnd(),
	);
}

function parseCount(text: string): number {
	if (/^[1-9][0-9]{0,5}$/.test(text)) return Number(text);
	throw new InvalidArgumentError("it is a whole number from 1.");
}
