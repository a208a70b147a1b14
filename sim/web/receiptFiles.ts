import type { PrintedPaper } from "./panelWorld.js";

export interface ReceiptFile {
	/** The media type. */
	readonly type: string;
	readonly content: string | Uint8Array;
}

/** What came out of the printer, by address: /receipts/3.png is its picture, /receipts/3.txt its text. */
export function receiptFile(papers: readonly PrintedPaper[], path: string): ReceiptFile | undefined {
	const [, id, kind] = /^\/receipts\/([1-9][0-9]{0,8})\.(png|txt)$/.exec(path) ?? [];
	const paper = papers.find(each => each.id === Number(id));
	if (!paper) return undefined;
	return kind === "png"
		? { type: "image/png", content: paper.png }
		: { type: "text/plain; charset=utf-8", content: paper.text };
}
