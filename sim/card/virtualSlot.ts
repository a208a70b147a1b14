import type { CardSlot, LineParameters } from "../../src/ports.js";
import {
	type CardLine,
	type CardSeat,
	type ContactCard,
	INITIAL_CARD_LINE,
	type LineDirection,
} from "./contactCard.js";
import { characterLevels, readLevels, resample } from "./lineCharacter.js";

/** What happens at the contacts, with its time in clock cycles since the slot was made. */
export type LineEvent =
	| {
			readonly kind: "contact";
			readonly contact: "VCC" | "RST" | "CLK";
			readonly high: boolean;
			readonly atClocks: number;
	  }
	| LineCharacter
	/** The receiver pulls I/O low from 10.5 etu after the leading edge (ISO/IEC 7816-3, 7.3). */
	| { readonly kind: "errorSignal"; readonly atClocks: number; readonly clocksPerEtu: number };

export interface LineCharacter {
	readonly kind: "character";
	readonly direction: LineDirection;
	/** As both sides mean it, whatever the convention; undefined: secret. */
	readonly byte: number | undefined;
	/** Its parity was wrong on the line. */
	readonly damaged: boolean;
	/** Of its leading edge. */
	readonly atClocks: number;
	/** The sender's. */
	readonly clocksPerEtu: number;
}

/**
 * A card slot in which people or tests put virtual cards. Time is that of the card's clock and passes on the line only: each
 * character takes its etu and its guard time, each silence the waiting time that it lasts; nobody really waits.
 */
export class VirtualSlot implements CardSlot, CardSeat {
	onChange: ((present: boolean) => void) | undefined;
	/** Sees all that happens at the contacts, in order of time. */
	onLine: ((event: LineEvent) => void) | undefined;
	noise: ((index: number, direction: LineDirection) => number) | undefined;
	/** Characters that have been on the line, in either direction. */
	characters = 0;
	/** Since RST last rose. */
	damagedCharacters = 0;
	#card: ContactCard | undefined;
	#powered = false;
	#parameters: LineParameters = INITIAL_PARAMETERS;
	/** Characters that the card sends and the terminal has not taken. */
	#fromCard: SentCharacter[] = [];
	#pullAfter: number | undefined;
	/** Now, for the terminal. */
	#clocks = 0;
	#resetAtClocks = 0;
	/** The line's last leading edge, or the rise of RST. */
	#last: { readonly direction: LineDirection | undefined; readonly atClocks: number } = NO_CHARACTER;

	get present(): boolean {
		return this.#card !== undefined;
	}

	get powered(): boolean {
		return this.#powered;
	}

