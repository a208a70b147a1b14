import { type CardFault, concerns } from "./cardFault.js";
import { type CardLine, type CardSeat, type ContactCard, INITIAL_CARD_LINE, type Silence } from "./contactCard.js";

/** The card behind the contacts, as far as its faults go. */
export interface FaultSource {
	readonly faults: readonly CardFault[];
	/** Commands since the reset. */
	readonly commands: number;
	/** INS of the last one. */
	readonly instruction: number;
}

/** The contacts of a card with the faults that show there, whichever protocol it speaks. What has no fault passes as it is. */
export class FaultyContact implements ContactCard {
	readonly #card: ContactCard;
	readonly #source: FaultSource;
	#slot: CardSeat | undefined;
	/** Characters of the card that have been on the line since the reset, repeated ones too. */
	#sent = 0;

	constructor(card: ContactCard, source: FaultSource) {
		this.#card = card;
		this.#source = source;
	}

	get line(): CardLine {
		return this.#card.line ?? INITIAL_CARD_LINE;
	}

	get silence(): Silence | undefined {
		return this.#card.silence;
	}

	delayEtu(index: number): number {
		return this.#card.delayEtu?.(index) ?? 0;
	}

	seated(slot: CardSeat): void {
		this.#slot = slot;
		slot.noise = (_, direction) => (direction === "fromCard" ? this.#noise() : 0);
	}

	reset(): Uint8Array {
		this.#sent = 0;
		for (const { fault, byte } of this.#source.faults)
			if (fault === "pull" && byte !== undefined) this.#slot?.pullAfter(byte);
		return this.#card.reset();
	}

	take(character: number, damaged?: boolean): Uint8Array {
		const { commands } = this.#source;
		const reply = this.#card.take(character, damaged);
		return this.#source.commands === commands ? reply : this.#afterCommand(reply);
	}

	/** @param reply to the command that has just run */
	#afterCommand(reply: Uint8Array): Uint8Array {
		const { commands, instruction } = this.#source;
		let changed = reply;
		for (const each of this.#source.faults) {
			if (!concerns(each, commands, instruction)) continue;
			// The character that has come is the last one before the card goes.
			if (each.fault === "pull" && each.byte === undefined) this.#slot?.pullAfter(1);
			if (each.fault === "procedure-byte")
				changed = withFirstByte(changed, Number.parseInt(each.value!.slice(0, 2), 16));
		}
		return changed;
	}

	/** What the line does to the card's next character: bits that it turns round, the lowest first, bit 8 the parity. */
	#noise(): number {
		const number = ++this.#sent;
		for (const { fault, character, times = 1 } of this.#source.faults) {
			if (character === undefined || number < character || number >= character + times) continue;
			return fault === "parity" ? PARITY_BIT : PARITY_BIT | LOWEST_BIT;
		}
		return 0;
	}
}

const PARITY_BIT = 0x100;
const LOWEST_BIT = 0x001;
const PROCEDURE_BYTE_NULL = 0x60;

/** The bytes 60 by which a card of T=0 asks for time stay in front. */
function withFirstByte(reply: Uint8Array, byte: number): Uint8Array {
	const at = reply.findIndex(each => each !== PROCEDURE_BYTE_NULL);
	return reply.map((each, i) => (i === at ? byte : each));
}
