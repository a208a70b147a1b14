import { CardError } from "../../src/card/cardError.js";
import type { CardReader, Clock, Random } from "../../src/ports.js";
import type { Dialogue, DialogueStep, RecordedFailure } from "./dialogue.js";
import { dialogueClock } from "./dialogueClock.js";
import { DialogueMask } from "./dialogueMask.js";

export interface RecorderOptions {
	readonly reader: CardReader;
	readonly clock: Clock;
	readonly random: Random;
	/** Keep card data: for test cards only. */
	readonly reveal: boolean;
}

/** EMV 4.4 Book 3, Annex A: Unpredictable Number, 9F37. */
export const UNPREDICTABLE_NUMBER_LENGTH = 4;

/** Takes down what a terminal and a card say to each other, PINs and, unless revealed, card data left out. */
export class Recorder {
	/** In the place of the reader, the clock and the random numbers that were given. */
	readonly reader: CardReader;
	readonly clock: Clock;
	readonly random: Random;
	readonly #beganAt: number;
	readonly #mask: DialogueMask;
	readonly #unpredictableNumbers: Uint8Array[] = [];
	readonly #steps: DialogueStep[] = [];

	constructor({ reader, clock, random, reveal }: RecorderOptions) {
		this.#beganAt = Math.floor(clock.now() / 1000) * 1000;
		this.#mask = new DialogueMask(reveal);
		this.clock = dialogueClock(clock, this.#beganAt);
		this.random = {
			bytes: length => {
				const bytes = random.bytes(length);
				// Only these go to the card as they are; the others hide secrets and stay unknown.
				if (length === UNPREDICTABLE_NUMBER_LENGTH) this.#unpredictableNumbers.push(bytes.slice());
				return bytes;
			},
		};
		this.reader = this.#listenTo(reader);
	}

	/** What has been said until now. */
	dialogue(comment: string): Dialogue {
		const again = (answer: DialogueStep["answer"]) => ("reason" in answer ? answer : this.#mask.again(answer));
		return {
			comment,
			beganAt: this.#beganAt,
			unpredictableNumbers: this.#unpredictableNumbers,
			steps: this.#steps.map(step =>
				step.kind === "activation"
					? step
					: { ...step, command: this.#mask.again(step.command), answer: again(step.answer) },
			),
		};
	}

	#listenTo(reader: CardReader): CardReader {
		return {
			get present() {
				return reader.present;
			},
			get onChange() {
				return reader.onChange;
			},
			set onChange(listener) {
				reader.onChange = listener;
			},
			activate: async () => {
				try {
					const atr = await reader.activate();
					this.#steps.push({ kind: "activation", answer: [...atr] });
					return atr;
				} catch (error) {
					throw this.#failed(error, answer => ({ kind: "activation", answer }));
				}
			},
			transmit: async bytes => {
				const command = this.#mask.command(bytes);
				try {
					const response = await reader.transmit(bytes);
					this.#steps.push({ kind: "command", command, answer: this.#mask.response(response) });
					return response;
				} catch (error) {
					throw this.#failed(error, answer => ({ kind: "command", command, answer }));
				}
			},
			deactivate: () => reader.deactivate(),
		};
	}

	#failed(error: unknown, step: (failure: RecordedFailure) => DialogueStep): unknown {
		if (error instanceof CardError) this.#steps.push(step({ reason: error.reason, detail: error.message }));
		return error;
	}
}
