import type { Printer } from "../../src/ports.js";
import type { PanelPrinter, PrintedPaper } from "../web/panelWorld.js";
import type { PrinterState } from "../web/protocol.js";
import { escPosPaper } from "./escPosPaper.js";
import { paperPng } from "./receiptPng.js";

const MOST_PAPERS = 20;

/** A receipt printer that keeps what it has printed. */
export class SimulatedPrinter implements Printer, PanelPrinter {
	state: PrinterState = "ready";
	onPrinted: (() => void) | undefined;
	readonly #papers: PrintedPaper[] = [];
	readonly #textOf: (bytes: Uint8Array) => string;
	#lastId = 0;

	/** @param textOf what stands on the paper: a printer that draws a line does not know its characters */
	constructor(textOf: (bytes: Uint8Array) => string) {
		this.#textOf = textOf;
	}

	/** The oldest first. */
	get papers(): readonly PrintedPaper[] {
		return this.#papers;
	}

	async print(bytes: Uint8Array): Promise<"printed" | "noPaper" | "notConnected"> {
		if (this.state !== "ready") return this.state;
		const png = paperPng(escPosPaper(bytes));
		this.#papers.push({ id: ++this.#lastId, at: Date.now(), png, text: this.#textOf(bytes) });
		if (this.#papers.length > MOST_PAPERS) this.#papers.shift();
		this.onPrinted?.();
		return "printed";
	}
}
