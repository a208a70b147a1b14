import type { PanelCommand, PanelReceipt, PanelState } from "../protocol.js";
import { byId, keepFocus, make } from "./dom.js";

/** The printer: its switches, the paper that came out last, and those before it. */
export class PrinterView {
	readonly #switches = [...byId("printerSwitches").querySelectorAll("button")];
	readonly #paper = byId("paper", HTMLImageElement);
	readonly #list = byId("receipts");
	#newest = 0;
	#shown = 0;

	constructor(send: (command: PanelCommand) => void) {
		for (const button of this.#switches) {
			keepFocus(button);
			button.addEventListener("click", () =>
				send({ type: "printer", state: button.dataset.state as PanelState["printer"] }),
			);
		}
	}

	show({ printer, receipts }: Pick<PanelState, "printer" | "receipts">): void {
		for (const button of this.#switches) button.setAttribute("aria-pressed", String(button.dataset.state === printer));
		const newest = receipts.at(-1)?.id ?? 0;
		if (newest === this.#newest) return;
		this.#newest = newest;
		byId("noReceipt").hidden = receipts.length > 0;
		this.#list.replaceChildren(...[...receipts].reverse().map(receipt => this.#row(receipt)));
		this.#choose(newest);
	}

	#row({ id, at }: PanelReceipt): HTMLElement {
		const row = make("li", "receiptRow");
		const choose = make("button", "receiptName", `${id} ${new Date(at).toTimeString().slice(0, 8)}`);
		choose.type = "button";
		choose.dataset.receipt = String(id);
		keepFocus(choose);
		choose.addEventListener("click", () => this.#choose(id));
		row.append(choose, download(id, "png"), download(id, "txt"));
		return row;
	}

	#choose(id: number): void {
		if (id === this.#shown) return;
		this.#shown = id;
		this.#paper.hidden = id === 0;
		if (id === 0) this.#paper.removeAttribute("src");
		else this.#paper.src = `/receipts/${id}.png`;
		this.#paper.alt = `Receipt ${id}`;
		// Comes out of the printer anew.
		this.#paper.classList.remove("printed");
		void this.#paper.offsetWidth;
		this.#paper.classList.add("printed");
		for (const button of this.#list.querySelectorAll("button"))
			button.setAttribute("aria-pressed", String(button.dataset.receipt === String(id)));
	}
}

function download(id: number, kind: "png" | "txt"): HTMLElement {
	const link = make("a", "download", kind === "png" ? "PNG" : "text");
	link.href = `/receipts/${id}.${kind}`;
	link.download = `receipt-${id}.${kind}`;
	return link;
}
