import { formatHex } from "../../src/bytes/hex.js";
import { CardError } from "../../src/card/cardError.js";
import type { CardReader, Clock, Random } from "../../src/ports.js";
import { type Dialogue, type DialogueStep, isFailure, type RecordedBytes } from "./dialogue.js";
import { dialogueClock } from "./dialogueClock.js";
import { UNPREDICTABLE_NUMBER_LENGTH } from "./recorder.js";

/** A card that says again what was recorded, as long as the terminal says what it said then. */
export class ReplayReader implements CardReader {
	readonly present = true;
	onChange: ((present: boolean) => void) | undefined;
	readonly #dialogue: Dialogue;
	#next = 0;
	#commands = 0;
	#active = false;
	#difference: string | undefined;

	constructor(dialogue: Dialogue) {
		this.#dialogue = dialogue;
	}

	/** Where the terminal left the recording first, in one sentence; undefined when it was followed to its end. */
	get difference(): string | undefined {
		if (this.#difference) return this.#difference;
		const left = this.#dialogue.steps.length - this.#next;
		return left ? `the recording goes on: ${left} more after command ${this.#commands}` : undefined;
	}

	/** The clock of the recording. */
	clock(clock: Clock): Clock {
		return dialogueClock(clock, this.#dialogue.beganAt);
	}

	/** The unpredictable numbers of the recording, then other random numbers. */
	random(random: Random): Random {
		const numbers = [...this.#dialogue.unpredictableNumbers];
		return {
			bytes: length =>
				(length === UNPREDICTABLE_NUMBER_LENGTH ? numbers.shift()?.slice() : undefined) ?? random.bytes(length),
		};
	}

	async activate(): Promise<Uint8Array> {
		const step = this.#take();
		if (step?.kind !== "activation") this.#differ("the terminal resets the card", step);
		this.#active = true;
		return this.#answer(step);
	}

	async transmit(command: Uint8Array): Promise<Uint8Array> {
		if (!this.#active) throw new Error("the card is not active: call activate first");
		this.#commands++;
		const step = this.#take();
		if (step?.kind !== "command") this.#differ(`the terminal sends command ${this.#commands}`, step);
		const place = firstDifference(step.command, command);
		if (place !== undefined) {
			const [recorded, now] = [step.command[place], command[place]].map(byteText);
			this.#fail(`command ${this.#commands} differs at offset ${place}: recorded ${recorded}, now ${now}`);
		}
		return this.#answer(step);
	}

	async deactivate(): Promise<void> {
		this.#active = false;
	}

	#take(): DialogueStep | undefined {
		return this.#dialogue.steps[this.#next++];
	}

	#answer({ answer }: DialogueStep): Uint8Array {
		if (!isFailure(answer)) return Uint8Array.from(answer, byte => byte ?? 0);
		this.#active = false;
		throw new CardError(answer.reason, answer.detail);
	}

	#differ(what: string, step: DialogueStep | undefined): never {
		const recorded = step ? (step.kind === "activation" ? "a reset" : "a command") : "nothing more";
		this.#fail(`${what}, where the recording has ${recorded}`);
	}

	#fail(sentence: string): never {
		this.#next = this.#dialogue.steps.length;
		this.#active = false;
		this.#difference ??= sentence;
		throw new CardError("protocol", `the replay ends: ${sentence}`);
	}
}

/** @returns the first place at which the bytes differ from what is known of the recorded ones, counted from 0 */
function firstDifference(recorded: RecordedBytes, bytes: Uint8Array): number | undefined {
	const length = Math.max(recorded.length, bytes.length);
	for (let i = 0; i < length; i++) {
		const inBoth = i < recorded.length && i < bytes.length;
		if (!inBoth || (recorded[i] !== undefined && recorded[i] !== bytes[i])) return i;
	}
	return undefined;
}

function byteText(byte: number | undefined): string {
	return byte === undefined ? "its end" : formatHex(Uint8Array.of(byte));
}
