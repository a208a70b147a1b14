import type { DecodedNode } from "./node.js";

/** A line before it is laid out. */
interface Row {
	readonly label: string;
	readonly name: string;
	readonly value: string;
	readonly notes: string;
}

// Longer labels, names and values push the columns only of their own line.
const WIDEST_LABEL = 16;
const WIDEST_NAME = 52;
const WIDEST_VALUE = 20;
const VALUE_LINE = 64;

/** The tree as text: tags indented by depth, names, values and meanings each in a column of its own. */
export function formatTree(nodes: readonly DecodedNode[]): string {
	const rows = nodes.flatMap(node => rowsOf(node, 0));
	const labels = column(rows, row => row.label, WIDEST_LABEL);
	const withValue = rows.filter(row => row.value || row.notes);
	const names = column(withValue, row => row.name, WIDEST_NAME);
	const noted = withValue.filter(row => row.notes);
	const values = column(noted, row => row.value, WIDEST_VALUE);
	// In a trace, an empty line before each command.
	const text = rows.map((row, i) => (i && row.label === ">" ? "\n" : "") + formatRow(row, labels, names, values));
	return text.join("\n");
}

/** @param parts width of the labels of the parts of the same parent */
function rowsOf(node: DecodedNode, depth: number, parts = 0): Row[] {
	const { label, name, value = "", meaning, source, children = [] } = node;
	const notes = [meaning, source && `(${source})`].filter(Boolean).join("  ");
	const row =
		depth > 0 && isPart(node)
			? { label: "", name: `  ${label && `${label.padEnd(parts)}  `}${name}`, value, notes }
			: { label: "  ".repeat(depth) + label, name, value, notes };
	const widest = Math.max(0, ...children.filter(isPart).map(child => child.label.length));
	return [row, ...children.flatMap(child => rowsOf(child, depth + 1, widest))];
}

/** Bits and unnamed parts belong to the line above them: they stand in the column of names. */
function isPart({ label, value, meaning, source, children }: DecodedNode): boolean {
	return !label || !(value || meaning || source || children?.length);
}

function formatRow({ label, name, value, notes }: Row, labels: number, names: number, values: number): string {
	const head = `${label.padEnd(labels)}  ${name}`;
	const lines = value.match(new RegExp(`.{1,${VALUE_LINE}}`, "g")) ?? [""];
	const indent = " ".repeat(labels + names + 4);
	const first = `${head.padEnd(labels + names + 2)}  ${notes && lines.length === 1 ? `${value.padEnd(values)}  ${notes}` : lines[0]}`;
	const rest = lines.slice(1).map(line => indent + line);
	if (notes && lines.length > 1) rest.push(indent + notes);
	return [first, ...rest].map(line => line.trimEnd()).join("\n");
}

function column(rows: readonly Row[], text: (row: Row) => string, widest: number): number {
	return Math.max(0, ...rows.map(row => text(row).length).filter(length => length <= widest));
}
