import type { CardSlot } from "../../src/ports.js";

/** A card as its contacts show it, whatever protocol it speaks. */
export interface ContactCard {
	/** RST went high. @returns the answer to reset; empty from a mute card */
	reset(): Uint8Array;
	/** One character from the terminal. @returns what the card sends in reply, often nothing yet */
	take(character: number): Uint8Array;
}

export type LineDirection = "toCard" | "fromCard";

/** A card slot in which people or tests put virtual cards. No time passes: what the card does not send, it never sends. */
export class VirtualSlot implements CardSlot {
	onChange: ((present: boolean) => void) | undefined;
	/** Sees every character on the I/O line, in order. */
	onByte: ((direction: LineDirection, byte: number) => void) | undefined;
	/** Characters that have been on the line, in either direction. */
	characters = 0;
	#card: ContactCard | undefined;
	#powered = false;
	/** Characters that the card sends and the terminal has not taken. */
	#fromCard: number[] = [];
	#pullAfter: number | undefined;

	get present(): boolean {
		return this.#card !== undefined;
	}

	get powered(): boolean {
		return this.#powered;
	}

	/** @throws {Error} when a card is seated already */
	insert(card: ContactCard): void {
		if (this.#card) throw new Error("a card is in the slot");
		this.#card = card;
		this.onChange?.(true);
	}

	/** Pulls the card, whatever it is doing. */
	remove(): void {
		if (!this.#card) return;
		this.#card = undefined;
		this.#pullAfter = undefined;
		this.#unpower();
		this.onChange?.(false);
	}

	/** Pulls the card after `count` more characters, in either direction. */
	pullAfter(count: number): void {
		this.#pullAfter = count;
		if (count <= 0) this.remove();
	}

	async activate(): Promise<void> {
		this.#unpower();
		if (!this.#card) return;
		this.#powered = true;
		this.#fromCard = [...this.#card.reset()];
	}

	async warmReset(): Promise<void> {
		if (this.#card && this.#powered) this.#fromCard = [...this.#card.reset()];
	}

	async send(bytes: Uint8Array): Promise<void> {
		for (const byte of bytes) {
			if (!this.#card || !this.#powered) return;
			// One line for both: while the card sends it does not listen, and the character is lost.
			if (this.#fromCard.length === 0) this.#fromCard = [...this.#card.take(byte)];
			this.#passed("toCard", byte);
		}
	}

	async receive(length: number, _waitEtu: number): Promise<Uint8Array> {
		const received: number[] = [];
		while (received.length < length && this.#fromCard.length > 0) {
			const byte = this.#fromCard.shift()!;
			received.push(byte);
			this.#passed("fromCard", byte);
		}
		return Uint8Array.from(received);
	}

	async deactivate(): Promise<void> {
		this.#unpower();
	}

	#unpower(): void {
		this.#powered = false;
		this.#fromCard = [];
	}

	#passed(direction: LineDirection, byte: number): void {
		this.characters++;
		this.onByte?.(direction, byte);
		if (this.#pullAfter !== undefined) this.pullAfter(this.#pullAfter - 1);
	}
}
