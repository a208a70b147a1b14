/** Compute units that a board does, half a microsecond each (docs/bench.md). */
export const UNITS_PER_SECOND = 2_000_000;

/** One figure beside what it is measured against. */
export interface Row {
	readonly what: string;
	readonly kassa: string;
	readonly against: string;
	readonly ratio: string;
	/** What the ratio or the figure has to reach; undefined for a figure that is only told. */
	readonly target: string | undefined;
	/** True without a target. */
	readonly met: boolean;
}

/** For people who read it in a terminal: one line a row, in columns. */
export function formatRows(rows: readonly Row[]): string {
	const lines = [
		["", "Kassa", "against", "ratio", "target", ""],
		...rows.map(row => [row.what, row.kassa, row.against, row.ratio, row.target ?? "", verdict(row)]),
	];
	const widths = lines[0]!.map((_, column) => Math.max(...lines.map(line => line[column]!.length)));
	return lines
		.map(line =>
			line
				.map((cell, column) => cell.padEnd(widths[column]!))
				.join("  ")
				.trimEnd(),
		)
		.join("\n");
}

function verdict({ target, met }: Row): string {
	return target === undefined ? "" : met ? "met" : "MISSED";
}