	get elapsedEtu(): number {
		return (this.#clocks - this.#resetAtClocks) / INITIAL_PARAMETERS.clocksPerEtu;
	}

	/** @throws {Error} when a card is seated already */
	insert(card: ContactCard): void {
		if (this.#card) throw new Error("a card is in the slot");
		this.#card = card;
		card.seated?.(this);
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

	pullAfter(count: number): void {
		this.#pullAfter = count;
		if (count <= 0) this.remove();
	}

	async activate(): Promise<void> {
		this.#unpower();
		if (!this.#card) return;
		this.#powered = true;
		this.#contact("VCC", true);
		this.#contact("CLK", true);
		this.#reset();
	}

	async warmReset(): Promise<void> {
		if (!this.#card || !this.#powered) return;
		this.#contact("RST", false);
		this.#reset();
	}

	configure(parameters: LineParameters): void {
		this.#parameters = parameters;
	}

	async send(bytes: Uint8Array, secretFrom = bytes.length): Promise<void> {
		for (let i = 0; i < bytes.length; i++) {
			if (!this.#card || !this.#powered) return;
			if (!this.#sendOne(bytes[i]!, i >= secretFrom)) return;
		}
	}

	async receive(length: number, firstWaitEtu: number, nextWaitEtu = firstWaitEtu): Promise<Uint8Array> {
		const { clocksPerEtu, repeatsCharacters } = this.#parameters;
		const received: number[] = [];
		let waitEtu = firstWaitEtu;
		for (let attempt = 0; this.#powered && received.length < length && attempt < MOST_ATTEMPTS; ) {
			if (this.#fromCard.length === 0) this.#endSilence();
			const character = this.#fromCard[0];
			const deadline = this.#last.atClocks + waitEtu * clocksPerEtu;
			if (!character || character.atClocks > deadline) {
				this.#clocks = Math.max(this.#clocks, deadline);
				break;
			}
			this.#fromCard.shift();
			const { byte, damaged } = this.#arrive(character, "fromCard", clocksPerEtu);
			if (damaged && repeatsCharacters) {
				attempt++;
				this.#signalError(character);
				if (attempt < MOST_ATTEMPTS) this.#repeat(character);
			} else {
				attempt = 0;
				waitEtu = nextWaitEtu;
				received.push(byte);
			}
			this.#count();
		}
		return Uint8Array.from(received);
	}

	async deactivate(): Promise<void> {
		this.#unpower();
	}

	/** RST stays low for 40,000 cycles and more (EMV 4.3 Book 1, 6.1.3.1); the card answers from 400 cycles on. */
	#reset(): void {
		this.#clocks += RESET_CLOCKS;
		this.#contact("RST", true);
		this.#resetAtClocks = this.#clocks;
		this.#last = { direction: undefined, atClocks: this.#clocks };
		this.#parameters = INITIAL_PARAMETERS;
		this.damagedCharacters = 0;
		this.#fromCard = [];
		this.#queue(this.#card!.reset(), INITIAL_CARD_LINE, ATR_EARLIEST_CLOCKS);
	}

	/** @returns whether the card took the character */
	#sendOne(byte: number, isSecret: boolean): boolean {
		const { clocksPerEtu, guardTimeEtu, turnaroundTimeEtu, repeatsCharacters } = this.#parameters;
		const line = this.#cardLine();
		const pause = { toCard: guardTimeEtu, fromCard: turnaroundTimeEtu }[this.#last.direction ?? "toCard"];
		let atClocks = Math.max(this.#clocks, this.#last.atClocks + pause * clocksPerEtu);
		for (let attempt = 1; ; attempt++) {
			const sent = { byte, isSecret, atClocks, clocksPerEtu };
			// One line for both: while the card sends it does not listen, and the character is lost.
			const isHeard = this.#fromCard.length === 0;
			const arrived = this.#arrive(sent, "toCard", line.clocksPerEtu);
			if (isHeard && arrived.damaged && line.repeatsCharacters) {
				this.#signalError(sent);
				this.#count();
				if (!repeatsCharacters || attempt === MOST_ATTEMPTS || !this.#powered) return false;
				atClocks += REPETITION_ETU * clocksPerEtu;
				continue;
			}
			if (isHeard) {
				const reply = this.#card!.take(arrived.byte, arrived.damaged);
				this.#queue(reply, line, line.turnaroundTimeEtu * line.clocksPerEtu);
			}
			this.#count();
			return true;
		}
	}

	#cardLine(): CardLine {
		return this.#card?.line ?? INITIAL_CARD_LINE;
	}

	/** The terminal has stopped sending in the middle of what the card takes for a block. */
	#endSilence(): void {
		const silence = this.#last.direction === "toCard" ? this.#card?.silence : undefined;
		if (!silence) return;
		const line = this.#cardLine();
		this.#queue(silence.reply(), line, Math.max(silence.afterEtu, line.turnaroundTimeEtu) * line.clocksPerEtu);
	}

	/** Puts what the card sends on the line, the first character `firstClocks` after the last leading edge. */
	#queue(bytes: Uint8Array, { clocksPerEtu, guardTimeEtu }: CardLine, firstClocks: number): void {
		let atClocks = this.#last.atClocks + firstClocks;
		for (let i = 0; i < bytes.length; i++) {
			if (i) atClocks += guardTimeEtu * clocksPerEtu;
			atClocks += (this.#card?.delayEtu?.(i) ?? 0) * clocksPerEtu;
			this.#fromCard.push({ byte: bytes[i]!, isSecret: false, atClocks, clocksPerEtu });
		}
	}

	/** A character passes: with the noise of the line and in the time of who receives it. */
	#arrive(
		sent: SentCharacter,
		direction: LineDirection,
		receiverClocksPerEtu: number,
	): { byte: number; damaged: boolean } {
		const { atClocks, clocksPerEtu } = sent;
		const noise = this.noise?.(this.characters, direction) ?? 0;
		let arrived = { byte: sent.byte, damaged: false };
		if (noise || clocksPerEtu !== receiverClocksPerEtu) {
			const levels = characterLevels(sent.byte, "direct").map((level, i) => level ^ (i ? (noise >> (i - 1)) & 1 : 0));
			arrived = readLevels(resample(levels, clocksPerEtu, receiverClocksPerEtu));
		}
		this.characters++;
		if (arrived.damaged) this.damagedCharacters++;
		this.#last = { direction, atClocks };
		this.#clocks = Math.max(this.#clocks, atClocks + CHARACTER_ETU * clocksPerEtu);
		const byte = sent.isSecret ? undefined : sent.byte ^ (noise & 255);
		this.onLine?.({ kind: "character", direction, byte, damaged: isOdd(noise), atClocks, clocksPerEtu });
		return arrived;
	}

	#signalError({ atClocks, clocksPerEtu }: SentCharacter): void {
		this.onLine?.({ kind: "errorSignal", atClocks: atClocks + ERROR_SIGNAL_ETU * clocksPerEtu, clocksPerEtu });
	}

	/** The card sends once more what the terminal could not take; all that follows comes later. */
	#repeat(character: SentCharacter): void {
		const laterClocks = REPETITION_ETU * character.clocksPerEtu;
		const later = [character, ...this.#fromCard];
		this.#fromCard = later.map(each => ({ ...each, atClocks: each.atClocks + laterClocks }));
	}

	#unpower(): void {
		if (this.#powered) for (const contact of ["RST", "CLK", "VCC"] as const) this.#contact(contact, false);
		this.#powered = false;
		this.#fromCard = [];
	}

	#contact(contact: "VCC" | "RST" | "CLK", high: boolean): void {
		this.onLine?.({ kind: "contact", contact, high, atClocks: this.#clocks });
	}

	#count(): void {
		if (this.#pullAfter !== undefined) this.pullAfter(this.#pullAfter - 1);
	}
}

/** An odd number of bits turned round is what parity shows. */
function isOdd(bits: number): boolean {
	let odd = false;
	for (let rest = bits; rest; rest &= rest - 1) odd = !odd;
	return odd;
}

interface SentCharacter {
	readonly byte: number;
	readonly isSecret: boolean;
	readonly atClocks: number;
	readonly clocksPerEtu: number;
}

const INITIAL_PARAMETERS: LineParameters = INITIAL_CARD_LINE;
const NO_CHARACTER = Object.freeze({ direction: undefined, atClocks: 0 });
const RESET_CLOCKS = 40_000;
const ATR_EARLIEST_CLOCKS = 400;
/** Start, data and parity: then the receiver knows the character. */
const CHARACTER_ETU = 10;
/** ISO/IEC 7816-3, 7.3: the signal begins at 10.5 etu and lasts 1 to 2; at least 2 later the character comes again. */
const ERROR_SIGNAL_ETU = 10.5;
const REPETITION_ETU = 14;
/** A character and its 3 repetitions (EMV 4.3 Book 1, 9.2.2.2). */
const MOST_ATTEMPTS = 4;
