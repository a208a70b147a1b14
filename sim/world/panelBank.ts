import { FAULTS } from "../bank/fault.js";
import { SCENARIOS } from "../bank/scenario.js";
import type { AskBank } from "../bank/startBank.js";
import type * as panel from "../web/panelWorld.js";
import type { BankOrder } from "../web/protocol.js";

/** The switches of the test bank (docs/test-bank.md), for the front panel. */
export class PanelBank implements panel.PanelBank {
	readonly forms = { faults: FAULTS, scenarios: Object.keys(SCENARIOS) };
	onChange: (() => void) | undefined;
	readonly #ask: AskBank;
	readonly #onProblem: (sentence: string) => void;
	#armed: readonly string[] = [];

	/** @param onProblem told when the bank does not take an order, or is gone */
	constructor(ask: AskBank, onProblem: (sentence: string) => void) {
		this.#ask = ask;
		this.#onProblem = onProblem;
	}

	/** What is still to come. */
	get armed(): readonly string[] {
		return this.#armed;
	}

	order(order: BankOrder): void {
		void this.#tell("clear" in order ? [{ faults: "clear" }, { scenarios: "clear" }] : [order]);
	}

	/** An answer of the bank may have used up what was armed. */
	refresh(): void {
		if (this.#armed.length) void this.#tell([]);
	}

	async #tell(orders: readonly object[]): Promise<void> {
		try {
			for (const order of orders) await this.#ask(order);
			const { faults } = (await this.#ask({ faults: "list" })) as { faults: readonly { fault: string }[] };
			const { scenarios } = (await this.#ask({ scenarios: "list" })) as { scenarios: readonly { scenario: string }[] };
			this.#armed = [...faults.map(({ fault }) => fault), ...scenarios.map(({ scenario }) => scenario)];
			this.onChange?.();
		} catch (error) {
			this.#onProblem((error as Error).message);
		}
	}
}
