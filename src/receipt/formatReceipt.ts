import type { ReceiptLine } from "./receiptLine.js";

/** Columns of a 58 mm printer in its usual font. */
export const RECEIPT_COLUMNS = 32;

/** The receipt as lines of text. A large line stays one line; what does not fit goes on in the next. */
export function formatReceipt(lines: readonly ReceiptLine[], columns: number = RECEIPT_COLUMNS): string {
	return lines.flatMap(line => formatLine(line, columns)).join("\n");
}

function formatLine(line: ReceiptLine, columns: number): string[] {
	switch (line.kind) {
		case "rule":
			return ["-".repeat(columns)];
		case "space":
			return new Array<string>(line.lines).fill("");
		case "text":
			return broken(line.text, columns).map(part =>
				line.align === "left" ? part : " ".repeat((columns - columnsOf(part)) >> 1) + part,
			);
		case "pair": {
			const spare = columns - columnsOf(line.label) - columnsOf(line.value);
			if (spare > 0) return [line.label + " ".repeat(spare) + line.value];
			const value = broken(line.value, columns);
			return [...broken(line.label, columns), ...value.map(part => " ".repeat(columns - columnsOf(part)) + part)];
		}
	}
}

/** Chinese characters and full-width forms take two columns (Unicode Standard Annex 11, Wide). */
export function columnsOf(text: string): number {
	let columns = 0;
	for (const character of text) columns += character.codePointAt(0)! >= 0x2e80 ? 2 : 1;
	return columns;
}

function broken(text: string, columns: number): string[] {
	const lines: string[] = [];
	let line = "";
	for (const character of text) {
		if (columnsOf(line + character) > columns) {
			lines.push(line);
			line = "";
		}
		line += character;
	}
	return [...lines, line];
}
