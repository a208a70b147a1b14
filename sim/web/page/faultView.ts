import type { PanelCommand, PanelFaultForm } from "../protocol.js";
import { byId, keepFocus, make } from "./dom.js";

/** What the card is to do wrong: armed one after the other, each taken back by its own button. */
export class FaultView {
	readonly #send: (command: PanelCommand) => void;
	readonly #input = byId("fault", HTMLInputElement);
	readonly #armed = byId("armed");
	#faults: readonly string[] = [];
	/** By the fault's name. */
	#meanings: ReadonlyMap<string, string> = new Map();

	constructor(send: (command: PanelCommand) => void) {
		this.#send = send;
		byId("faultForm", HTMLFormElement).addEventListener("submit", event => {
			event.preventDefault();
			const text = this.#input.value.trim();
			if (text) this.#send({ type: "faults", faults: [...this.#faults, text] });
		});
		this.#input.addEventListener("input", () => this.#explain());
	}

	/** The forms to choose from. */
	showForms(forms: readonly PanelFaultForm[]): void {
		const options = forms.map(({ example, meaning }) => {
			const option = make("option", "", meaning);
			option.value = example;
			return option;
		});
		byId("faultForms").replaceChildren(...options);
		this.#meanings = new Map(forms.map(({ example, meaning }) => [nameOf(example), meaning]));
	}

	showArmed(faults: readonly string[]): void {
		// What has just been armed leaves the field for the next one; what was refused stays, to be mended.
		if (faults.length > this.#faults.length) this.#input.value = "";
		this.#faults = faults;
		this.#armed.replaceChildren(...faults.map((fault, i) => this.#chip(fault, i)));
		this.#explain();
	}

	#explain(): void {
		const meaning = this.#meanings.get(nameOf(this.#input.value));
		byId("faultMeaning").textContent = meaning ? `The card ${meaning}.` : "";
	}

	#chip(fault: string, at: number): HTMLElement {
		const chip = make("button", "armedFault", fault);
		chip.type = "button";
		chip.setAttribute("aria-label", `Disarm ${fault}`);
		keepFocus(chip);
		chip.addEventListener("click", () =>
			this.#send({ type: "faults", faults: this.#faults.filter((_, i) => i !== at) }),
		);
		return chip;
	}
}

function nameOf(fault: string): string {
	return fault.split(":")[0]!.trim();
}
