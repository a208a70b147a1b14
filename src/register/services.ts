import type { ServiceResult } from "../flows/serviceResult.js";
import type { Terminal } from "../terminal.js";
import { keepNewest } from "./kept.js";
import { otherOrder, RegisterError } from "./problem.js";
import { type RegisterService, serviceOf } from "./registerService.js";
import { Served, type ServiceView, serviceView } from "./served.js";

/**
 * What cash registers ask for besides transactions, by its keys. A settlement's key is in the journal with the batch that it
 * closes; the others move no money, and their keys are forgotten at a restart.
 */
export class Services {
	readonly #terminal: Pick<Terminal, "serve" | "settlementUnder" | "journal">;
	readonly #tell: (service: ServiceView) => void;
	readonly #served = new Map<string, Served>();

	/** @param tell hears of each beginning and each end */
	constructor(terminal: Pick<Terminal, "serve" | "settlementUnder" | "journal">, tell: (service: ServiceView) => void) {
		this.#terminal = terminal;
		this.#tell = tell;
	}

	get(key: string): Served | undefined {
		return this.#served.get(key);
	}

	/** Whether the key was taken, also before the last start. */
	has(key: string): boolean {
		return this.#served.has(key) || this.#terminal.journal.settlementByRequestKey(key) !== undefined;
	}

	/**
	 * Synchronous up to where the key is taken. What is done is not done again; what failed may be tried again.
	 * @param checkIdle throws when nothing can begin now @throws {RegisterError} otherOrder
	 */
	start(key: string, asked: RegisterService, checkIdle: () => void): ServiceView {
		const before = this.#served.get(key);
		if (before ? !before.isFor(asked) : asked.service !== "settle" && this.has(key)) throw otherOrder();
		if (before?.isUnderWay || before?.result?.done) return before.view();
		checkIdle();
		const served = new Served(key, asked);
		keepNewest(this.#served, served);
		this.#tell(served.view());
		const over = (result: ServiceResult | null) => {
			served.over(result);
			this.#tell(served.view());
		};
		this.#terminal.serve(serviceOf(asked, key)).then(over, () => over(null));
		return served.view();
	}

	/** @throws {RegisterError} notFound */
	view(key: string): ServiceView {
		const served = this.#served.get(key);
		if (served) return served.view();
		const settlement = this.#terminal.settlementUnder(key);
		if (settlement) return serviceView(key, "settle", settlement);
		throw new RegisterError("notFound", "nothing was asked for with this key since the terminal started");
	}
}
