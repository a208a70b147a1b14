import { parseHex } from "../../src/bytes/hex.js";
import type { Crypto, Random } from "../../src/ports.js";
import { CardContext } from "./cardContext.js";
import type { CardFault } from "./cardFault.js";
import { CardMemory, type CardState } from "./cardMemory.js";
import { type CardCommand, type CardResponse, type CommandCard, refusal } from "./command.js";
import type { CommandHeader } from "./commandHeader.js";
import { cardCommands } from "./commands/cardCommands.js";
import { runWithFaults } from "./faultyCommand.js";
import type { Personalisation } from "./personalisation.js";
import { SW_6D00_INSTRUCTION_NOT_SUPPORTED, SW_6E00_CLASS_NOT_SUPPORTED } from "./statusWord.js";

export interface VirtualCardOptions {
	readonly personalisation: Personalisation;
	readonly crypto: Crypto;
	readonly random: Random;
	/** From `onStateChange` of the same card; without it the card is new. */
	readonly state?: CardState | undefined;
	/** Called with each change of a counter, before the card answers. */
	readonly onStateChange?: ((state: CardState) => void) | undefined;
}

/**
 * An EMV card above its transmission protocol: commands in, responses out, counters kept. Free of Node, so that it runs
 * in every simulator. For tests: its secrets are worthless and it takes no care of side channels.
 */
export class VirtualCard implements CommandCard {
	readonly atr: Uint8Array;
	readonly nullBytes: number;
	readonly #newContext: () => CardContext;
	#context: CardContext;
	/** What it does wrong. */
	faults: readonly CardFault[];
	#commands = 0;
	#instruction = 0;

	constructor({ personalisation, crypto, random, state, onStateChange }: VirtualCardOptions) {
		this.atr = parseHex(personalisation.atr);
		this.nullBytes = personalisation.nullBytes;
		this.faults = personalisation.faults ?? [];
		const memory = new CardMemory(personalisation, state, onStateChange);
		this.#newContext = () => new CardContext(personalisation, crypto, random, memory);
		this.#context = this.#newContext();
	}

	/** Since the reset. */
	get commands(): number {
		return this.#commands;
	}

	/** INS of the last command. */
	get instruction(): number {
		return this.#instruction;
	}

	/** Forgets everything but the counters. */
	reset(): void {
		this.#context.application?.close();
		this.#context = this.#newContext();
		this.#commands = 0;
	}

	/** The command that a header names, or the status word that refuses it (ISO/IEC 7816-4, 5.6). */
	findCommand({ cla, ins }: CommandHeader): CardCommand | number {
		const known = cardCommands.filter(each => each.ins === ins);
		if (!cardCommands.some(each => each.cla === cla) || (known.length && !known.some(each => each.cla === cla)))
			return SW_6E00_CLASS_NOT_SUPPORTED;
		return known.find(each => each.cla === cla) ?? SW_6D00_INSTRUCTION_NOT_SUPPORTED;
	}

	/** Runs one whole command, whichever protocol brought it. GET RESPONSE belongs to T=0 and is not one. */
	execute(header: CommandHeader, data: Uint8Array): CardResponse {
		const run = (asked = header) => this.#run(asked, data);
		this.#commands++;
		this.#instruction = header.ins;
		if (this.faults.length === 0) return run();
		return runWithFaults(this.faults, this.#commands, { card: this.#context, header, run });
	}

	#run(header: CommandHeader, data: Uint8Array): CardResponse {
		const context = this.#context;
		const offered = context.challenge;
		const command = this.findCommand(header);
		const response = typeof command === "number" ? refusal(command) : command.run(context, header, data);
		// A challenge lives for one command, unless that command was the one that made a new one.
		if (context.challenge === offered) context.challenge = undefined;
		return response;
	}
}
