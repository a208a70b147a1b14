import type { Crypto, Random } from "../../src/ports.js";
import { ApplicationSession } from "./applicationSession.js";
import type { CardMemory } from "./cardMemory.js";
import type { ApplicationPersonalisation, DedicatedFile, Personalisation } from "./personalisation.js";

/** What the card knows between two resets. */
export class CardContext {
	readonly personalisation: Personalisation;
	readonly crypto: Crypto;
	readonly random: Random;
	readonly #memory: CardMemory;
	#selected: DedicatedFile | undefined;
	#application: ApplicationSession | undefined;
	/** From GET CHALLENGE, for the very next command (EMV 4.4 Book 3, 6.5.6). */
	challenge: Uint8Array | undefined;

	constructor(personalisation: Personalisation, crypto: Crypto, random: Random, memory: CardMemory) {
		this.personalisation = personalisation;
		this.crypto = crypto;
		this.random = random;
		this.#memory = memory;
	}

	/** The application or environment that is selected. */
	get selected(): DedicatedFile | undefined {
		return this.#selected;
	}

	/** Undefined while nothing or the payment system environment is selected. */
	get application(): ApplicationSession | undefined {
		return this.#application;
	}

	/** By an issuer, for good. */
	get blocked(): boolean {
		return this.#memory.cardBlocked;
	}

	selectEnvironment(pse: DedicatedFile): void {
		this.#select(pse, undefined);
	}

	/** Selecting an application anew ends a transaction that it had begun. */
	selectApplication(application: ApplicationPersonalisation): void {
		this.#select(application, new ApplicationSession(application, this.#memory));
	}

	#select(file: DedicatedFile, application: ApplicationSession | undefined): void {
		this.#application?.close();
		this.#selected = file;
		this.#application = application;
	}
}
