import type { CutReport } from "./cutEverywhere.js";

/** One line for people. */
export function formatCuts({ flow, points, cuts, worlds, wrong }: CutReport): string {
	const { disk, card, host } = points;
	const where = `${disk} on the disk, ${card} at the card, ${host} on the line`;
	return `${flow}: ${disk + card + host} points (${where}), ${cuts} cuts, ${worlds} different worlds, ${wrong.length} wrong`;
}

/** The line under all others. */
export function formatSum(reports: readonly CutReport[]): string {
	const sum = (of: (report: CutReport) => number) => reports.reduce((total, report) => total + of(report), 0);
	const points = sum(({ points: { disk, card, host } }) => disk + card + host);
	const [cuts, worlds, wrong] = [sum(r => r.cuts), sum(r => r.worlds), sum(r => r.wrong.length)];
	return `power cuts: ${reports.length} flows, ${points} points, ${cuts} cuts in ${worlds} different worlds, ${wrong} lost, doubled or otherwise wrong`;
}
