import { nodeCrypto } from "../../sim/world/nodeCrypto.js";
import { systemClock } from "../../sim/world/system.js";
import type { Screen, ScreenName } from "../../src/display/screen.js";
import type { Clock } from "../../src/ports.js";
import { CashRegister, type RegisterAnswer } from "../../src/register/cashRegister.js";
import type { RegisterEvent } from "../../src/register/registerEvent.js";
import type { ServiceView } from "../../src/register/served.js";
import type { TransactionView } from "../../src/register/transactionView.js";
import { Attendant } from "../flows/attendant.js";
import { type BenchOptions, PASSCODE, SaleBench } from "../flows/bench.js";
import { violations } from "./registerSchema.js";

/** What answers and events of all worlds had that the schema has not. */
export const schemaFaults: string[] = [];

/** A terminal of the sale bench with a cash register at it. */
export class RegisterWorld {
	readonly bench: SaleBench;
	readonly events: RegisterEvent[] = [];
	/** Sees each screen after register and cardholder have. */
	onScreen: ((screen: Screen) => void) | undefined;
	register: CashRegister;
	readonly #clock: Clock;

	constructor(options: Omit<BenchOptions, "crypto">, clock: Clock = systemClock) {
		this.bench = new SaleBench({ ...options, crypto: nodeCrypto });
		this.#clock = clock;
		this.register = this.#connect();
	}

	/** The power comes back: a terminal and a register interface that know what the medium holds. */
	restart(): void {
		this.bench.restart();
		this.register = this.#connect();
	}

	/** Notes whatever is not as the schema has it. */
	async ask(asked: object): Promise<RegisterAnswer> {
		const answer = await this.register.answer(asked);
		this.#check("answer", answer);
		return answer;
	}

	start(key: string, order: object): Promise<RegisterAnswer> {
		return this.ask({ request: "start", key, order });
	}

	/** Where it stands when it is over. */
	async end(key: string): Promise<TransactionView> {
		const { body } = await this.ask({ request: "transaction", key, waitSeconds: 30 });
		return body as TransactionView;
	}

	serve(key: string, service: object): Promise<RegisterAnswer> {
		return this.ask({ request: "serve", key, service });
	}

	/** Where a service stands when it is over. */
	async served(key: string): Promise<ServiceView> {
		const { body } = await this.ask({ request: "service", key, waitSeconds: 30 });
		return body as ServiceView;
	}

	/** Persons at the terminal: one agrees to whatever is asked, a supervisor types this passcode. */
	withPersons(passcode = PASSCODE): void {
		const seen = this.bench.onScreen;
		new Attendant(this.bench, { passcodes: [passcode] });
		const act = this.bench.onScreen;
		this.bench.onScreen = screen => {
			seen?.(screen);
			act?.(screen);
		};
	}

	/** Does something when a screen is drawn for the first time. */
	when(name: ScreenName, act: () => void): void {
		let isDone = false;
		this.onScreen = screen => {
			if (isDone || screen.name !== name) return;
			isDone = true;
			act();
		};
	}

	/** A customer who looks for the card. @returns what finds it */
	withoutCard(): () => void {
		const insertCard = this.bench.insertCard.bind(this.bench);
		this.bench.insertCard = () => {};
		return insertCard;
	}

	#connect(): CashRegister {
		const { bench } = this;
		const register = new CashRegister(bench.terminal, this.#clock);
		bench.onScreen = screen => {
			register.screenShown(screen);
			this.onScreen?.(screen);
		};
		bench.onJournalEntry = entry => register.journalled(entry);
		register.listen(event => {
			this.events.push(event);
			this.#check("event", event);
		});
		return register;
	}

	#check(definition: string, value: unknown): void {
		const wrong = violations(definition, value);
		if (wrong) schemaFaults.push(wrong);
	}
}

/** Lets everything that does not wait for a clock run to its end. */
export function settled(): Promise<void> {
	return new Promise(resolve => setTimeout(resolve, 20));
}
