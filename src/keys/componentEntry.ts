import { wipe } from "../bytes/bytes.js";
import type { Key } from "../ports.js";

const LETTERS = "ABCDEF";
const GROUP = 4;

/** What the display may show: where the person is, and the group that is being typed; a letter not yet taken in brackets. */
export interface ComponentProgress {
	/** From 1. */
	readonly group: number;
	readonly groups: number;
	readonly text: string;
}

/**
 * One person keys in one component in hexadecimal on a PIN pad: digits by their keys; letters with the arrows, up from A, down
 * from F, and the next key takes the one that stands there (Enter, when the same letter follows). The digits are in one array
 * that is wiped when they are taken or given up.
 */
export class ComponentEntry {
	readonly #nibbles: Uint8Array;
	#count = 0;
	/** Index of the letter that the arrows have brought. */
	#letter: number | undefined;

	/** @param length in bytes */
	constructor(length: number) {
		this.#nibbles = new Uint8Array(2 * length);
	}

	/** @returns whether the person says that this is the component */
	take(key: Key): boolean {
		const step = key === "up" ? 1 : key === "down" ? -1 : 0;
		if (step !== 0) {
			if (this.#count < this.#nibbles.length) this.#turn(step);
			return false;
		}
		const letter = this.#letter;
		this.#letter = undefined;
		if (key === "clear") {
			if (letter === undefined && this.#count > 0) this.#nibbles[--this.#count] = 0;
			return false;
		}
		if (letter !== undefined) this.#add(10 + letter);
		if (key.length === 1) this.#add(key.charCodeAt(0) - 48);
		return key === "enter" && letter === undefined && this.#count === this.#nibbles.length;
	}

	get progress(): ComponentProgress {
		const isOnGroup = this.#letter !== undefined || this.#count < this.#nibbles.length;
		const group = Math.floor((isOnGroup ? this.#count : this.#count - 1) / GROUP);
		let text = "";
		for (let i = group * GROUP; i < this.#count; i++) text += this.#nibbles[i]!.toString(16).toUpperCase();
		if (this.#letter !== undefined) text += `[${LETTERS[this.#letter]}]`;
		return { group: group + 1, groups: this.#nibbles.length / GROUP, text };
	}

	/** The component, which the caller wipes; nothing of it stays here. */
	component(): Uint8Array {
		const bytes = new Uint8Array(this.#nibbles.length / 2);
		for (let i = 0; i < bytes.length; i++) bytes[i] = (this.#nibbles[2 * i]! << 4) | this.#nibbles[2 * i + 1]!;
		this.forget();
		return bytes;
	}

	forget(): void {
		wipe(this.#nibbles); // WIPE
		this.#count = 0;
		this.#letter = undefined;
	}

	#turn(step: number): void {
		const { length } = LETTERS;
		this.#letter = this.#letter === undefined ? (step > 0 ? 0 : length - 1) : (this.#letter + step + length) % length;
	}

	#add(nibble: number): void {
		if (this.#count < this.#nibbles.length) this.#nibbles[this.#count++] = nibble;
	}
}
