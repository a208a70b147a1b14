import type { PanelBankForms, PanelCommand } from "../protocol.js";
import { byId, keepFocus, make } from "./dom.js";

/** What the test bank does wrong, or answers, the next time it is asked. */
export class BankView {
	readonly #choice = byId("bankOrder", HTMLSelectElement);
	readonly #armed = byId("bankArmed");

	constructor(send: (command: PanelCommand) => void) {
		byId("bankForm", HTMLFormElement).addEventListener("submit", event => {
			event.preventDefault();
			const chosen = this.#choice.selectedOptions[0];
			if (!chosen) return;
			const { value } = chosen;
			send({ type: "bank", order: chosen.dataset.kind === "fault" ? { fault: value } : { scenario: value } });
		});
		const clear = byId("bankClear");
		keepFocus(clear);
		clear.addEventListener("click", () => send({ type: "bank", order: { clear: true } }));
	}

	showForms({ faults, scenarios }: PanelBankForms): void {
		byId("bankSwitches").hidden = faults.length === 0;
		this.#choice.replaceChildren(
			group("The issuer says", "scenario", scenarios),
			group("The bank goes wrong", "fault", faults),
		);
	}

	showArmed(armed: readonly string[]): void {
		byId("bankClear").hidden = armed.length === 0;
		this.#armed.textContent = armed.length ? `Still to come: ${armed.join(", ")}` : "";
	}
}

function group(label: string, kind: "fault" | "scenario", names: readonly string[]): HTMLElement {
	const group = document.createElement("optgroup");
	group.label = label;
	for (const name of names) {
		const option = make("option", "", name);
		option.value = name;
		option.dataset.kind = kind;
		group.append(option);
	}
	return group;
}
