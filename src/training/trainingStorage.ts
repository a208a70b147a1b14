import type { Storage } from "../ports.js";

/** Begins the name of every file of a training terminal, and of no other. */
export const TRAINING_PREFIX = "training.";

/** What a terminal meets whose power is gone. */
export class PowerGone extends Error {
	override readonly name = "PowerGone";
}

/**
 * The part of the medium that belongs to the training terminal: whatever name it asks for, a file of another terminal cannot be
 * meant. Its power can be cut: from then on nothing reaches the medium.
 */
export class TrainingStorage implements Storage {
	readonly #medium: Storage;
	#isOff = false;

	constructor(medium: Storage) {
		this.#medium = medium;
	}

	/** Everything of earlier trainings goes. */
	clear(): void {
		for (const name of this.list()) this.remove(name);
	}

	cutPower(): void {
		this.#isOff = true;
	}

	size(name: string): number | undefined {
		return this.#medium.size(this.#own(name));
	}

	read(name: string, offset: number, length: number): Uint8Array {
		return this.#medium.read(this.#own(name), offset, length);
	}

	append(name: string, bytes: Uint8Array): void {
		this.#medium.append(this.#own(name), bytes);
	}

	flush(name: string): void {
		this.#medium.flush(this.#own(name));
	}

	truncate(name: string, length: number): void {
		this.#medium.truncate(this.#own(name), length);
	}

	replace(name: string, bytes: Uint8Array): void {
		this.#medium.replace(this.#own(name), bytes);
	}

	remove(name: string): void {
		this.#medium.remove(this.#own(name));
	}

	list(): string[] {
		this.#own("");
		return this.#medium
			.list()
			.filter(name => name.startsWith(TRAINING_PREFIX))
			.map(name => name.slice(TRAINING_PREFIX.length));
	}

	#own(name: string): string {
		if (this.#isOff) throw new PowerGone("the power is gone");
		return TRAINING_PREFIX + name;
	}
}
